import type { Tx } from '../db/transaction.ts'
import type { AuditRecord } from './audit.ts'

export const insertAuditRecord = (
  tx: Tx,
  { id, at, actorId, action, subject, reason, requestId }: AuditRecord & { id: string },
) => tx.run`
  /* insertAuditRecord */
  insert into audit_records (id, at, actor_id, action, subject_type, subject_id, reason, request_id)
  values (
    ${id}, ${at}, ${actorId}, ${action}, ${subject?.prefix ?? null}, ${subject?.id ?? null}, ${reason ?? null},
    ${requestId ?? null}
  )`

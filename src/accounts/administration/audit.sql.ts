import type { IdPrefix } from '../../db/ids.ts'
import type { Tx } from '../../db/transaction.ts'

export interface AuditRecord {
  at: Date
  /** Who did it; null when that is not known, or it was the system. */
  actorId: string | null
  /** Subject and deed, e.g. `user.suspended`, named like the event types. */
  action: `${string}.${string}`
  /** What it was done to. */
  subject?: { prefix: IdPrefix; id: string } | undefined
  /** In the words of whoever did it. */
  reason?: string | undefined
  /** Absent for what no request did. */
  requestId?: string | undefined
}

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

import type { IdPrefix } from '../db/ids.ts'
import type { Writer } from '../db/statements.ts'

export interface AuditRecord {
  /** The clock of the rule; by default that of the database. */
  at?: Date
  /** The person who did it; null if unknown, or if it was the system. */
  actorId: string | null
  /** Subject and action, e.g. `user.suspended`, named like the event types. */
  action: `${string}.${string}`
  /** The object of the action. */
  subject?: { prefix: IdPrefix; id: string } | undefined
  /** In the words of the actor. */
  reason?: string | undefined
  /** Absent if no request did it. */
  requestId?: string | undefined
}

export const insertAuditRecord = (
  tx: Writer,
  { id, at, actorId, action, subject, reason, requestId }: AuditRecord & { id: string },
) => tx.run`
  /* insertAuditRecord */
  insert into audit_records (id, at, actor_id, action, subject_type, subject_id, reason, request_id)
  values (
    ${id}, coalesce(${at ?? null}::timestamptz, errand_now()), ${actorId}, ${action}, ${subject?.prefix ?? null}, ${subject?.id ?? null}, ${reason ?? null},
    ${requestId ?? null}
  )`

/** The audit log: what staff did and why, and who signed in or failed to. Only administrators read it; nothing changes it. */
import { type IdPrefix, newId } from '../db/ids.ts'
import type { Tx } from '../db/transaction.ts'
import { insertAuditRecord } from './audit.sql.ts'

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

/** Writes the record in the transaction of the act: there is neither without the other. */
export async function recordAudit(tx: Tx, record: AuditRecord): Promise<void> {
  await insertAuditRecord(tx, { id: newId(), ...record })
}

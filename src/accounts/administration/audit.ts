/** The audit log: what staff did and why, and who signed in or failed to. Only administrators read it; nothing changes it. */
import { newId } from '../../db/ids.ts'
import type { Tx } from '../../db/transaction.ts'
import { type AuditRecord, insertAuditRecord } from './audit.sql.ts'

/** Writes the record in the transaction of the act: there is neither without the other. */
export async function recordAudit(tx: Tx, record: AuditRecord): Promise<void> {
  await insertAuditRecord(tx, { id: newId(), ...record })
}

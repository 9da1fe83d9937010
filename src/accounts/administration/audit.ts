/** The audit log: actions of staff with their reasons, and sign-ins, failed or not. Only administrators read it. Never changed. */
import { newId } from '../../db/ids.ts'
import type { Tx } from '../../db/transaction.ts'
import { type AuditRecord, insertAuditRecord } from './audit.sql.ts'

/** Inserts the record in the transaction of the action, so that neither is committed without the other. */
export async function recordAudit(tx: Tx, record: AuditRecord): Promise<void> {
  await insertAuditRecord(tx, { id: newId(), ...record })
}

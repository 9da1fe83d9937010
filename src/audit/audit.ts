/**
 * The audit log: every mutation of staff with its reason, and every sign-in, failed or not. Only administrators read it. Never
 * changed. A message of an agent has no record: the chat itself shows who wrote what and when. Neither has the refresh of a session.
 */
import { newId } from '../db/ids.ts'
import type { Tx } from '../db/transaction.ts'
import { type AuditRecord, insertAuditRecord } from './audit.sql.ts'

/** Inserts the record in the transaction of the action, so that neither is committed without the other. */
export async function recordAudit(tx: Tx, record: AuditRecord): Promise<void> {
  await insertAuditRecord(tx.deferred, { id: newId(), ...record })
}

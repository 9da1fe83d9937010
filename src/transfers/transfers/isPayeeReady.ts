import type { Transfer } from '../../db/generated/client.ts'
import type { Tx } from '../../db/transaction.ts'
import { lockPayee } from './transfers.sql.ts'

/** True if the tasker of a transfer can be paid: READY for payouts and not suspended. Their account is locked, shared. */
export async function isPayeeReady(tx: Tx, { destinationId }: Pick<Transfer, 'destinationId'>): Promise<boolean> {
  const payee = await lockPayee(tx, { userId: destinationId })
  return payee?.payoutReadiness === 'READY' && payee.suspendedAt === null
}

import type { Tx } from '../../db/transaction.ts'
import { enqueue } from '../../jobs/enqueue.ts'
import { wakeWaitingTransfers } from './transfers.sql.ts'

// More than these wait for the sweep, which finds them within a second: the transaction stays short.
const JOBS_MAX = 20

/** A tasker became ready for payouts, or was restored: what waited for that becomes due. Their row is locked already. */
export async function wakeTransfersOf(tx: Tx, { userId }: { userId: string }): Promise<void> {
  const woken = await wakeWaitingTransfers(tx, { userId })
  for (const { id } of woken.slice(0, JOBS_MAX)) await enqueue(tx, { task: 'sendTransfer', id })
}

import type { Tx } from '../../db/transaction.ts'
import { enqueue } from '../../jobs/enqueue.ts'
import { wakeWaitingTransfers } from './transfers.sql.ts'

// The sweep finds the others within a second; the limit keeps the transaction short.
const JOBS_MAX = 20

/** Makes the waiting transfers of a tasker due who became ready for payouts or was restored. Their row is locked already. */
export async function wakeTransfersOf(tx: Tx, { userId }: { userId: string }): Promise<void> {
  const woken = await wakeWaitingTransfers(tx, { userId })
  for (const { id } of woken.slice(0, JOBS_MAX)) await enqueue(tx, { task: 'sendTransfer', id })
}

/** Locks a transfer together with its task and its hold, in the lock order (src/README.md#lock-order). */

import type { Hold, Transfer } from '../../db/generated/client.ts'
import type { Tx } from '../../db/transaction.ts'
import { lockTask, lockTaskWithoutWaiting } from '../../tasks/lockTask.ts'
import type { LockedTask } from '../../tasks/tasks.sql.ts'
import { lockHold } from '../holds/holds.sql.ts'
import { lockTransferRow, readTaskAndHoldOfTransfer } from './transfers.sql.ts'

export interface LockedTransfer {
  task: LockedTask
  hold: Hold
  transfer: Transfer
  /** The number of attempts so far, and so the number of the last one. */
  attemptCount: number
  /** Real time, which leases run on. */
  realNow: Date
  at: Date
}

/** Locks a transfer; undefined if there is none. */
export const lockTransfer = (tx: Tx, { transferId }: { transferId: string }): Promise<LockedTransfer | undefined> =>
  lockWith(tx, transferId, lockTask)

/** The same without waiting, for work that is retried: undefined while another transaction has its task locked. */
export const lockTransferWithoutWaiting = (
  tx: Tx,
  { transferId }: { transferId: string },
): Promise<LockedTransfer | undefined> => lockWith(tx, transferId, lockTaskWithoutWaiting)

async function lockWith(
  tx: Tx,
  transferId: string,
  lockItsTask: (tx: Tx, task: { taskId: string }) => Promise<LockedTask | undefined>,
): Promise<LockedTransfer | undefined> {
  const found = await readTaskAndHoldOfTransfer(tx, { transferId })
  const task = found && (await lockItsTask(tx, found))
  if (!task) return undefined
  const hold = await lockHold(tx, found)
  const locked = await lockTransferRow(tx, { transferId })
  if (!hold || !locked) throw new Error('The transfer or its hold no longer exists.')
  const { attemptCount, realNow, ...transfer } = locked
  return { task, hold, transfer, attemptCount, realNow, at: task.now }
}

/** Locks a reversal together with its task, its hold and its transfer, in the lock order (src/README.md#lock-order). */

import type { Hold, Reversal, Transfer } from '../../db/generated/client.ts'
import type { Tx } from '../../db/transaction.ts'
import { lockTask, lockTaskWithoutWaiting } from '../../tasks/lockTask.ts'
import type { LockedTask } from '../../tasks/tasks.sql.ts'
import { lockHold } from '../holds/holds.sql.ts'
import { lockTransferRow } from '../transfers/transfers.sql.ts'
import { lockReversalRow, readTransferOfReversal } from './reversals.sql.ts'

export interface LockedReversal {
  task: LockedTask
  hold: Hold
  transfer: Transfer
  reversal: Reversal
  /** Real time, which leases run on. */
  realNow: Date
  at: Date
}

/** Locks a reversal; undefined if there is none. */
export const lockReversal = (tx: Tx, { reversalId }: { reversalId: string }): Promise<LockedReversal | undefined> =>
  lockWith(tx, reversalId, lockTask)

/** The same without waiting, for work that is retried: undefined while another transaction has its task locked. */
export const lockReversalWithoutWaiting = (
  tx: Tx,
  { reversalId }: { reversalId: string },
): Promise<LockedReversal | undefined> => lockWith(tx, reversalId, lockTaskWithoutWaiting)

async function lockWith(
  tx: Tx,
  reversalId: string,
  lockItsTask: (tx: Tx, task: { taskId: string }) => Promise<LockedTask | undefined>,
): Promise<LockedReversal | undefined> {
  const found = await readTransferOfReversal(tx, { reversalId })
  const task = found && (await lockItsTask(tx, found))
  if (!task) return undefined
  const hold = await lockHold(tx, found)
  const lockedTransfer = await lockTransferRow(tx, found)
  const locked = await lockReversalRow(tx, { reversalId })
  if (!hold || !lockedTransfer || !locked) throw new Error('The reversal, its transfer or its hold no longer exists.')
  const { attemptCount: _attempts, realNow: _now, ...transfer } = lockedTransfer
  const { realNow, ...reversal } = locked
  return { task, hold, transfer, reversal, realNow, at: task.now }
}

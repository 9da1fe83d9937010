/** How a rule gets hold of a transfer: with its task and its hold, locked in the order that everybody keeps. */

import type { Hold, Transfer } from '../../db/generated/client.ts'
import type { Tx } from '../../db/transaction.ts'
import { lockTask, lockTaskWithoutWaiting } from '../../tasks/lockTask.ts'
import type { LockedTask } from '../../tasks/tasks.sql.ts'
import { lockHold } from '../holds/holds.sql.ts'
import { lockTransferRow, readPlaceOfTransfer } from './transfers.sql.ts'

export interface LockedTransfer {
  task: LockedTask
  hold: Hold
  transfer: Transfer
  /** How often it was sent; the number of the last attempt. */
  attemptCount: number
  /** The time that leases are measured by. */
  realNow: Date
  at: Date
}

/** Locks a transfer; undefined when there is none. */
export const lockTransfer = (tx: Tx, { transferId }: { transferId: string }): Promise<LockedTransfer | undefined> =>
  lockWith(tx, transferId, lockTask)

/** The same without waiting, for work that comes again: undefined while somebody else holds its task. */
export const lockTransferWithoutWaiting = (
  tx: Tx,
  { transferId }: { transferId: string },
): Promise<LockedTransfer | undefined> => lockWith(tx, transferId, lockTaskWithoutWaiting)

async function lockWith(
  tx: Tx,
  transferId: string,
  lockItsTask: (tx: Tx, task: { taskId: string }) => Promise<LockedTask | undefined>,
): Promise<LockedTransfer | undefined> {
  const place = await readPlaceOfTransfer(tx, { transferId })
  const task = place && (await lockItsTask(tx, place))
  if (!task) return undefined
  const hold = await lockHold(tx, place)
  const locked = await lockTransferRow(tx, { transferId })
  if (!hold || !locked) throw new Error('A transfer or its hold is gone.')
  const { attemptCount, realNow, ...transfer } = locked
  return { task, hold, transfer, attemptCount, realNow, at: task.now }
}

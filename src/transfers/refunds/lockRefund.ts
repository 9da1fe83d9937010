/** Locks a refund together with its task and its hold, in the lock order (src/README.md#lock-order). */

import type { Hold, Refund } from '../../db/generated/client.ts'
import type { Tx } from '../../db/transaction.ts'
import { lockTask, lockTaskWithoutWaiting } from '../../tasks/lockTask.ts'
import type { LockedTask } from '../../tasks/tasks.sql.ts'
import { lockHold } from '../holds/holds.sql.ts'
import { lockRefundRow, readTaskAndHoldOfRefund } from './refunds.sql.ts'

export interface LockedRefund {
  task: LockedTask
  hold: Hold
  refund: Refund
  /** Real time, which leases run on. */
  realNow: Date
  at: Date
}

/** Locks a refund; undefined if there is none. */
export const lockRefund = (tx: Tx, { refundId }: { refundId: string }): Promise<LockedRefund | undefined> =>
  lockWith(tx, refundId, lockTask)

/** The same without waiting, for work that is retried: undefined while another transaction has its task locked. */
export const lockRefundWithoutWaiting = (
  tx: Tx,
  { refundId }: { refundId: string },
): Promise<LockedRefund | undefined> => lockWith(tx, refundId, lockTaskWithoutWaiting)

async function lockWith(
  tx: Tx,
  refundId: string,
  lockItsTask: (tx: Tx, task: { taskId: string }) => Promise<LockedTask | undefined>,
): Promise<LockedRefund | undefined> {
  const found = await readTaskAndHoldOfRefund(tx, { refundId })
  const task = found && (await lockItsTask(tx, found))
  if (!task) return undefined
  const hold = await lockHold(tx, found)
  const locked = await lockRefundRow(tx, { refundId })
  if (!hold || !locked) throw new Error('The refund or its hold no longer exists.')
  const { realNow, ...refund } = locked
  return { task, hold, refund, realNow, at: task.now }
}

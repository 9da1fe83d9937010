/** How a rule gets hold of a refund: with its task and its hold, locked in the order that everybody keeps. */

import type { Hold, Refund } from '../../db/generated/client.ts'
import type { Tx } from '../../db/transaction.ts'
import { lockTask, lockTaskWithoutWaiting } from '../../tasks/lockTask.ts'
import type { LockedTask } from '../../tasks/tasks.sql.ts'
import { lockHold } from '../holds/holds.sql.ts'
import { lockRefundRow, readPlaceOfRefund } from './refunds.sql.ts'

export interface LockedRefund {
  task: LockedTask
  hold: Hold
  refund: Refund
  /** The time that leases are measured by. */
  realNow: Date
  at: Date
}

/** Locks a refund; undefined when there is none. */
export const lockRefund = (tx: Tx, { refundId }: { refundId: string }): Promise<LockedRefund | undefined> =>
  lockWith(tx, refundId, lockTask)

/** The same without waiting, for work that comes again: undefined while somebody else holds its task. */
export const lockRefundWithoutWaiting = (
  tx: Tx,
  { refundId }: { refundId: string },
): Promise<LockedRefund | undefined> => lockWith(tx, refundId, lockTaskWithoutWaiting)

async function lockWith(
  tx: Tx,
  refundId: string,
  lockItsTask: (tx: Tx, task: { taskId: string }) => Promise<LockedTask | undefined>,
): Promise<LockedRefund | undefined> {
  const place = await readPlaceOfRefund(tx, { refundId })
  const task = place && (await lockItsTask(tx, place))
  if (!task) return undefined
  const hold = await lockHold(tx, place)
  const locked = await lockRefundRow(tx, { refundId })
  if (!hold || !locked) throw new Error('A refund or its hold is gone.')
  const { realNow, ...refund } = locked
  return { task, hold, refund, realNow, at: task.now }
}

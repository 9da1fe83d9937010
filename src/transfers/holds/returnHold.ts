import type { Tx } from '../../db/transaction.ts'
import type { LockedTask } from '../../tasks/tasks.sql.ts'
import { requestRefund } from '../refunds/requestRefund.ts'
import { lockLiveHold, readHeldTasks } from './holds.sql.ts'

/**
 * Refunds the whole hold of a task that ends without work. Does nothing if no money is held; a payment that is still PENDING is
 * refunded when it arrives.
 */
export async function returnHold(
  tx: Tx,
  { task, reason, at, actorId }: { task: LockedTask; reason: string; at: Date; actorId: string | null },
): Promise<void> {
  const hold = await lockLiveHold(tx, { taskId: task.id })
  if (hold?.status !== 'HELD') return
  await requestRefund(tx, { task, hold, amountMinor: hold.remainingMinor, reason, at, actorId })
}

/** The tasks among these locked ones that have money to refund. */
export async function tasksWithHeldMoney(tx: Tx, { taskIds }: { taskIds: readonly string[] }): Promise<string[]> {
  return (await readHeldTasks(tx, { taskIds })).map(({ taskId }) => taskId)
}

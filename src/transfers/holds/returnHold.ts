import type { Tx } from '../../db/transaction.ts'
import type { LockedTask } from '../../tasks/tasks.sql.ts'
import { requestRefund } from '../refunds/requestRefund.ts'
import { lockLiveHold, readHeldTasks } from './holds.sql.ts'

/**
 * The task ends without work: what is held goes back to the poster, whole. Nothing happens when nothing is held; a payment that is
 * still open goes back when it comes.
 */
export async function returnHold(
  tx: Tx,
  { task, reason, at, actorId }: { task: LockedTask; reason: string; at: Date; actorId: string | null },
): Promise<void> {
  const hold = await lockLiveHold(tx, { taskId: task.id })
  if (hold?.status !== 'HELD') return
  await requestRefund(tx, { task, hold, amountMinor: hold.remainingMinor, reason, at, actorId })
}

/** Those of these locked tasks for which there is something to return. */
export async function tasksWithHeldMoney(tx: Tx, { taskIds }: { taskIds: readonly string[] }): Promise<string[]> {
  return (await readHeldTasks(tx, { taskIds })).map(({ taskId }) => taskId)
}

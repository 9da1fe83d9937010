import type { Tx } from '../../db/transaction.ts'
import { refuseStaleVersion, refuseUnfitDeadline, taskerUnavailable } from '../errors.ts'
import { lockTaskAsPoster, type TaskAction } from '../lockTask.ts'
import { recordTaskChange } from '../recordTaskChange.ts'
import { isTaskerSuspended } from '../standing.ts'
import { refuseUnlessStatusAllows } from '../taskStatus.ts'
import { setOpen } from '../tasks.sql.ts'

/**
 * The poster publishes a draft. The minimum price needs no check here, because every draft has been checked.
 * Refuses with NotFoundError, ForbiddenError, StaleVersionError, IllegalTransitionError (for the status, then for an invitee who was
 * suspended since), and ValidationError for a deadline in the past or more than ten years ahead, in this order.
 */
export async function publishTask(
  tx: Tx,
  { taskId, caller, expectedVersion, reason }: TaskAction,
): Promise<{ taskId: string }> {
  const task = await lockTaskAsPoster(tx, { taskId, caller })
  const at = task.now
  refuseStaleVersion('task', task, expectedVersion)
  refuseUnlessStatusAllows(task.status, 'publishTask')
  if (await isTaskerSuspended(tx, task)) throw taskerUnavailable(task.status, 'publishTask')
  refuseUnfitDeadline(task.deadline, at, ['task', 'deadline'])
  await setOpen(tx, { taskId, at })
  const published = { task, after: 'OPEN', at, actorId: caller.id, reason, others: [task.inviteeId] } as const
  await recordTaskChange(tx, { type: 'task.published', ...published })
  return { taskId }
}

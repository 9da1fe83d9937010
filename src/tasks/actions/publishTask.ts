import type { Tx } from '../../db/transaction.ts'
import { refuseStaleVersion, refuseUnfitDeadline, taskerUnavailable } from '../errors.ts'
import { lockTaskAsPoster, type TaskAction } from '../lockTask.ts'
import { recordTaskChange } from '../recordTaskChange.ts'
import { isForSomebodySuspended } from '../standing.ts'
import { refuseUnlessStatusAllows } from '../taskStatus.ts'
import { setOpen } from '../tasks.sql.ts'

/**
 * The poster opens a draft to taskers. Its budget is at least the least price since it was made.
 * Refuses with NotFoundError, ForbiddenError, StaleVersionError and IllegalTransitionError, in this order: by the status, or
 * because its invitee was suspended since the draft was written; and last with ValidationError for a deadline that has passed since
 * or is more than ten years ahead.
 */
export async function publishTask(
  tx: Tx,
  { taskId, caller, expectedVersion, reason }: TaskAction,
): Promise<{ taskId: string }> {
  const task = await lockTaskAsPoster(tx, { taskId, caller })
  const at = task.now
  refuseStaleVersion('task', task, expectedVersion)
  refuseUnlessStatusAllows(task.status, 'publishTask')
  if (await isForSomebodySuspended(tx, task)) throw taskerUnavailable(task.status, 'publishTask')
  refuseUnfitDeadline(task.deadline, at, ['task', 'deadline'])
  await setOpen(tx, { taskId, at })
  const published = { task, after: 'OPEN', at, actorId: caller.id, reason, others: [task.inviteeId] } as const
  await recordTaskChange(tx, { type: 'task.published', ...published })
  return { taskId }
}

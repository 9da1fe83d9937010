import { tellTaskChat } from '../../chats/tellTaskChat.ts'
import type { Tx } from '../../db/transaction.ts'
import { refuseStaleVersion } from '../errors.ts'
import { lockTaskAsPoster, type TaskAction } from '../lockTask.ts'
import { recordTaskChange } from '../recordTaskChange.ts'
import { refuseUnlessStatusAllows } from '../taskStatus.ts'
import { setInWorkAgain } from '../tasks.sql.ts'

/**
 * The poster sends submitted work back to the tasker, which stops the timer of the automatic approval.
 * Refuses with NotFoundError, ForbiddenError, StaleVersionError and IllegalTransitionError, in this order.
 */
export async function requestChanges(
  tx: Tx,
  { taskId, caller, expectedVersion, reason }: TaskAction,
): Promise<{ taskId: string }> {
  const task = await lockTaskAsPoster(tx, { taskId, caller })
  refuseStaleVersion('task', task, expectedVersion)
  refuseUnlessStatusAllows(task.status, 'requestChanges')
  await setInWorkAgain(tx, { taskId, at: task.now })
  const requested = { task, after: 'ASSIGNED', at: task.now, actorId: caller.id, reason } as const
  await recordTaskChange(tx, { type: 'task.changes_requested', ...requested })
  await tellTaskChat(tx, {
    taskId,
    taskerId: task.assigneeId,
    body: 'The poster requested changes. The tasker can submit the work again.',
    at: task.now,
  })
  return { taskId }
}

import type { Tx } from '../../db/transaction.ts'
import { refuseStaleVersion } from '../errors.ts'
import { lockTaskAsAssignee, type TaskAction } from '../lockTask.ts'
import { refuseUnlessStatusAllows } from '../taskStatus.ts'
import { reopenTask } from './reopenTask.ts'

/**
 * The assignee withdraws before submitting work. They cannot accept the task again with `acceptTask`.
 * Refuses with NotFoundError, ForbiddenError, StaleVersionError and IllegalTransitionError, in this order.
 */
export async function withdrawFromTask(
  tx: Tx,
  { taskId, caller, expectedVersion, reason }: TaskAction,
): Promise<{ taskId: string }> {
  const task = await lockTaskAsAssignee(tx, { taskId, caller })
  refuseStaleVersion('task', task, expectedVersion)
  refuseUnlessStatusAllows(task.status, 'withdrawFromTask')
  await reopenTask(tx, { task, cause: 'withdrawn', actorId: caller.id, reason })
  return { taskId }
}

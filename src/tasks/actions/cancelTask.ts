import type { Tx } from '../../db/transaction.ts'
import { refuseStaleVersion } from '../errors.ts'
import { lockTaskAsPoster, type TaskAction } from '../lockTask.ts'
import { refuseUnlessStatusAllows } from '../taskStatus.ts'
import { endTask } from './endTask.ts'

/**
 * The poster cancels a task before the tasker starts work. Held money is refunded.
 * Refuses with NotFoundError, ForbiddenError, StaleVersionError and IllegalTransitionError, in this order.
 */
export async function cancelTask(
  tx: Tx,
  { taskId, caller, expectedVersion, reason }: TaskAction,
): Promise<{ taskId: string }> {
  const task = await lockTaskAsPoster(tx, { taskId, caller })
  refuseStaleVersion('task', task, expectedVersion)
  refuseUnlessStatusAllows(task.status, 'cancelTask')
  await endTask(tx, { task, status: 'CANCELED', actorId: caller.id, reason })
  return { taskId }
}

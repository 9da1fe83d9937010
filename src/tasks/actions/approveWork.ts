import type { Tx } from '../../db/transaction.ts'
import type { Caller } from '../../domain/caller.ts'
import { refuseStaleVersion } from '../errors.ts'
import { lockTaskAsPoster } from '../lockTask.ts'
import { refuseUnlessStatusAllows } from '../taskStatus.ts'
import { completeTask } from './completeTask.ts'

/**
 * The poster approves the work. The transfer to the tasker is created, and a worker sends it after the commit.
 * Refuses with NotFoundError, ForbiddenError, StaleVersionError, IllegalTransitionError and HoldFrozenError, in this order.
 */
export async function approveWork(
  tx: Tx,
  { taskId, caller, expectedVersion }: { taskId: string; caller: Caller; expectedVersion: number | undefined },
): Promise<{ taskId: string; transferId: string }> {
  const task = await lockTaskAsPoster(tx, { taskId, caller })
  refuseStaleVersion('task', task, expectedVersion)
  refuseUnlessStatusAllows(task.status, 'approveWork')
  const { transferId } = await completeTask(tx, { task, actorId: caller.id })
  return { taskId, transferId }
}

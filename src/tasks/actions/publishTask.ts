import type { Tx } from '../../db/transaction.ts'
import { feeRuleInForce } from '../../fees/feeRules.ts'
import { refuseLowPrice } from '../../fees/refuseLowPrice.ts'
import { budgetOf, refuseStaleVersion, refuseUnfitDeadline, taskerUnavailable } from '../errors.ts'
import { lockTaskAsPoster, type TaskAction } from '../lockTask.ts'
import { recordTaskChange } from '../recordTaskChange.ts'
import { isTaskerSuspended } from '../standing.ts'
import { refuseUnlessStatusAllows } from '../taskStatus.ts'
import { setOpen } from '../tasks.sql.ts'

/**
 * The poster publishes a draft.
 * Refuses with NotFoundError, ForbiddenError, StaleVersionError, IllegalTransitionError (for the status, then for an invitee who was
 * suspended since), and ValidationError for a budget below the minimum price, which a new fee rule may have raised since, and for a deadline
 * in the past or more than ten years ahead, in this order.
 */
export async function publishTask(
  tx: Tx,
  { taskId, caller, expectedVersion, reason }: TaskAction,
): Promise<{ taskId: string }> {
  const task = await lockTaskAsPoster(tx, { taskId, caller })
  const at = task.now
  refuseStaleVersion('task', task, expectedVersion)
  refuseUnlessStatusAllows(task.status, 'publishTask')
  const [isSuspended, feeRule] = await Promise.all([isTaskerSuspended(tx, task), feeRuleInForce(tx)])
  if (isSuspended) throw taskerUnavailable(task.status, 'publishTask')
  refuseLowPrice(budgetOf(task), feeRule, ['task', 'budget', 'amount'])
  refuseUnfitDeadline(task.deadline, at, ['task', 'deadline'])
  await setOpen(tx, { taskId, at })
  const published = { task, after: 'OPEN', at, actorId: caller.id, reason, others: [task.inviteeId] } as const
  await recordTaskChange(tx, { type: 'task.published', ...published })
  return { taskId }
}

/** The most contended rule: hundreds may accept one task at the same time, and exactly one of them wins. */
import type { Tx } from '../../db/transaction.ts'
import { NotFoundError } from '../../domain/errors.ts'
import type { Money } from '../../domain/money.ts'
import { feeRuleInForce } from '../../fees/feeRules.ts'
import { refuseLowPrice } from '../../fees/refuseLowPrice.ts'
import { countUnfundedAcceptances, readTaskerHistory } from '../applications.sql.ts'
import {
  accountSuspended,
  budgetOf,
  refuseAfterDeadline,
  refuseByHistory,
  refuseChoiceOfPoster,
  refuseIfAccepted,
  refuseOtherPrice,
  refuseOwnTask,
  refuseStaleVersion,
  refuseTooManyUnfunded,
  refuseUnlessOffered,
} from '../errors.ts'
import { lockSides } from '../standing.ts'
import { refuseUnlessStatusAllows } from '../taskStatus.ts'
import { glanceAtTask, lockTaskRow, type OfferedTask, type TaskRow } from '../tasks.sql.ts'
import { assignTasker } from './assignTasker.ts'

/**
 * A tasker accepts a FIRST_COME task, or the invitee an INVITE_ONLY one, at its budget.
 * Refuses, in this order: NotFoundError; SelfDealingError; StaleVersionError; IllegalTransitionError for a POSTER_CHOICE task;
 * TaskAlreadyAcceptedError with the winner's time; IllegalTransitionError for the status, then for a passed deadline (from EXPIRED);
 * ValidationError for an expected price below the minimum; PriceChangedError; ForbiddenError after a rejection by the poster, a withdrawal
 * (WITHDREW_BEFORE) or a lapsed acceptance (LAPSED_BEFORE); ValidationError for a budget below the minimum, which a new fee rule may have
 * raised; NotFoundError if the poster was suspended since the start; ForbiddenError if the tasker was (ACCOUNT_SUSPENDED), or has
 * too many unfunded tasks (TOO_MANY_UNFUNDED).
 */
export async function acceptTask(
  tx: Tx,
  {
    taskId,
    taskerId,
    expectedPrice,
    expectedVersion,
  }: { taskId: string; taskerId: string; expectedPrice: Money | undefined; expectedVersion: number | undefined },
): Promise<{ taskId: string; chatId: string }> {
  const request = { taskId, taskerId, expectedVersion }
  // Fast exit for latecomers, who need not wait for the lock. The same checks under the lock decide.
  refuseUnlessAcceptable(await glanceAtTask(tx, { taskId }), request)
  // Pipelined, as below: a statement after the lock sees the commits that the lock waited for, and the lock is held for fewer round trips.
  const [locked, history, feeRule] = await Promise.all([
    lockTaskRow(tx, { taskId }),
    readTaskerHistory(tx, { taskId, applicantId: taskerId }),
    feeRuleInForce(tx),
  ])
  const task = refuseUnlessAcceptable(locked, request)
  const price = budgetOf(task)
  refuseAfterDeadline(task, task.now, 'acceptTask')
  if (expectedPrice) refuseLowPrice(expectedPrice, feeRule, ['input', 'expectedPrice', 'amount'])
  refuseOtherPrice(price, expectedPrice)
  refuseByHistory(history)
  refuseLowPrice(price, feeRule, ['task', 'budget', 'amount'])
  const { chatId, isFunded } = await assignTasker(tx, { task, taskerId, price, feeRule, actorId: taskerId })
  const [{ isTaskerSuspended, isPosterSuspended }, unfundedCount] = await Promise.all([
    lockSides(tx, { taskerId, posterId: task.posterId }),
    isFunded ? 0 : countUnfundedAcceptances(tx, { taskerId }),
  ])
  if (isPosterSuspended) throw NotFoundError.of('tsk', taskId)
  if (isTaskerSuspended) throw accountSuspended()
  refuseTooManyUnfunded(unfundedCount)
  return { taskId, chatId }
}

/** The checks that need only the task row, in order of precedence. */
function refuseUnlessAcceptable<Seen extends OfferedTask & Pick<TaskRow, 'version'>>(
  row: Seen | undefined,
  { taskId, taskerId, expectedVersion }: { taskId: string; taskerId: string; expectedVersion: number | undefined },
): Seen {
  const task = refuseUnlessOffered(row, { taskId, callerId: taskerId })
  refuseOwnTask(task, taskerId)
  refuseStaleVersion('task', task, expectedVersion)
  refuseChoiceOfPoster(task)
  refuseIfAccepted(task)
  refuseUnlessStatusAllows(task.status, 'acceptTask')
  return task
}

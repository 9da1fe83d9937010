/** The hottest rule: hundreds may accept one task in the same moment, and exactly one of them has it. */
import type { Tx } from '../../db/transaction.ts'
import { NotFoundError } from '../../domain/errors.ts'
import type { Money } from '../../domain/money.ts'
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
  refuseUnlessEverPublic,
} from '../errors.ts'
import { lockSides } from '../standing.ts'
import { refuseUnlessStatusAllows } from '../taskStatus.ts'
import { glanceAtTask, lockTaskRow, type OfferedTask, type TaskRow } from '../tasks.sql.ts'
import { assignTasker } from './assignTasker.ts'

/**
 * A tasker takes a FIRST_COME task, or the invitee an INVITE_ONLY one, at its budget. Of any number at once one has it.
 * Refuses, in this order: NotFoundError; SelfDealingError; StaleVersionError; another mode (IllegalTransitionError);
 * TaskAlreadyAcceptedError with the winner's time; IllegalTransitionError; a passed deadline (the same, from EXPIRED);
 * PriceChangedError; ForbiddenError for those whom the poster rejected, who withdrew before (WITHDREW_BEFORE) or lapsed before
 * (LAPSED_BEFORE), whose account was suspended meanwhile (ACCOUNT_SUSPENDED), or for whom it is one unfunded task too many
 * (TOO_MANY_UNFUNDED). A poster who was suspended meanwhile hides the task: NotFoundError.
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
  // Only a quick way out, so that latecomers need not wait for the lock; what decides is the same look under the lock.
  refuseUnlessAcceptable(await glanceAtTask(tx, { taskId }), request)
  // In one packet, as below: what is asked behind a lock sees what the lock has waited for, and others wait for fewer round trips.
  const [locked, history] = await Promise.all([
    lockTaskRow(tx, { taskId }),
    readTaskerHistory(tx, { taskId, applicantId: taskerId }),
  ])
  const task = refuseUnlessAcceptable(locked, request)
  const price = budgetOf(task)
  refuseAfterDeadline(task, task.now, 'acceptTask')
  refuseOtherPrice(price, expectedPrice)
  refuseByHistory(history)
  const { chatId, isFunded } = await assignTasker(tx, { task, taskerId, price, actorId: taskerId })
  const [{ isTaskerSuspended, isPosterSuspended }, unfundedCount] = await Promise.all([
    lockSides(tx, { taskerId, posterId: task.posterId }),
    isFunded ? 0 : countUnfundedAcceptances(tx, { taskerId }),
  ])
  if (isPosterSuspended) throw NotFoundError.of('tsk', taskId)
  if (isTaskerSuspended) throw accountSuspended()
  refuseTooManyUnfunded(unfundedCount)
  return { taskId, chatId }
}

/** What the task's row alone shows, in the order of refusals. */
function refuseUnlessAcceptable<Seen extends OfferedTask & Pick<TaskRow, 'version'>>(
  row: Seen | undefined,
  { taskId, taskerId, expectedVersion }: { taskId: string; taskerId: string; expectedVersion: number | undefined },
): Seen {
  const task = refuseUnlessEverPublic(row, { taskId, callerId: taskerId })
  refuseOwnTask(task, taskerId)
  refuseStaleVersion('task', task, expectedVersion)
  refuseChoiceOfPoster(task)
  refuseIfAccepted(task)
  refuseUnlessStatusAllows(task.status, 'acceptTask')
  return task
}

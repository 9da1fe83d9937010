import { newId } from '../db/ids.ts'
import type { Tx } from '../db/transaction.ts'
import { ValidationError } from '../domain/errors.ts'
import type { Money } from '../domain/money.ts'
import { insertApplication, readLiveApplication } from './applications.sql.ts'
import {
  AlreadyAppliedError,
  budgetOf,
  refuseAfterDeadline,
  refuseIfAccepted,
  refuseOwnTask,
  refuseUnlessEverPublic,
} from './errors.ts'
import { recordApplicationEvent } from './recordApplicationEvent.ts'
import { illegalAction, refuseUnlessStatusAllows } from './taskStatus.ts'
import { lockTask } from './tasks.sql.ts'

/**
 * Somebody offers to do an open task, at their price or, without one, at its budget.
 * Refuses, in this order: NotFoundError; SelfDealingError; an INVITE_ONLY task (IllegalTransitionError); TaskAlreadyAcceptedError;
 * IllegalTransitionError; a passed deadline (the same, from EXPIRED); AlreadyAppliedError, for good after a rejection;
 * ValidationError for a price in another currency than the task's.
 */
export async function applyToTask(
  tx: Tx,
  application: { taskId: string; applicantId: string; message: string | undefined; price: Money | undefined },
): Promise<{ applicationId: string }> {
  const { taskId, applicantId, message = null } = application
  // In one packet: what is read behind the lock sees what the lock has waited for.
  const [locked, live] = await Promise.all([lockTask(tx, { taskId }), readLiveApplication(tx, { taskId, applicantId })])
  const task = refuseUnlessEverPublic(locked, { taskId, callerId: applicantId })
  refuseOwnTask(task, applicantId)
  if (task.acceptanceMode === 'INVITE_ONLY') throw illegalAction(task.status, 'applyToTask')
  refuseIfAccepted(task)
  refuseUnlessStatusAllows(task.status, 'applyToTask')
  refuseAfterDeadline(task, task.now, 'applyToTask')
  if (live) throw new AlreadyAppliedError(live)
  const price = application.price ?? budgetOf(task)
  refuseOtherCurrency(price, task.currency)
  const applicationId = newId()
  await insertApplication(tx.soon, {
    id: applicationId,
    taskId,
    applicantId,
    status: 'PENDING',
    message,
    priceMinor: price.minorUnits,
    currency: price.currencyCode,
    createdAt: task.now,
    acceptedAt: null,
  })
  const received = { task, applicantId, at: task.now, actorId: applicantId }
  await recordApplicationEvent(tx, { type: 'task.application_received', ...received })
  return { applicationId }
}

function refuseOtherCurrency(price: Money, currencyCode: string): void {
  if (price.currencyCode === currencyCode) return
  throw new ValidationError([
    { path: ['input', 'price', 'currencyCode'], message: `The task is paid in ${currencyCode}.` },
  ])
}

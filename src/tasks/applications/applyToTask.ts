import { newId } from '../../db/ids.ts'
import type { Tx } from '../../db/transaction.ts'
import type { Money } from '../../domain/money.ts'
import { insertApplication, readLiveApplication } from '../applications.sql.ts'
import {
  AlreadyAppliedError,
  budgetOf,
  refuseAfterDeadline,
  refuseIfAccepted,
  refuseInvitation,
  refuseOtherCurrency,
  refuseOwnTask,
  refuseStaleVersion,
  refuseUnlessEverPublic,
} from '../errors.ts'
import { refuseUnlessStatusAllows } from '../taskStatus.ts'
import { lockTaskRow } from '../tasks.sql.ts'
import { recordApplicationEvent } from './recordApplicationEvent.ts'

/**
 * Somebody offers to do an open task, at their price or, without one, at its budget.
 * Refuses, in this order: NotFoundError; SelfDealingError; StaleVersionError; an INVITE_ONLY task (IllegalTransitionError); TaskAlreadyAcceptedError;
 * IllegalTransitionError; a passed deadline (the same, from EXPIRED); AlreadyAppliedError, for good after a rejection;
 * ValidationError for a price in another currency than the task's.
 */
export async function applyToTask(
  tx: Tx,
  application: {
    taskId: string
    applicantId: string
    message: string | undefined
    price: Money | undefined
    expectedVersion: number | undefined
  },
): Promise<{ applicationId: string }> {
  const { taskId, applicantId, message = null } = application
  // In one packet: what is read behind the lock sees what the lock has waited for.
  const [locked, live] = await Promise.all([
    lockTaskRow(tx, { taskId }),
    readLiveApplication(tx, { taskId, applicantId }),
  ])
  const task = refuseUnlessEverPublic(locked, { taskId, callerId: applicantId })
  refuseOwnTask(task, applicantId)
  refuseStaleVersion('task', task, application.expectedVersion)
  refuseInvitation(task)
  refuseIfAccepted(task)
  refuseUnlessStatusAllows(task.status, 'applyToTask')
  refuseAfterDeadline(task, task.now, 'applyToTask')
  if (live) throw new AlreadyAppliedError(live)
  const price = application.price ?? budgetOf(task)
  refuseOtherCurrency(price, task)
  const applicationId = newId()
  await insertApplication(tx.deferred, {
    id: applicationId,
    taskId,
    applicantId,
    status: 'PENDING',
    message,
    priceMinor: price.minorUnits,
    currency: price.currencyCode,
    taskVersion: task.version,
    createdAt: task.now,
    acceptedAt: null,
  })
  const received = { task, applicantId, at: task.now, actorId: applicantId }
  await recordApplicationEvent(tx, { type: 'task.application_received', ...received })
  return { applicationId }
}

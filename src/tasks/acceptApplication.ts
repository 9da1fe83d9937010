import type { Tx } from '../db/transaction.ts'
import { NotFoundError } from '../domain/errors.ts'
import { refuseUnlessApplicationAllows } from './applicationStatus.ts'
import { lockTasker } from './applications.sql.ts'
import { assignTasker } from './assignTasker.ts'
import { refuseAfterDeadline, refuseIfAccepted, refuseStaleVersion } from './errors.ts'
import { type ApplicationAction, lockApplication } from './lockApplication.ts'
import { refuseUnlessStatusAllows } from './taskStatus.ts'

/**
 * The poster takes one applicant, at the price of their application; all other applications close.
 * Refuses, in this order: NotFoundError, also when the applicant is suspended; ForbiddenError; StaleVersionError by the
 * application's version; TaskAlreadyAcceptedError; IllegalTransitionError by the status of the task, then of the application;
 * a passed deadline (the same, from EXPIRED).
 */
export async function acceptApplication(
  tx: Tx,
  { applicationId, caller, expectedVersion, reason }: ApplicationAction,
): Promise<{ taskId: string; chatId: string }> {
  const { task, application } = await lockApplication(tx, { applicationId, caller, side: 'poster' })
  refuseStaleVersion(application, expectedVersion)
  refuseIfAccepted(task)
  refuseUnlessStatusAllows(task.status, 'acceptApplication')
  refuseUnlessApplicationAllows(application.status, 'acceptApplication')
  refuseAfterDeadline(task, task.now, 'acceptApplication')
  const price = { minorUnits: application.priceMinor, currencyCode: application.currency }
  const taskerId = application.applicantId
  const { chatId } = await assignTasker(tx, { task, taskerId, price, actorId: caller.id, reason })
  // A suspension that came between the look and this lock waits no longer.
  const tasker = await lockTasker(tx, { taskerId })
  if (!tasker || tasker.suspendedAt) throw NotFoundError.of('app', applicationId)
  return { taskId: task.id, chatId }
}

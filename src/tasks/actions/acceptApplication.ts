import type { Tx } from '../../db/transaction.ts'
import { NotFoundError } from '../../domain/errors.ts'
import { feeRuleInForce } from '../../fees/feeRules.ts'
import { refuseLowPrice } from '../../fees/refuseLowPrice.ts'
import { refuseUnlessApplicationAllows } from '../applications/applicationStatus.ts'
import { type ApplicationAction, lockApplication } from '../applications/lockApplication.ts'
import { accountSuspended, priceOf, refuseAfterDeadline, refuseIfAccepted, refuseStaleVersion } from '../errors.ts'
import { lockSides } from '../standing.ts'
import { refuseUnlessStatusAllows } from '../taskStatus.ts'
import { refuseOutdated } from '../terms.ts'
import { assignTasker } from './assignTasker.ts'

/**
 * The poster accepts one application at its price; all other applications close.
 * Refuses, in this order: NotFoundError, also if the applicant is suspended; ForbiddenError; StaleVersionError for the version of the
 * application; TaskAlreadyAcceptedError; IllegalTransitionError for the status of the task, then of the application, then for a passed
 * deadline (from EXPIRED); TermsChangedError if the terms changed and the applicant has not confirmed them; ValidationError for a price below
 * the minimum, which a new fee rule may have raised.
 */
export async function acceptApplication(
  tx: Tx,
  { applicationId, caller, expectedVersion, reason }: ApplicationAction,
): Promise<{ taskId: string; chatId: string }> {
  const { task, application } = await lockApplication(tx, { applicationId, caller, side: 'poster' })
  refuseStaleVersion('application', application, expectedVersion)
  refuseIfAccepted(task)
  refuseUnlessStatusAllows(task.status, 'acceptApplication')
  refuseUnlessApplicationAllows(application.status, 'acceptApplication')
  refuseAfterDeadline(task, task.now, 'acceptApplication')
  refuseOutdated(application, task)
  const price = priceOf(application)
  const taskerId = application.applicantId
  const feeRule = await feeRuleInForce(tx)
  refuseLowPrice(price, feeRule, ['application', 'price', 'amount'])
  const { chatId } = await assignTasker(tx, { task, taskerId, price, feeRule, actorId: caller.id, reason })
  // Again under the lock: a suspension may have been committed since the first check.
  const { isTaskerSuspended, isPosterSuspended } = await lockSides(tx, { taskerId, posterId: task.posterId })
  if (isTaskerSuspended) throw NotFoundError.of('app', applicationId)
  if (isPosterSuspended) throw accountSuspended()
  return { taskId: task.id, chatId }
}

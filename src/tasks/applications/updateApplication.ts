import type { Tx } from '../../db/transaction.ts'
import type { Caller } from '../../domain/caller.ts'
import type { Money } from '../../domain/money.ts'
import { feeRuleInForce } from '../../fees/feeRules.ts'
import { refuseLowPrice } from '../../fees/refuseLowPrice.ts'
import { refuseUnpayablePrice } from '../../payments/port/payable.ts'
import type { ProviderTraits } from '../../payments/port/traits.ts'
import { saveApplication } from '../applications.sql.ts'
import { refuseAfterDeadline, refuseIfAccepted, refuseOtherCurrency, refuseStaleVersion } from '../errors.ts'
import { refuseUnlessStatusAllows } from '../taskStatus.ts'
import { refuseUnlessApplicationAllows } from './applicationStatus.ts'
import { lockApplication } from './lockApplication.ts'
import { recordApplicationEvent } from './recordApplicationEvent.ts'

/**
 * An applicant confirms their pending application for the current terms of the task, optionally with a new message or price.
 * Refuses, in this order: NotFoundError; ForbiddenError; StaleVersionError for the version of the application, then of the task;
 * TaskAlreadyAcceptedError; IllegalTransitionError for the status of the task, then of the application, then for a passed deadline
 * (from EXPIRED); ValidationError for a price in a currency other than the task's, below the minimum,
 * or not payable.
 */
export async function updateApplication(
  tx: Tx,
  {
    applicationId,
    caller,
    expectedVersion,
    expectedTaskVersion,
    ...changes
  }: {
    applicationId: string
    caller: Caller
    expectedVersion: number | undefined
    expectedTaskVersion: number
    /** Undefined keeps the message; null removes it. */
    message: string | null | undefined
    price: Money | undefined
    /** The limits of the payment provider. */
    traits: ProviderTraits
  },
): Promise<{ applicationId: string }> {
  const { task, application } = await lockApplication(tx, { applicationId, caller, side: 'applicant' })
  refuseStaleVersion('application', application, expectedVersion)
  refuseStaleVersion('task', task, expectedTaskVersion)
  refuseIfAccepted(task)
  refuseUnlessStatusAllows(task.status, 'updateApplication')
  refuseUnlessApplicationAllows(application.status, 'updateApplication')
  refuseAfterDeadline(task, task.now, 'updateApplication')
  const { message = application.message, price } = changes
  if (price) {
    refuseOtherCurrency(price, task)
    const terms = await feeRuleInForce(tx)
    refuseLowPrice(price, terms, ['input', 'price', 'amount'])
    refuseUnpayablePrice({ traits: changes.traits, terms }, price, ['input', 'price'])
  }
  const priceMinor = price?.minorUnits ?? application.priceMinor
  await saveApplication(tx, { id: applicationId, message, priceMinor, taskVersion: task.version })
  const updated = { task, applicantId: caller.id, at: task.now, actorId: caller.id }
  await recordApplicationEvent(tx, { type: 'task.application_updated', ...updated })
  return { applicationId }
}

import { newId } from '../../db/ids.ts'
import type { Tx } from '../../db/transaction.ts'
import type { Money } from '../../domain/money.ts'
import { feeRuleInForce } from '../../fees/feeRules.ts'
import { refuseLowPrice } from '../../fees/refuseLowPrice.ts'
import { refuseUnpayablePrice } from '../../payments/port/payable.ts'
import type { ProviderTraits } from '../../payments/port/traits.ts'
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
  refuseUnlessOffered,
} from '../errors.ts'
import { refuseUnlessStatusAllows } from '../taskStatus.ts'
import { lockTaskRow } from '../tasks.sql.ts'
import { recordApplicationEvent } from './recordApplicationEvent.ts'

/**
 * A tasker applies to an open task, at their price or by default at its budget.
 * Refuses, in this order: NotFoundError; SelfDealingError; StaleVersionError; IllegalTransitionError for an INVITE_ONLY task;
 * TaskAlreadyAcceptedError; IllegalTransitionError for the status, then for a passed deadline (from EXPIRED); AlreadyAppliedError,
 * permanently after a rejection; ValidationError for a price in a currency other than the task's, below the minimum,
 * or not payable.
 */
export async function applyToTask(
  tx: Tx,
  application: {
    taskId: string
    applicantId: string
    message: string | undefined
    price: Money | undefined
    expectedVersion: number | undefined
    /** The limits of the payment provider. */
    traits: ProviderTraits
  },
): Promise<{ applicationId: string }> {
  const { taskId, applicantId, message = null } = application
  // Pipelined: the read after the lock sees the commits that the lock waited for.
  const [locked, live, feeRule] = await Promise.all([
    lockTaskRow(tx, { taskId }),
    readLiveApplication(tx, { taskId, applicantId }),
    feeRuleInForce(tx),
  ])
  const task = refuseUnlessOffered(locked, { taskId, callerId: applicantId })
  refuseOwnTask(task, applicantId)
  refuseStaleVersion('task', task, application.expectedVersion)
  refuseInvitation(task)
  refuseIfAccepted(task)
  refuseUnlessStatusAllows(task.status, 'applyToTask')
  refuseAfterDeadline(task, task.now, 'applyToTask')
  if (live) throw new AlreadyAppliedError(live)
  const price = application.price ?? budgetOf(task)
  refuseOtherCurrency(price, task)
  refuseLowPrice(price, feeRule, application.price ? ['input', 'price', 'amount'] : ['task', 'budget', 'amount'])
  const { price: ownPrice, traits } = application
  if (ownPrice) refuseUnpayablePrice({ traits, terms: feeRule }, ownPrice, ['input', 'price'])
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

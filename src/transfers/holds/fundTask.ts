import { customerOf } from '../../accounts/payers/customerOf.ts'
import { fromPublicId, newId, type PublicId, textOf, toPublicId } from '../../db/ids.ts'
import { type Tx, withTransaction } from '../../db/transaction.ts'
import type { Caller } from '../../domain/caller.ts'
import { NotFoundError } from '../../domain/errors.ts'
import { type KeyedRequest, type StoredAnswer, takeKey } from '../../domain/idempotency.ts'
import { recordTaskEvent } from '../../events/recordEvent.ts'
import { feeRuleInForce, feeRuleOf } from '../../fees/feeRules.ts'
import type { Work } from '../../jobs/timer.ts'
import { refuseUnpayableCharge } from '../../payments/port/payable.ts'
import type { ChargeOrder } from '../../payments/port/provider.ts'
import type { ProviderTraits } from '../../payments/port/traits.ts'
import { accountSuspended, paidAlready, refuseStaleVersion, taskerUnavailable } from '../../tasks/errors.ts'
import { lockTaskAsPoster } from '../../tasks/lockTask.ts'
import { lockSidesShared } from '../../tasks/standing.ts'
import { refuseUnlessStatusAllows } from '../../tasks/taskStatus.ts'
import type { LockedTask } from '../../tasks/tasks.sql.ts'
import { PaymentRefusedError } from '../errors.ts'
import { LEASE_MS, lookUpAfter } from '../schedule.ts'
import { chargeOrder } from './chargeOrder.ts'
import { holdLimit } from './holdLimit.ts'
import { insertHold, lockLiveHold } from './holds.sql.ts'
import { FUNDING_MUTATION, NOT_SENT_CODE, settleCharge } from './settleCharge.ts'

interface Funding {
  taskId: PublicId
  paymentMethodId: string
  /** True if the poster agrees that the payment method is saved at the provider for later payments. */
  savesPaymentMethod: boolean
  /** The version of the task that the poster has read, so that they do not pay for another tasker or price. */
  expectedVersion: number | undefined
  idempotencyKey: string
  requestHash: Buffer
  caller: Caller
  /** The country of the platform, by which the provider limits how long money is held. */
  platformCountry: string | null
}

interface FundingAnswer {
  taskId: string
  holdId: string
  replayed: boolean
}

/**
 * Pays in for a task, by its poster: the budget while the task is open, the agreed price while it awaits funds. The key and the
 * PENDING hold are stored before the provider is called, outside of any transaction; the outcome and the answer are stored after it.
 * An unknown outcome is a success with the hold still PENDING: it is looked up at the provider until it is known. So is a payment
 * that the poster's client has to authenticate.
 * Refuses, in this order: PaymentRefusedError, if the provider did not make the poster its customer; IdempotencyKeyReusedError; IdempotencyInProgressError before there is any outcome; PaymentRefusedError
 * again, if this key has stored it; NotFoundError; ForbiddenError (not the poster, suspended); StaleVersionError;
 * IllegalTransitionError (another status, a payment is pending or held, the assignee or invitee is suspended); ForbiddenError AMOUNT_NOT_PAYABLE;
 * PaymentRefusedError.
 */
export async function fundTask(work: Work, funding: Funding): Promise<FundingAnswer> {
  const customerReference = await customerOf(work, funding.caller.id)
  if (customerReference === undefined) throw new PaymentRefusedError(NOT_SENT_CODE)
  const start = await withTransaction(work.database, (tx) =>
    orderCharge(tx, { ...funding, customerReference, traits: work.payments.traits }),
  )
  if ('stored' in start) return replay(start.stored)
  const { taskId, holdId, order } = start
  const outcome = await work.payments.charge(order)
  work.log.info({ hold: order.reference, outcome: outcome.kind }, 'charge sent')
  const { refusalCode } = await withTransaction(work.database, (tx) =>
    settleCharge(tx, { holdId, outcome, actorId: funding.caller.id }),
  )
  if (refusalCode !== null) throw new PaymentRefusedError(refusalCode)
  return { taskId, holdId, replayed: false }
}

type ChargeStart = { stored: StoredAnswer } | { taskId: string; holdId: string; order: ChargeOrder }

async function orderCharge(
  tx: Tx,
  funding: Funding & { customerReference: string | null; traits: ProviderTraits },
): Promise<ChargeStart> {
  const stored = await takeKey(tx, keyOf(funding))
  if (stored) return { stored }
  const task = await lockTaskToFund(tx, funding)
  const { id: taskId, now: at, currency } = task
  const amountMinor = task.agreedPriceMinor ?? task.budgetMinor
  const terms = task.feeRuleVersion === null ? await feeRuleInForce(tx) : await feeRuleOf(tx, task)
  refuseUnpayableCharge({ traits: funding.traits, terms }, { minorUnits: amountMinor, currencyCode: currency })
  const holdId = newId()
  const hold = await insertHold(tx, {
    id: holdId,
    taskId,
    amountMinor,
    currency,
    paymentMethodId: funding.paymentMethodId,
    customerReference: funding.customerReference,
    savesPaymentMethod: funding.savesPaymentMethod,
    ...holdLimit(funding, at),
    createdAt: at,
    providerKey: textOf(toPublicId('hld', holdId)),
    fundingKey: funding.idempotencyKey,
    askAt: lookUpAfter(0, at),
    leaseMs: LEASE_MS,
  })
  await recordTaskEvent(tx, {
    type: 'task.funding_requested',
    taskId,
    taskVersion: task.version,
    at,
    actorId: funding.caller.id,
    recipientIds: [task.posterId, task.assigneeId],
  })
  return { taskId, holdId, order: chargeOrder(hold) }
}

async function lockTaskToFund(tx: Tx, { taskId: publicId, caller, expectedVersion }: Funding): Promise<LockedTask> {
  const taskId = fromPublicId('tsk', publicId)
  if (!taskId) throw new NotFoundError(publicId)
  const task = await lockTaskAsPoster(tx, { taskId, caller })
  refuseStaleVersion('task', task, expectedVersion)
  refuseUnlessStatusAllows(task.status, 'fundTask')
  // Pipelined, and locked in this order.
  const [liveHold, { isPosterSuspended, isTaskerSuspended }] = await Promise.all([
    lockLiveHold(tx, { taskId }),
    lockSidesShared(tx, task),
  ])
  // Not a repetition of the check in lockTaskAsPoster: that one reads the snapshot from before the lock, this one the locked account.
  if (isPosterSuspended) throw accountSuspended()
  if (liveHold) throw paidAlready(task.status)
  if (isTaskerSuspended) throw taskerUnavailable(task.status, 'fundTask')
  return task
}

function replay({ ids, refusal }: StoredAnswer): FundingAnswer {
  if (refusal) throw new PaymentRefusedError(refusal.providerCode ?? null)
  const { taskId, holdId } = ids
  if (!taskId || !holdId) throw new Error('The answer stored under this key is not an answer of fundTask.')
  return { taskId, holdId, replayed: true }
}

const keyOf = ({ caller, idempotencyKey: key, requestHash }: Funding): KeyedRequest => ({
  callerId: caller.id,
  mutation: FUNDING_MUTATION,
  key,
  requestHash,
})

/** Charges: PaymentIntents on the platform's account, confirmed at once, in the transfer group of their task. */
import Stripe from 'stripe'
import type { ChargeOrder, ChargeOutcome, Finding } from '../port/provider.ts'
import { toStripe } from './amounts.ts'
import { failureOf } from './failures.ts'
import { isOf, isUnderKeyOf, metadataOf } from './ourReferences.ts'
import { PAGE_SIZE, pick } from './stripeClient.ts'

// Our hold is stored before its charge is sent, by a clock that differs from Stripe's.
const CLOCK_SKEW_MS = 300_000

type LookedUpCharge = ChargeOrder & { providerReference: string | null }

/** Orders a charge. Its reference is that of the PaymentIntent, because a payment that waits for 3-D Secure has no charge yet. */
export async function placeCharge(stripe: Stripe, order: ChargeOrder): Promise<ChargeOutcome> {
  try {
    const intent = await stripe.paymentIntents.create(
      {
        ...toStripe(order.amount),
        confirm: true,
        payment_method: order.paymentMethodId,
        ...(order.customerReference !== null && { customer: order.customerReference }),
        ...(order.savesPaymentMethod && { setup_future_usage: 'off_session' as const }),
        // A redirect would need a page of ours to return to. 3-D Secure works without one.
        automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
        transfer_group: order.taskReference,
        metadata: metadataOf(order),
      },
      { idempotencyKey: order.idempotencyKey },
    )
    return { ...outcomeOf(await upToDate(stripe, intent)), requestId: intent.lastResponse.requestId }
  } catch (error) {
    return failureOf(error)
  }
}

/** A replayed answer shows the payment as it was at first; since then the payer may have authenticated it. */
async function upToDate(stripe: Stripe, intent: Stripe.Response<Stripe.PaymentIntent>): Promise<Stripe.PaymentIntent> {
  const isReplayed = intent.lastResponse.headers['idempotent-replayed'] === 'true'
  return isReplayed && intent.status !== 'succeeded' ? stripe.paymentIntents.retrieve(intent.id) : intent
}

function outcomeOf(intent: Stripe.PaymentIntent): ChargeOutcome {
  const receipt = receiptOf(intent)
  if (intent.status === 'succeeded') return { kind: 'accepted', ...receipt }
  if (intent.status === 'requires_action') return { kind: 'needs_action', ...receipt }
  if (intent.status === 'requires_payment_method' || intent.status === 'canceled')
    return { kind: 'refused', ...reasonOf(intent) }
  return { kind: 'unknown', message: `The payment is ${intent.status}.` }
}

/**
 * Looks up a charge in the payments of its payer, or by its task if it has no payer: both lists show an object as soon as it exists,
 * unlike Stripe's search. Throws if Stripe cannot be reached.
 */
export async function lookUpCharge(stripe: Stripe, order: LookedUpCharge): Promise<Finding> {
  const intents = await intentsOf(stripe, order)
  const paid = intents.find(({ status }) => status === 'succeeded')
  if (paid) return { kind: 'has', ...receiptOf(paid) }
  const underWay = intents.find(({ status }) => status === 'processing' || status === 'requires_capture')
  if (underWay) return { kind: 'unreachable', message: `The payment is ${underWay.status}.` }
  const waiting = intents.find(({ status }) => status === 'requires_action')
  if (waiting) return { kind: 'needs_action', ...receiptOf(waiting) }
  const ended = intents.find(isUnderKeyOf(order))
  return ended ? endForGood(stripe, ended) : { kind: 'never' }
}

/** Cancels a charge that waits for its payer. Throws if Stripe cannot be reached. */
export async function cancelCharge(stripe: Stripe, order: LookedUpCharge): Promise<Finding> {
  const finding = await lookUpCharge(stripe, order)
  if (finding.kind !== 'needs_action') return finding
  return endForGood(stripe, await stripe.paymentIntents.retrieve(finding.providerReference))
}

async function intentsOf(stripe: Stripe, order: LookedUpCharge): Promise<Stripe.PaymentIntent[]> {
  if (order.providerReference !== null) return [await stripe.paymentIntents.retrieve(order.providerReference)]
  const sinceMs = Math.min(order.orderedAt.getTime(), Date.now()) - CLOCK_SKEW_MS
  const since = { created: { gte: Math.floor(sinceMs / 1000) }, limit: PAGE_SIZE }
  const customer = order.customerReference
  if (customer !== null) return pick(stripe.paymentIntents.list({ ...since, customer }), isOf(order))
  const charges = await pick(
    stripe.charges.list({ transfer_group: order.taskReference, limit: PAGE_SIZE }),
    isOf(order),
  )
  const ids = new Set(charges.flatMap(({ payment_intent: intent }) => (typeof intent === 'string' ? [intent] : [])))
  if (ids.size > 0) return Promise.all([...ids].map((id) => stripe.paymentIntents.retrieve(id)))
  return pick(stripe.paymentIntents.list(since), isOf(order))
}

/**
 * Cancels a payment that failed or waits, because its payer's client could still pay with its secret. A payment that has succeeded since then is
 * reported, because it cannot be canceled.
 */
async function endForGood(stripe: Stripe, intent: Stripe.PaymentIntent): Promise<Finding> {
  if (intent.status === 'canceled') return { kind: 'failed', ...reasonOf(intent) }
  try {
    await stripe.paymentIntents.cancel(intent.id)
    return { kind: 'failed', ...reasonOf(intent) }
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) throw error
    const now = await stripe.paymentIntents.retrieve(intent.id)
    if (now.status === 'succeeded') return { kind: 'has', ...receiptOf(now) }
    if (now.status === 'canceled') return { kind: 'failed', ...reasonOf(now) }
    throw error
  }
}

function reasonOf({ last_payment_error: error, status }: Stripe.PaymentIntent) {
  return {
    code: error?.decline_code ?? error?.code ?? status,
    message: error?.message ?? `The payment is ${status}.`,
    isFinal: true,
  }
}

/** The client secret is null only for a publishable key, which the adapter never uses. */
const receiptOf = ({ id, client_secret: secret }: Stripe.PaymentIntent) => ({
  providerReference: id,
  clientSecret: secret ?? '',
})

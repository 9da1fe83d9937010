/** Refunds of charges. Stripe accepts some that the payer's bank sends back days later. */
import type Stripe from 'stripe'
import type { Finding, Outcome, RefundOrder } from '../port/provider.ts'
import { toStripe } from './amounts.ts'
import { failureOf } from './failures.ts'
import { isOf, isUnderKeyOf, metadataOf } from './ourReferences.ts'
import { PAGE_SIZE, pick } from './stripeClient.ts'

/** Orders a refund. One that is pending counts as accepted: a later failure comes as a webhook, and the look-up finds it. */
export async function placeRefund(stripe: Stripe, order: RefundOrder): Promise<Outcome> {
  try {
    const { amount } = toStripe(order.amount)
    const refund = await stripe.refunds.create(
      { payment_intent: order.chargeReference, amount, metadata: metadataOf(order) },
      { idempotencyKey: order.idempotencyKey },
    )
    const { requestId } = refund.lastResponse
    if (hasFailed(refund)) return { kind: 'refused', ...reasonOf(refund), requestId }
    return { kind: 'accepted', providerReference: refund.id, requestId }
  } catch (error) {
    return failureOf(error)
  }
}

/** Looks up a refund among those of its charge. Throws if Stripe cannot be reached. */
export async function lookUpRefund(stripe: Stripe, order: RefundOrder): Promise<Finding> {
  const list = stripe.refunds.list({ payment_intent: order.chargeReference, limit: PAGE_SIZE })
  const refunds = await pick(list, isOf(order))
  const live = refunds.find((refund) => !hasFailed(refund))
  if (live) return { kind: 'has', providerReference: live.id }
  const failed = refunds.find(isUnderKeyOf(order))
  return failed ? { kind: 'failed', ...reasonOf(failed) } : { kind: 'never' }
}

const hasFailed = ({ status }: Stripe.Refund): boolean => status === 'failed' || status === 'canceled'

function reasonOf({ failure_reason: reason, status }: Stripe.Refund) {
  const code = reason ?? status ?? 'failed'
  return { code, message: `The refund failed: ${code}.`, isFinal: true }
}

/** Refunds at the local Stripe server. Tests can let them be pending, and fail later. */
import type Stripe from 'stripe'
import type { Fate } from './hostility.ts'
import { matches, page } from './lists.ts'
import { metadataOf, type Params, positive, text } from './params.ts'
import { refused } from './refusals.ts'
import { found, type StripeBook } from './stripeBook.ts'

/** POST /v1/refunds. */
export function createRefund(book: StripeBook, params: Params, fate: Fate, status: 'succeeded' | 'pending') {
  const intent = found(book.paymentIntents, 'payment_intent', text(params, 'payment_intent'), 'payment_intent')
  const charge = found(book.charges, 'charge', String(intent.latest_charge), 'charge')
  const amount = positive(params, 'amount')
  if (charge.status !== 'succeeded') throw refused('charge_not_refundable', 'The charge was not paid.')
  if (charge.disputed) throw refused('charge_disputed', 'The charge has been charged back.')
  if (charge.refunded) throw refused('charge_already_refunded', 'The charge has already been refunded.')
  if (charge.amount_refunded + amount > charge.amount)
    throw refused('amount_too_large', 'The refund is greater than what is left of the charge.')
  if (fate.refusal === 'for_now') throw refused('processing_error', 'Try again later.')
  if (fate.refusal === 'for_good') throw refused('refund_not_allowed', 'This refund is not allowed.')
  const refund: Stripe.Refund = {
    ...book.sample('refund', 're'),
    amount,
    currency: charge.currency,
    charge: charge.id,
    payment_intent: intent.id,
    metadata: metadataOf(params),
    status,
  }
  refund.balance_transaction = book.post({
    type: 'refund',
    source: refund.id,
    amount: -amount,
    currency: charge.currency,
  })
  book.refunds.set(refund.id, refund)
  changeRefunded(charge, amount)
  book.happens('refund.created', refund)
  return refund
}

function changeRefunded(charge: Stripe.Charge, by: number): void {
  charge.amount_refunded += by
  charge.refunded = charge.amount_refunded === charge.amount
}

/** The bank took the refund, or sent it back: then the money returns to the balance. */
export function settleRefund(book: StripeBook, id: string, status: 'succeeded' | 'failed'): void {
  const refund = found(book.refunds, 'refund', id)
  refund.status = status
  if (status === 'failed') {
    const { amount, currency } = refund
    refund.failure_reason = 'expired_or_canceled_card'
    refund.failure_balance_transaction = book.post({ type: 'refund_failure', source: refund.id, amount, currency })
    changeRefunded(found(book.charges, 'charge', String(refund.charge)), -amount)
    book.happens('refund.failed', refund)
  }
  book.happens('refund.updated', refund)
}

/** GET /v1/refunds. */
export const listRefunds = (book: StripeBook, query: Params): object =>
  page(
    [...book.refunds.values()].filter((refund) => matches(refund, query, ['charge', 'payment_intent'])),
    query,
    '/v1/refunds',
  )

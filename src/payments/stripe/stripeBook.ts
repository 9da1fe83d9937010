/** The platform's balance at Stripe, line by line: its balance transactions (https://docs.stripe.com/reports/balance-transaction-types). */
import type Stripe from 'stripe'
import { type BookLine, type BookSpan, ProviderUnreachable } from '../port/book.ts'
import { fromStripe } from './amounts.ts'
import { messageOf } from './failures.ts'
import { referenceOn } from './ourReferences.ts'
import { PAGE_SIZE } from './stripeClient.ts'

// Reading is safe to repeat, and reading a whole day may meet a rate limit.
const READING = { maxNetworkRetries: 2 }

const KINDS: ReadonlyMap<string, BookLine['kind']> = new Map([
  ['charge', 'charge'],
  ['payment', 'charge'],
  ['transfer', 'transfer'],
  ['transfer_refund', 'reversal'],
  ['refund', 'refund'],
  ['payment_refund', 'refund'],
  // A refund that came back: the opposite of its first line.
  ['refund_failure', 'refund'],
  ['payment_failure_refund', 'refund'],
  ['stripe_fee', 'fee'],
  ['stripe_fx_fee', 'fee'],
  ['tax_fee', 'fee'],
  ['payout', 'payout'],
  ['payout_cancel', 'payout'],
  ['payout_failure', 'payout'],
])

/** Yields the lines of the span, newest first, with one page in memory. Throws ProviderUnreachable. */
export async function* stripeBook(stripe: Stripe, { from, to }: BookSpan): AsyncGenerator<BookLine> {
  const created = { gte: Math.floor(from.getTime() / 1000), lt: Math.ceil(to.getTime() / 1000) }
  try {
    const list = stripe.balanceTransactions.list({ created, limit: PAGE_SIZE, expand: ['data.source'] }, READING)
    for await (const transaction of list) yield* linesOf(transaction)
  } catch (error) {
    throw new ProviderUnreachable(messageOf(error))
  }
}

function* linesOf(transaction: Stripe.BalanceTransaction): Generator<BookLine> {
  const { source, currency } = transaction
  const isChargeback = typeof source === 'object' && source?.object === 'dispute'
  const line: BookLine = {
    id: transaction.id,
    kind: isChargeback ? 'chargeback' : (KINDS.get(transaction.type) ?? 'other'),
    ...referencesOf(source),
    amount: fromStripe(transaction),
    fee: fromStripe({ amount: isChargeback ? 0 : transaction.fee, currency }),
    // `available` and `pending` are the only two (https://docs.stripe.com/api/balance_transactions/object).
    status: transaction.status === 'available' ? 'available' : 'pending',
    at: new Date(transaction.created * 1000),
  }
  yield line
  if (!isChargeback || transaction.fee === 0) return
  // The fee of a dispute comes back with the money, so it is a movement of its own, in either direction.
  const amount = fromStripe({ amount: -transaction.fee, currency })
  yield { ...line, id: `${transaction.id}_fee`, kind: 'chargeback_fee', amount }
}

/** The references on the object that a line is about. A charge goes by its payment, as in our outcomes. */
function referencesOf(source: Stripe.BalanceTransaction['source']) {
  if (source === null) return { ourReference: null, objectReference: null }
  if (typeof source === 'string') return { ourReference: null, objectReference: source }
  const ourReference = 'metadata' in source ? referenceOn({ metadata: source.metadata }) : null
  const isCharge = source.object === 'charge' && typeof source.payment_intent === 'string'
  return { ourReference, objectReference: isCharge ? String(source.payment_intent) : source.id }
}

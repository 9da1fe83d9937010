/** PaymentIntents of the local Stripe server: confirmed at once, declined, or waiting for 3-D Secure. */
import type Stripe from 'stripe'
import type { Fate } from './hostility.ts'
import { isExpanded, matches, page } from './lists.ts'
import { flag, metadataOf, optionalText, type Params, positive, text } from './params.ts'
import { declined, invalidParameter, refused } from './refusals.ts'
import { found, newId, type StripeBook } from './stripeBook.ts'

// Stripe's least charge in a few currencies (https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts).
const LEAST: Readonly<Record<string, number>> = { usd: 50, eur: 50, gbp: 30, jpy: 50, kwd: 150 }
const CURRENCIES = new Set(['usd', 'eur', 'gbp', 'jpy', 'kwd', 'huf', 'isk', 'ugx'])

/** What each payment method of Stripe's test mode does when it is charged; `pm_ok` and `pm_refused` are the sandbox's names. */
const BEHAVIOR: Readonly<Record<string, 'succeeds' | 'is_declined' | 'needs_authentication'>> = {
  pm_ok: 'succeeds',
  pm_card_visa: 'succeeds',
  pm_refused: 'is_declined',
  pm_card_chargeDeclined: 'is_declined',
  pm_card_authenticationRequired: 'needs_authentication',
}

/** POST /v1/payment_intents with `confirm`. */
export function createPaymentIntent(book: StripeBook, params: Params, fate: Fate): Stripe.PaymentIntent {
  const amount = positive(params, 'amount')
  const currency = text(params, 'currency')
  if (!CURRENCIES.has(currency)) throw invalidParameter('currency', `Invalid currency: ${currency}`, 'invalid_currency')
  if (amount < (LEAST[currency] ?? 1))
    throw invalidParameter('amount', 'The amount is less than the least amount.', 'amount_too_small')
  if (!flag(params, 'confirm')) throw invalidParameter('confirm', 'The local server only confirms at once.')
  const method = text(params, 'payment_method')
  const customer = optionalText(params, 'customer')
  if (customer) found(book.customers, 'customer', customer, 'customer')
  const behavior = behaviorOf(book, method, customer)
  const intent = book.sample('payment_intent', 'pi')
  Object.assign(intent, {
    amount,
    currency,
    customer,
    payment_method: method,
    metadata: metadataOf(params),
    transfer_group: optionalText(params, 'transfer_group'),
    client_secret: `${intent.id}_secret_${newId('s').slice(2)}`,
    setup_future_usage: optionalText(params, 'setup_future_usage'),
    status: 'requires_confirmation',
  } satisfies Partial<Stripe.PaymentIntent>)
  book.paymentIntents.set(intent.id, intent)
  book.happens('payment_intent.created', intent)
  if (customer && intent.setup_future_usage) attach(book, method, customer)
  if (fate.refusal === 'for_now') throw decline(book, intent, 'processing_error')
  if (fate.refusal === 'for_good') throw decline(book, intent, 'card_declined', 'transaction_not_allowed')
  if (behavior === 'is_declined') throw decline(book, intent, 'card_declined', 'generic_decline')
  if (behavior === 'succeeds') succeed(book, intent)
  else requireAction(book, intent)
  return intent
}

function behaviorOf(book: StripeBook, method: string, customer: string | null) {
  const saved = book.paymentMethods.get(method)
  if (saved?.customer && saved.customer !== customer)
    throw refused('payment_method_unexpected_state', 'The payment method belongs to another customer.')
  const behavior = BEHAVIOR[saved?.metadata?.like ?? method]
  if (!behavior) throw invalidParameter('payment_method', `No such PaymentMethod: '${method}'`, 'resource_missing')
  return behavior
}

function attach(book: StripeBook, like: string, customer: string): void {
  if (book.paymentMethods.has(like)) return
  const method = { ...book.sample('payment_method', 'pm'), customer, metadata: { like } }
  book.paymentMethods.set(method.id, method)
  book.happens('payment_method.attached', method)
}

function newCharge(book: StripeBook, intent: Stripe.PaymentIntent): Stripe.Charge {
  const charge: Stripe.Charge = {
    ...book.sample('charge', 'ch'),
    amount: intent.amount,
    currency: intent.currency,
    customer: intent.customer,
    payment_intent: intent.id,
    payment_method: String(intent.payment_method),
    metadata: { ...intent.metadata },
    transfer_group: intent.transfer_group,
    paid: false,
    captured: false,
    status: 'failed',
    balance_transaction: null,
  }
  book.charges.set(charge.id, charge)
  intent.latest_charge = charge.id
  return charge
}

function succeed(book: StripeBook, intent: Stripe.PaymentIntent): void {
  const charge = newCharge(book, intent)
  // The price of a domestic card in Europe: 1.5 % + 0.25.
  const fee = Math.round(intent.amount * 0.015) + 25
  const line = book.post({ type: 'charge', source: charge.id, amount: charge.amount, currency: charge.currency, fee })
  Object.assign(charge, {
    status: 'succeeded',
    paid: true,
    captured: true,
    amount_captured: charge.amount,
    balance_transaction: line,
  } satisfies Partial<Stripe.Charge>)
  Object.assign(intent, {
    status: 'succeeded',
    amount_received: intent.amount,
    next_action: null,
    last_payment_error: null,
  } satisfies Partial<Stripe.PaymentIntent>)
  book.happens('payment_intent.succeeded', intent)
  book.happens('charge.succeeded', charge)
}

function decline(book: StripeBook, intent: Stripe.PaymentIntent, code: string, declineCode?: string) {
  const charge = newCharge(book, intent)
  Object.assign(charge, { failure_code: code, failure_message: 'Your card was declined.' })
  failIntent(book, intent, code, declineCode)
  return declined(code, declineCode, structuredClone(intent))
}

function failIntent(book: StripeBook, intent: Stripe.PaymentIntent, code: string, declineCode?: string): void {
  const error = {
    type: 'card_error',
    code,
    ...(declineCode && { decline_code: declineCode }),
    message: 'The payment failed.',
  }
  Object.assign(intent, { status: 'requires_payment_method', next_action: null, last_payment_error: error })
  book.happens('payment_intent.payment_failed', intent)
}

function requireAction(book: StripeBook, intent: Stripe.PaymentIntent): void {
  Object.assign(intent, { status: 'requires_action', next_action: { type: 'use_stripe_sdk', use_stripe_sdk: {} } })
  book.happens('payment_intent.requires_action', intent)
}

/** What the payer's browser does with the client secret: the authentication passes or fails. */
export function authenticate(book: StripeBook, clientSecret: string, passes: boolean): void {
  const intent = [...book.paymentIntents.values()].find((one) => one.client_secret === clientSecret)
  if (intent?.status !== 'requires_action') throw new Error('No payment waits for this authentication.')
  if (passes) succeed(book, intent)
  else failIntent(book, intent, 'payment_intent_authentication_failure')
}

/** POST /v1/payment_intents/:id/cancel. */
export function cancelPaymentIntent(book: StripeBook, id: string): Stripe.PaymentIntent {
  const intent = found(book.paymentIntents, 'payment_intent', id)
  if (['succeeded', 'canceled', 'processing'].includes(intent.status))
    throw refused('payment_intent_unexpected_state', `A PaymentIntent with status ${intent.status} cannot be canceled.`)
  intent.status = 'canceled'
  book.happens('payment_intent.canceled', intent)
  return intent
}

/** GET /v1/payment_intents/:id. */
export function readPaymentIntent(book: StripeBook, id: string, query: Params): object {
  const intent = found(book.paymentIntents, 'payment_intent', id)
  const charge = book.charges.get(String(intent.latest_charge))
  return charge && isExpanded(query, 'latest_charge') ? { ...intent, latest_charge: charge } : intent
}

/** GET /v1/payment_intents. */
export const listPaymentIntents = (book: StripeBook, query: Params): object =>
  page(
    [...book.paymentIntents.values()].filter((intent) => matches(intent, query, ['customer'])),
    query,
    '/v1/payment_intents',
  )

/** GET /v1/charges. */
export const listCharges = (book: StripeBook, query: Params): object =>
  page(
    [...book.charges.values()].filter((charge) =>
      matches(charge, query, ['customer', 'payment_intent', 'transfer_group']),
    ),
    query,
    '/v1/charges',
  )

/** What only Stripe does: its wire format, its errors, 3-D Secure, refunds that fail later, units of currencies, long lists. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { exponentOf } from '../../../src/domain/money.ts'
import type { ChargeOrder, TransferOrder } from '../../../src/payments/port/provider.ts'
import { fromStripe, toStripe } from '../../../src/payments/stripe/amounts.ts'
import { STRIPE_API_VERSION } from '../../../src/payments/stripe/stripeClient.ts'
import { STRIPE_TRAITS } from '../../../src/payments/stripe/traits.ts'
import { lookUpOf, newCharge, newRefund, newTransfer } from '../../support/orders.ts'
import { type StripeUnderTest, stripeUnderTest } from '../../support/providers.ts'
import { authenticate } from '../../support/stripe/paymentIntents.ts'
import { changeAccount, createCustomer } from '../../support/stripe/people.ts'
import { settleRefund } from '../../support/stripe/refunds.ts'
import type { StripeServer } from '../../support/stripe/stripeServer.ts'

const AUTHENTICATED = 'pm_card_authenticationRequired'

let on: StripeUnderTest
let server: StripeServer

beforeAll(async () => {
  on = await stripeUnderTest()
  server = on.server
})
afterAll(() => on.stop())
beforeEach(() => {
  server.mode = 'ACCEPT'
  server.requests.length = 0
})
afterEach(() => {
  server.settings.refundsAre = 'succeeded'
})

async function paidCharge(order: ChargeOrder = newCharge()) {
  const outcome = await on.provider.charge(order)
  if (outcome.kind !== 'accepted') throw new Error(`The charge was ${outcome.kind}.`)
  return { ...order, providerReference: outcome.providerReference }
}

async function transferOrder(): Promise<TransferOrder> {
  const { taskReference, providerReference } = await paidCharge()
  return { ...newTransfer(), taskReference, chargeReference: providerReference, accountReference: await on.newPayee() }
}

const findCharge = (order: ChargeOrder) => on.provider.lookUp(lookUpOf({ kind: 'charge', ...order }))

test('an order has our key, the pinned version, the group of its task and our references', async () => {
  const order = await transferOrder()
  await on.provider.transfer(order)
  const seen = server.requests.at(-1)
  expect(seen).toMatchObject({ method: 'POST', path: '/v1/transfers' })
  expect(seen?.headers).toMatchObject({
    'idempotency-key': order.idempotencyKey,
    'stripe-version': STRIPE_API_VERSION,
    'content-type': 'application/x-www-form-urlencoded',
  })
  const [transfer] = [...server.book.transfers.values()].slice(-1)
  expect(transfer).toMatchObject({
    amount: 1800,
    currency: 'eur',
    destination: order.accountReference,
    transfer_group: order.taskReference,
    source_transaction: expect.stringMatching(/^ch_/),
    metadata: {
      errand_reference: order.reference,
      errand_key: order.idempotencyKey,
      errand_task: order.taskReference,
    },
  })
})

describe('an order that Stripe does not take', () => {
  test.each([
    ['RATE_LIMITED', 2_000],
    ['LOCKED', 2_000],
    ['UNAUTHENTICATED', 60_000],
  ] as const)('for %s was not sent, and the same key is good later', async (mode, retryAfterMs) => {
    const order = newCharge()
    server.mode = mode
    expect(await on.provider.charge(order)).toMatchObject({ kind: 'not_sent', retryAfterMs })
    expect(server.book.movementsFor(order.reference)).toEqual([])
    server.mode = 'ACCEPT'
    expect(await on.provider.charge(order)).toMatchObject({ kind: 'accepted' })
  })

  test('for status 500 may have moved money: it is looked up', async () => {
    const order = newCharge()
    server.mode = 'SERVER_ERROR'
    expect(await on.provider.charge(order)).toMatchObject({ kind: 'unknown' })
    expect(await findCharge(order)).toMatchObject({ kind: 'has' })
  })

  test('because its key is in use by another request is being executed, perhaps', async () => {
    const order = newCharge()
    server.keys.occupy(order.idempotencyKey, 'another')
    expect(await on.provider.charge(order)).toMatchObject({ kind: 'unknown' })
  })

  test('keeps the id of the request, for a question to its support', async () => {
    expect(await on.provider.charge(newCharge())).toMatchObject({ requestId: expect.stringMatching(/^req_/) })
    const refused = await on.provider.charge(newCharge({ paymentMethodId: 'pm_refused' }))
    expect(refused).toMatchObject({ code: 'generic_decline', requestId: expect.stringMatching(/^req_/) })
  })

  test.each([
    ['an amount below the least', { minorUnits: 49n }, 'amount_too_small'],
    ['a currency that it does not know', { currencyCode: 'CUC' }, 'invalid_currency'],
  ])('for %s is refused for good', async (_name, wanted, code) => {
    expect(await on.provider.charge(newCharge(wanted))).toMatchObject({ kind: 'refused', code, isFinal: true })
  })

  test('because the account was restricted meanwhile is refused for now, and paid when it is ready again', async () => {
    const order = await transferOrder()
    changeAccount(server.book, order.accountReference, { transfers: 'restricted' })
    const code = 'account_not_ready'
    expect(await on.provider.transfer(order)).toMatchObject({ kind: 'refused', code, isFinal: false })
    changeAccount(server.book, order.accountReference, { transfers: 'active' })
    const again = { ...order, idempotencyKey: `${order.reference}-2` }
    expect(await on.provider.transfer(again)).toMatchObject({ kind: 'accepted' })
    expect(server.book.movementsFor(order.reference)).toHaveLength(1)
  })

  test('because more would leave than its charge brought is refused', async () => {
    const order = await transferOrder()
    const amount = { minorUnits: 2001n, currencyCode: 'EUR' }
    expect(await on.provider.transfer({ ...order, amount })).toMatchObject({ code: 'balance_insufficient' })
  })
})

describe('3-D Secure', () => {
  async function waiting(customerReference: string | null = null) {
    const order = { ...newCharge({ paymentMethodId: AUTHENTICATED }), customerReference }
    const outcome = await on.provider.charge(order)
    if (outcome.kind !== 'needs_action') throw new Error(`The charge was ${outcome.kind}.`)
    return { order, outcome }
  }
  const newCustomer = () => createCustomer(server.book, { email: 'anna@example.com' }).id

  test.each([
    ['with a customer', newCustomer],
    ['without one', () => null],
  ])('a payment waits for the payer, %s; their client finishes it', async (_name, customer) => {
    const { order, outcome } = await waiting(customer())
    const { providerReference, clientSecret } = outcome
    expect(clientSecret).toMatch(/^pi_\w+_secret_/)
    expect(server.book.movementsFor(order.reference)).toEqual([])
    expect(await findCharge(order)).toEqual({ kind: 'needs_action', providerReference, clientSecret })
    authenticate(server.book, clientSecret, true)
    expect(await findCharge(order)).toEqual({ kind: 'has', providerReference, clientSecret })
    expect(await on.provider.charge(order)).toMatchObject({ kind: 'accepted', providerReference })
    expect(server.book.movementsFor(order.reference)).toHaveLength(1)
  })

  test('a payment that was not authenticated has failed, and cannot be paid any more with its secret', async () => {
    const { order, outcome } = await waiting()
    authenticate(server.book, outcome.clientSecret, false)
    expect(await findCharge(order)).toMatchObject({
      kind: 'failed',
      code: 'payment_intent_authentication_failure',
      isFinal: true,
    })
    expect(server.book.paymentIntents.get(outcome.providerReference)?.status).toBe('canceled')
    expect(() => authenticate(server.book, outcome.clientSecret, true)).toThrow('No payment waits')
    expect(await findCharge(order)).toMatchObject({ kind: 'failed' })
  })

  test('a payment that waits can be canceled; one that the payer has finished counts', async () => {
    const { order, outcome } = await waiting()
    const { providerReference } = outcome
    const cancel = () => on.provider.cancelCharge({ kind: 'charge', ...order, providerReference })
    expect(await cancel()).toMatchObject({ kind: 'failed', isFinal: true })
    expect(() => authenticate(server.book, outcome.clientSecret, true)).toThrow('No payment waits')
    const second = await waiting()
    authenticate(server.book, second.outcome.clientSecret, true)
    const paid = { kind: 'charge' as const, ...second.order, providerReference: second.outcome.providerReference }
    expect(await on.provider.cancelCharge(paid)).toMatchObject({ kind: 'has' })
  })

  test('a payment that cannot be canceled now has not failed yet', async () => {
    const { order, outcome } = await waiting()
    authenticate(server.book, outcome.clientSecret, false)
    server.mode = 'RATE_LIMITED'
    expect(await findCharge(order)).toMatchObject({ kind: 'unreachable' })
  })

  test('a declined charge whose answer was lost has failed', async () => {
    const order = newCharge({ paymentMethodId: 'pm_refused' })
    server.mode = 'DROP_RESPONSE'
    expect(await on.provider.charge(order)).toMatchObject({ kind: 'unknown' })
    server.mode = 'ACCEPT'
    expect(await findCharge(order)).toMatchObject({ kind: 'failed', code: 'generic_decline' })
  })
})

test('a refund that the bank sends back has failed, under its key only', async () => {
  const { providerReference, taskReference } = await paidCharge()
  server.settings.refundsAre = 'pending'
  const order = { ...newRefund(providerReference), taskReference }
  const outcome = await on.provider.refund(order)
  if (outcome.kind !== 'accepted') throw new Error(`The refund was ${outcome.kind}.`)
  const look = (idempotencyKey: string) => on.provider.lookUp(lookUpOf({ kind: 'refund', ...order, idempotencyKey }))
  expect(await look(order.idempotencyKey)).toMatchObject({ kind: 'has' })
  settleRefund(server.book, outcome.providerReference, 'failed')
  expect(await look(order.idempotencyKey)).toMatchObject({ kind: 'failed', code: 'expired_or_canceled_card' })
  expect(await look(`${order.reference}-2`)).toEqual({ kind: 'never' })
  expect(await on.provider.refund({ ...order, idempotencyKey: `${order.reference}-2` })).toMatchObject({
    kind: 'accepted',
  })
})

test('look-ups read lists page by page', async () => {
  const charge = await paidCharge(newCharge({ minorUnits: 100_000n }))
  const { providerReference, taskReference } = charge
  const first = { ...newRefund(providerReference, { minorUnits: 1n }), taskReference }
  await on.provider.refund(first)
  for (let count = 0; count < 205; count++) {
    await on.provider.refund({ ...newRefund(providerReference, { minorUnits: 1n }), taskReference })
  }
  server.requests.length = 0
  expect(await on.provider.lookUp(lookUpOf({ kind: 'refund', ...first }))).toMatchObject({ kind: 'has' })
  expect(server.requests).toHaveLength(3)
})

test.each([
  ['EUR', 1234n, 1234],
  ['JPY', 500n, 500],
  ['KWD', 5120n, 5120],
  ['ISK', 5n, 500],
  ['UGX', 2000n, 200_000],
  ['MGA', 50_000n, 500],
])('an amount in %s is converted to the unit of Stripe and back', (currencyCode, minorUnits, amount) => {
  const converted = toStripe({ minorUnits, currencyCode })
  expect(converted).toEqual({ amount, currency: currencyCode.toLowerCase() })
  expect(fromStripe(converted)).toEqual({ minorUnits, currencyCode })
})

describe('the traits', () => {
  const { refuseCharge, refusePayout, holdableDays } = STRIPE_TRAITS

  test.each([
    ['EUR', 49n, 'amount_too_small'],
    ['EUR', 50n, null],
    ['USD', 99_999_999n, null],
    ['USD', 100_000_000n, 'amount_too_large'],
    ['IDR', 100_000_000n, null],
    ['CUP', 1_000n, 'currency_not_supported'],
    ['KWD', 5_124n, 'amount_not_rounded'],
    ['KWD', 5_120n, null],
    ['MGA', 150n, 'amount_not_rounded'],
    ['ISK', 5n, null],
    ['HUF', 17_550n, null],
  ])('say whether %s %d can be charged', (currencyCode, minorUnits, code) => {
    expect(refuseCharge({ minorUnits, currencyCode })?.code ?? null).toBe(code)
  })

  test.each([
    ['HUF', 17_550n, 'amount_not_rounded'],
    ['HUF', 17_500n, null],
    ['TWD', 101n, 'amount_not_rounded'],
    ['EUR', 1n, null],
    ['KWD', 5_124n, 'amount_not_rounded'],
  ])('say whether %s %d can be paid out', (currencyCode, minorUnits, code) => {
    expect(refusePayout({ minorUnits, currencyCode })?.code ?? null).toBe(code)
  })

  test('know only currencies that we know, and how long money may be held', () => {
    for (const currency of STRIPE_TRAITS.currencies) expect([currency, exponentOf(currency)]).not.toContain(undefined)
    expect([holdableDays('US'), holdableDays('DE'), holdableDays(null)]).toEqual([730, 90, 90])
  })
})

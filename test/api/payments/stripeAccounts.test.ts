/** People at Stripe: payees by Accounts v2, or by version 1 where the platform has no other, and payers with their saved cards. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { PaymentProvider } from '../../../src/payments/port/provider.ts'
import { newCharge } from '../../support/orders.ts'
import { connectTo } from '../../support/providers.ts'
import { newId, toPublicId } from '../../support/publicIds.ts'
import { changeAccount } from '../../support/stripe/people.ts'
import { type StripeServer, startStripe } from '../../support/stripe/stripeServer.ts'

let server: StripeServer
let provider: PaymentProvider

beforeAll(async () => {
  server = await startStripe()
  provider = connectTo(server)
})
afterAll(() => server.stop())
beforeEach(() => {
  server.settings.isAccountsV2Blocked = false
  server.mode = 'ACCEPT'
})

const newPerson = () => ({ reference: toPublicId('usr', newId()), email: 'ben@example.com' })
const newPayee = () => ({ ...newPerson(), country: 'DE' })

async function openAccount(payee = newPayee()): Promise<string> {
  const opened = await provider.accounts.open(payee)
  if (opened.kind !== 'opened') throw new Error(`The account was ${opened.kind}.`)
  return opened.accountReference
}

const LINK = { returnUrl: 'https://app.example.com/paid', refreshUrl: 'https://app.example.com/again' }

test('a payee is created once by version 2, with our reference', async () => {
  const payee = newPayee()
  const id = await openAccount(payee)
  expect(await openAccount(payee)).toBe(id)
  expect(server.book.accounts.get(id)).toMatchObject({
    isVersion2: true,
    country: 'DE',
    email: 'ben@example.com',
    metadata: { errand_reference: payee.reference },
  })
})

test('a payee is created by version 1 where the platform has no access to version 2', async () => {
  server.settings.isAccountsV2Blocked = true
  const payee = newPayee()
  const id = await openAccount(payee)
  expect(await openAccount(payee)).toBe(id)
  expect(server.book.accounts.get(id)).toMatchObject({ isVersion2: false, country: 'DE' })
})

test.each([false, true])('a link leads to Stripe for some minutes, with version 2 blocked: %s', async (isBlocked) => {
  server.settings.isAccountsV2Blocked = isBlocked
  const accountReference = await openAccount()
  const link = await provider.accounts.onboardingLink({ accountReference, ...LINK })
  if (link.kind !== 'link') throw new Error(`The link was ${link.kind}.`)
  expect(link.url).toMatch(/^https:\/\/connect\.stripe\.com\//)
  const lifetimeMs = link.expiresAt.getTime() - Date.now()
  expect(lifetimeMs).toBeGreaterThan(60_000)
  expect(lifetimeMs).toBeLessThan(600_000)
})

const readinessOf = async (accountReference: string) => {
  const known = await provider.accounts.readiness(accountReference)
  return known.kind === 'known' ? known.readiness : known.kind
}

test.each([false, true])(
  'readiness follows the capability and what is due, with version 2 blocked: %s',
  async (isBlocked) => {
    server.settings.isAccountsV2Blocked = isBlocked
    const id = await openAccount()
    expect(await readinessOf(id)).toBe('NOT_STARTED')
    changeAccount(server.book, id, { transfers: 'pending', due: [] })
    expect(await readinessOf(id)).toBe('PENDING_VERIFICATION')
    changeAccount(server.book, id, { transfers: 'active' })
    expect(await readinessOf(id)).toBe('READY')
    changeAccount(server.book, id, {
      transfers: 'restricted',
      due: ['identity.individual.document'],
      isOnboarded: true,
    })
    expect(await readinessOf(id)).toBe('RESTRICTED')
    changeAccount(server.book, id, { transfers: 'rejected' })
    expect(await readinessOf(id)).toBe('REJECTED')
  },
)

test('an account, a link and the readiness cannot be had while Stripe does not answer', async () => {
  const accountReference = await openAccount()
  server.mode = 'DARK'
  expect(await provider.accounts.open(newPayee())).toMatchObject({ kind: 'unreachable' })
  expect(await provider.accounts.onboardingLink({ accountReference, ...LINK })).toMatchObject({ kind: 'unreachable' })
  expect(await provider.accounts.readiness(accountReference)).toMatchObject({ kind: 'unreachable' })
})

describe('a payer', () => {
  async function openCustomer(person = newPerson()): Promise<string> {
    const opened = await provider.paymentMethods.openCustomer(person)
    if (opened.kind !== 'opened') throw new Error(`The customer was ${opened.kind}.`)
    return opened.customerReference
  }

  const savedBy = async (customerReference: string) => {
    const known = await provider.paymentMethods.list(customerReference)
    if (known.kind !== 'known') throw new Error(`The list was ${known.kind}.`)
    return known.paymentMethods
  }

  test('becomes a customer once', async () => {
    const person = newPerson()
    expect(await openCustomer(person)).toBe(await openCustomer(person))
  })

  test('saves a card with a payment only if they agreed, pays with it again, and removes it', async () => {
    const customerReference = await openCustomer()
    await provider.charge({ ...newCharge(), customerReference, savesPaymentMethod: false })
    expect(await savedBy(customerReference)).toEqual([])
    await provider.charge({ ...newCharge(), customerReference, savesPaymentMethod: true })
    const [card, ...others] = await savedBy(customerReference)
    expect(card).toEqual({
      id: expect.stringMatching(/^pm_/),
      kind: 'card',
      brand: 'visa',
      lastDigits: '4242',
      expires: { year: 2030, month: 8 },
    })
    expect(others).toEqual([])
    const paymentMethodId = String(card?.id)
    const again = { ...newCharge({ paymentMethodId }), customerReference, savesPaymentMethod: false }
    expect(await provider.charge(again)).toMatchObject({ kind: 'accepted' })
    const stranger = await openCustomer()
    expect(await provider.charge({ ...newCharge({ paymentMethodId }), customerReference: stranger })).toMatchObject({
      kind: 'refused',
    })
    const { detach } = provider.paymentMethods
    expect(await detach({ paymentMethodId, customerReference: stranger })).toEqual({ kind: 'never' })
    expect(await detach({ paymentMethodId, customerReference })).toEqual({ kind: 'detached' })
    expect(await detach({ paymentMethodId, customerReference })).toEqual({ kind: 'never' })
    expect(await detach({ paymentMethodId: 'pm_unknown', customerReference })).toEqual({ kind: 'never' })
    expect(await savedBy(customerReference)).toEqual([])
  })

  test('finds nothing while Stripe does not answer', async () => {
    server.mode = 'DARK'
    expect(await provider.paymentMethods.list('cus_1')).toMatchObject({ kind: 'unreachable' })
    expect(await provider.paymentMethods.openCustomer(newPerson())).toMatchObject({ kind: 'unreachable' })
  })
})

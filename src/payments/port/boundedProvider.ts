/** Makes any provider keep the contract of the port: an answer in time, and never an exception. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Logger } from 'pino'
import { boundedBook } from './boundedBook.ts'
import type { Unreachable } from './failures.ts'
import { type Outcome, type PaymentProvider, PROVIDER_TIMEOUT_MS } from './provider.ts'

type Unknown = Extract<Outcome, { kind: 'unknown' }>

interface Bounds {
  log: Logger
  timeoutMs?: number
}

/** Wraps a provider: if it fails or is too slow, its orders return `unknown` and its look-ups `unreachable`. */
export function boundedProvider(
  provider: PaymentProvider,
  { log, timeoutMs = PROVIDER_TIMEOUT_MS }: Bounds,
): PaymentProvider {
  const { accounts, paymentMethods, chargebacks } = provider
  const withFallback = <Answer>(call: Promise<Answer>): Promise<Answer | Unknown> =>
    withTimeout<Answer | Unknown>(call, (message) => ({ kind: 'unknown', message }))

  const withReach = <Answer>(call: Promise<Answer>): Promise<Answer | Unreachable> =>
    withTimeout<Answer | Unreachable>(call, (message) => ({ kind: 'unreachable', message }))

  /** Returns the result of the call, or `fallback(reason)` if it failed or is too slow. It does not cancel the call. */
  async function withTimeout<Answer>(call: Promise<Answer>, fallback: (message: string) => Answer): Promise<Answer> {
    const answered = new AbortController()
    const tooLate = pause(timeoutMs, undefined, { signal: answered.signal }).then(
      () => fallback(`The provider did not answer within ${timeoutMs / 1000} s.`),
      () => fallback('The provider answered.'), // Never used, because the answer has won the race.
    )
    try {
      return await Promise.race([call, tooLate])
    } catch (error) {
      log.warn({ err: error }, 'payment provider call failed')
      return fallback('The provider could not be reached.')
    } finally {
      answered.abort()
    }
  }

  return {
    traits: provider.traits,
    charge: (order) => withFallback(provider.charge(order)),
    transfer: (order) => withFallback(provider.transfer(order)),
    reverse: (order) => withFallback(provider.reverse(order)),
    refund: (order) => withFallback(provider.refund(order)),
    lookUp: (order) => withReach(provider.lookUp(order)),
    cancelCharge: (order) => withReach(provider.cancelCharge(order)),
    accounts: {
      open: (payee) => withReach(accounts.open(payee)),
      onboardingLink: (wanted) => withReach(accounts.onboardingLink(wanted)),
      readiness: (accountReference) => withReach(accounts.readiness(accountReference)),
    },
    paymentMethods: {
      openCustomer: (payer) => withReach(paymentMethods.openCustomer(payer)),
      list: (customerReference) => withReach(paymentMethods.list(customerReference)),
      detach: (saved) => withReach(paymentMethods.detach(saved)),
    },
    book: (span) => boundedBook(provider.book(span), { log, timeoutMs }),
    chargebacks: {
      read: (providerReference) => withReach(chargebacks.read(providerReference)),
      submitEvidence: (order) => withFallback(chargebacks.submitEvidence(order)),
    },
    readWebhook: (webhook) => provider.readWebhook(webhook),
  }
}

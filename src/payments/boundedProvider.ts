/** Keeps any provider to the port's promise: an answer in time, and never an exception. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Logger } from 'pino'
import { type Outcome, type PaymentProvider, PROVIDER_TIMEOUT_MS } from './provider.ts'

interface Bounds {
  log: Logger
  timeoutMs?: number
}

/** The same provider, whose orders are unknown and whose look-ups are unreachable when it fails or is too slow. */
export function boundedProvider(
  provider: PaymentProvider,
  { log, timeoutMs = PROVIDER_TIMEOUT_MS }: Bounds,
): PaymentProvider {
  const order = (call: Promise<Outcome>): Promise<Outcome> =>
    inTime(call, (message): Outcome => ({ kind: 'unknown', message }))

  /** What the call gives, or what `otherwise` makes of the reason why it gave nothing. The call itself may still end. */
  async function inTime<Answer>(call: Promise<Answer>, otherwise: (message: string) => Answer): Promise<Answer> {
    const answered = new AbortController()
    const tooLate = pause(timeoutMs, undefined, { signal: answered.signal }).then(
      () => otherwise(`The provider did not answer within ${timeoutMs / 1000} s.`),
      () => otherwise('The provider answered.'), // Never looked at: the answer has won the race.
    )
    try {
      return await Promise.race([call, tooLate])
    } catch (error) {
      log.warn({ err: error }, 'the payment provider failed')
      return otherwise('The provider could not be reached.')
    } finally {
      answered.abort()
    }
  }

  return {
    charge: (one) => order(provider.charge(one)),
    transfer: (one) => order(provider.transfer(one)),
    refund: (one) => order(provider.refund(one)),
    find: (question) => inTime(provider.find(question), (message) => ({ kind: 'unreachable', message })),
    readWebhook: (webhook) => provider.readWebhook(webhook),
  }
}

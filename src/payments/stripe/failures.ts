/**
 * Translates Stripe's errors (https://docs.stripe.com/error-low-level) to outcomes. The question is always whether money may have
 * moved: a status below 500 that began to execute is a definitive refusal, one that did not is no attempt, all else is unknown.
 */
import Stripe from 'stripe'
import type { Outcome } from '../port/provider.ts'

/** Any outcome but success. */
export type Failure = Exclude<Outcome, { kind: 'accepted' }>

// After 429 without advice: Stripe's limits are per second.
const RATE_LIMIT_PAUSE_MS = 2_000
const RETRY_AFTER_MAX_S = 3_600
// After a refused key: only an operator can change that.
const KEY_PAUSE_MS = 60_000

/** Refusals that may not last: a retry under a new key may succeed. */
const TRANSIENT_CODES: ReadonlySet<string> = new Set([
  'approve_with_id',
  // The platform's balance or the source charge, which may fill up. For a reversal it is the account's: see `reversals.ts`.
  'balance_insufficient',
  // The account may become ready again.
  'insufficient_capabilities_for_transfer',
  'issuer_not_available',
  'processing_error',
  'reenter_transaction',
  'try_again_later',
])

/** Returns the outcome of an order that Stripe answered with an error, or did not answer. */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof Stripe.errors.StripeError)) return { kind: 'unknown', message: messageOf(error) }
  return { ...outcomeOf(error), ...(error.requestId !== undefined && { requestId: error.requestId }) }
}

function outcomeOf(error: Stripe.errors.StripeError): Failure {
  const { statusCode: status, message } = error
  if (wasNotTaken(error)) return { kind: 'not_sent', message, retryAfterMs: retryAfterMs(error) }
  // A key in use (409) is an order of ours that is being executed; a key with other parameters says nothing about the first order.
  const isAmbiguous = status === undefined || status >= 500 || status === 409 || error.rawType === 'idempotency_error'
  if (isAmbiguous || status < 400) return { kind: 'unknown', message }
  return { kind: 'refused', code: codeOf(error), message, isFinal: isFinal(error) }
}

/** True if Stripe refused the request before it executed anything: rate limits, a locked object, a wrong key. */
function wasNotTaken({ statusCode, code }: Stripe.errors.StripeError): boolean {
  if (statusCode === 401 || statusCode === 403 || statusCode === 429) return true
  return code === 'rate_limit' || code === 'lock_timeout'
}

function retryAfterMs({ statusCode, headers }: Stripe.errors.StripeError): number {
  if (statusCode === 401 || statusCode === 403) return KEY_PAUSE_MS
  const seconds = Number(headers?.['retry-after'])
  return seconds > 0 && seconds <= RETRY_AFTER_MAX_S ? seconds * 1_000 : RATE_LIMIT_PAUSE_MS
}

/** The most exact code: the bank's reason before Stripe's code. */
const codeOf = ({ decline_code, code, rawType }: Stripe.errors.StripeError): string =>
  decline_code ?? code ?? rawType ?? 'refused'

function isFinal({ decline_code, code, advice_code }: Stripe.errors.StripeError): boolean {
  if (advice_code === 'try_again_later') return false
  return !TRANSIENT_CODES.has(decline_code ?? '') && !TRANSIENT_CODES.has(code ?? '')
}

/** True if Stripe does not know the object. */
export const isMissing = (error: unknown): boolean =>
  error instanceof Stripe.errors.StripeError && error.code === 'resource_missing'

/** The message of any error, for the record of an attempt. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

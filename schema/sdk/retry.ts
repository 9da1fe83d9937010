/** Retries with backoff, for requests that are safe to repeat. */

import { NoAnswerError } from './failures.ts'
import type { GraphqlResponse } from './graphqlResponse.ts'

// Five attempts take about three seconds. A longer failure is an outage, which the caller should handle.
const ATTEMPTS_MAX = 5
const BACKOFF_FIRST_MS = 200
const BACKOFF_MAX_MS = 10_000
// A longer retry-after is returned to the caller.
const RETRY_AFTER_MAX_MS = 30_000

// Rate limit exceeded; server or proxy overloaded or stopping.
const PASSING_STATUSES: readonly number[] = [429, 502, 503, 504]
// Retryable, but only after an action of a person or the payment provider.
const SLOW_CODES: readonly unknown[] = ['PAYOUT_NOT_READY', 'TRANSFER_IN_DOUBT', 'QUEUE_EMPTY', 'AGENT_AT_CAPACITY']

/** Repeats `attempt` while its response is retryable. Returns the last response, or throws the last failure. */
export async function withRetries(
  attempt: () => Promise<GraphqlResponse>,
  { isSafe, signal, attemptsMax = ATTEMPTS_MAX }: { isSafe: boolean; signal?: AbortSignal; attemptsMax?: number },
): Promise<GraphqlResponse> {
  for (let number = 1; ; number++) {
    const isLast = !isSafe || number >= attemptsMax
    let waitMs: number | undefined
    try {
      const response = await attempt()
      waitMs = isLast ? undefined : waitAfter(response, number)
      if (waitMs === undefined) return response
    } catch (error) {
      if (isLast || !(error instanceof NoAnswerError)) throw error
      waitMs = backoffMs(number)
    }
    await pause(waitMs, signal)
  }
}

/** Returns the delay before the next attempt; undefined if a retry would not help, or would be too late. */
function waitAfter(response: GraphqlResponse, failures: number): number | undefined {
  const problems = response.body.errors ?? []
  const refusals = Object.values(response.body.data ?? {}).filter(isRetryableRefusal)
  const isPassing =
    PASSING_STATUSES.includes(response.status) ||
    problems.some(({ extensions }) => extensions?.retryable === true) ||
    refusals.length > 0
  if (!isPassing) return undefined
  const durations = [...problems.map(({ extensions }) => extensions?.retryAfter), ...refusals.map(retryAfterOf)]
  const retryAfterMs = Math.max(response.retryAfterMs ?? 0, ...durations.map((text) => durationMs(text) ?? 0))
  return retryAfterMs > RETRY_AFTER_MAX_MS ? undefined : retryAfterMs + backoffMs(failures)
}

const isRetryableRefusal = (value: unknown): value is { retryable: true; retryAfter?: unknown } =>
  typeof value === 'object' &&
  value !== null &&
  'retryable' in value &&
  value.retryable === true &&
  !('code' in value && SLOW_CODES.includes(value.code))

const retryAfterOf = ({ retryAfter }: { retryAfter?: unknown }) =>
  typeof retryAfter === 'string' ? retryAfter : undefined

/** Exponential backoff with jitter, so that clients do not retry at the same time. */
export function backoffMs(failures: number): number {
  const wholeMs = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** (failures - 1))
  return wholeMs * (0.5 + Math.random() / 2)
}

/** Parses an ISO 8601 duration of hours, minutes and seconds, the format of `retryAfter`. */
function durationMs(text: string | undefined): number | undefined {
  const parts = /^PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?$/.exec(text ?? '')
  if (!parts) return undefined
  const [hours = 0, minutes = 0, seconds = 0] = parts.slice(1).map((part) => Number(part ?? 0))
  return ((hours * 60 + minutes) * 60 + seconds) * 1_000
}

/** Waits; rejects with the signal's reason as soon as it is aborted. */
export function pause(waitMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const stop = () => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }, waitMs)
    signal?.addEventListener('abort', stop, { once: true })
  })
}

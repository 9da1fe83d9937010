/** Which answers are worth another try, and when. Only what may be done twice without harm is asked about here. */
import type { Answer } from './answer.ts'
import { NoAnswerError } from './failures.ts'

// Five tries with their waits take about three seconds: longer is an outage, which the caller should know of.
const ATTEMPTS_MAX = 5
const BACKOFF_FIRST_MS = 200
const BACKOFF_MAX_MS = 10_000
// Who is told to come later than this has something else to do meanwhile.
const RETRY_AFTER_MAX_MS = 30_000

// Too many requests; and what a server that is busy or stopping, or a proxy before it, answers.
const PASSING_STATUSES: readonly number[] = [429, 502, 503, 504]
// They may succeed later, but wait for a person or the provider and not for a moment.
const SLOW_CODES: readonly unknown[] = ['PAYOUT_NOT_READY', 'TRANSFER_IN_DOUBT', 'QUEUE_EMPTY', 'AGENT_AT_CAPACITY']

/** Tries until the answer is not one to try again; gives the last answer, or throws the last failure. */
export async function withRetries(
  attempt: () => Promise<Answer>,
  { isSafe, signal, attemptsMax = ATTEMPTS_MAX }: { isSafe: boolean; signal?: AbortSignal; attemptsMax?: number },
): Promise<Answer> {
  for (let number = 1; ; number++) {
    const isLast = !isSafe || number >= attemptsMax
    let waitMs: number | undefined
    try {
      const answer = await attempt()
      waitMs = isLast ? undefined : waitAfter(answer, number)
      if (waitMs === undefined) return answer
    } catch (error) {
      if (isLast || !(error instanceof NoAnswerError)) throw error
      waitMs = backoffMs(number)
    }
    await pause(waitMs, signal)
  }
}

/** How long to wait before the same is sent again; undefined when that would not help, or is too far off. */
function waitAfter(answer: Answer, failures: number): number | undefined {
  const problems = answer.body.errors ?? []
  const refusals = Object.values(answer.body.data ?? {}).filter(isRetryableRefusal)
  const isPassing =
    PASSING_STATUSES.includes(answer.status) ||
    problems.some(({ extensions }) => extensions?.retryable === true) ||
    refusals.length > 0
  if (!isPassing) return undefined
  const given = [...problems.map(({ extensions }) => extensions?.retryAfter), ...refusals.map(retryAfterOf)]
  const askedMs = Math.max(answer.retryAfterMs ?? 0, ...given.map((text) => durationMs(text) ?? 0))
  return askedMs > RETRY_AFTER_MAX_MS ? undefined : askedMs + backoffMs(failures)
}

const isRetryableRefusal = (value: unknown): value is { retryable: true; retryAfter?: unknown } =>
  typeof value === 'object' &&
  value !== null &&
  'retryable' in value &&
  value.retryable === true &&
  !('code' in value && SLOW_CODES.includes(value.code))

const retryAfterOf = ({ retryAfter }: { retryAfter?: unknown }) =>
  typeof retryAfter === 'string' ? retryAfter : undefined

/** Twice as long each time, and never the same for two clients, so that they do not come back together. */
export function backoffMs(failures: number): number {
  const wholeMs = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** (failures - 1))
  return wholeMs * (0.5 + Math.random() / 2)
}

/** Milliseconds of an ISO 8601 duration of hours, minutes and seconds, as `retryAfter` has it. */
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

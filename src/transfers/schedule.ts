/** The schedule of retries and of look-ups at the provider. */
const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS

const RETRY_DELAYS_MS = [MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS, HOUR_MS, 4 * HOUR_MS, 24 * HOUR_MS]
// Jitter: payments that failed together are not retried together. It only delays a retry.
const JITTER_SHARE = 0.1

const ASK_DELAYS_MS = [30 * SECOND_MS, MINUTE_MS, 2 * MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS]
const ASK_DELAY_MAX_MS = HOUR_MS

/** The lease of a worker that calls the provider, in real time: 1.5 times the provider's time-out. */
export const LEASE_MS = 15 * SECOND_MS

/** The time of the next retry after this many, counted from the end of the attempt; undefined if none is left. */
export function retryAfter(retryCount: number, endedAt: Date): Date | undefined {
  const delayMs = RETRY_DELAYS_MS[retryCount]
  if (delayMs === undefined) return undefined
  return new Date(endedAt.getTime() + Math.floor(delayMs * (1 + Math.random() * JITTER_SHARE)))
}

/** The earlier of a look-up and a deadline that is still ahead. */
export const lookUpBefore = (deadline: Date | null, askAt: Date | null, at: Date): Date | null =>
  deadline && deadline > at && (!askAt || deadline < askAt) ? deadline : askAt

/** The time of the next look-up after this many without a result. */
export const lookUpAfter = (askCount: number, at: Date): Date =>
  new Date(at.getTime() + (ASK_DELAYS_MS[askCount] ?? ASK_DELAY_MAX_MS))

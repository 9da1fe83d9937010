/** When money is tried again, and when the provider is asked what became of it. */
const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS

const RETRY_DELAYS_MS = [MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS, HOUR_MS, 4 * HOUR_MS, 24 * HOUR_MS]
// Many that failed together do not come back together. Never earlier than the schedule says.
const JITTER_SHARE = 0.1

const ASK_DELAYS_MS = [30 * SECOND_MS, MINUTE_MS, 2 * MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS]
const ASK_DELAY_MAX_MS = HOUR_MS

/**
 * How long whoever calls the provider may be silent before they count as dead, in real time: half as long again as the
 * provider may take to answer.
 */
export const LEASE_MS = 15 * SECOND_MS

/** When it is tried again after this many retries, counted from the end of the attempt; undefined when all are used. */
export function retryAfter(retryCount: number, endedAt: Date): Date | undefined {
  const delayMs = RETRY_DELAYS_MS[retryCount]
  if (delayMs === undefined) return undefined
  return new Date(endedAt.getTime() + Math.floor(delayMs * (1 + Math.random() * JITTER_SHARE)))
}

/** When the provider is asked next, after it was asked this many times in vain. */
export const lookUpAfter = (askCount: number, at: Date): Date =>
  new Date(at.getTime() + (ASK_DELAYS_MS[askCount] ?? ASK_DELAY_MAX_MS))

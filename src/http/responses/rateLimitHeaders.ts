/** The headers `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-10): the budget of all requests of the caller. */
import type { BudgetState } from '../../cache/rateLimits.ts'

const POLICY = '"requests"'

/** Returns names and values: the size of the budget (`q`) and its window in seconds (`w`), what remains (`r`) and the seconds until it is full (`t`). */
export function rateLimitHeaders({ limit, windowSeconds, remaining, resetAt }: BudgetState): [string, string][] {
  const seconds = Math.max(0, Math.ceil((resetAt.getTime() - Date.now()) / 1_000))
  return [
    ['ratelimit-policy', `${POLICY};q=${limit};w=${windowSeconds}`],
    ['ratelimit', `${POLICY};r=${Math.max(0, remaining)};t=${seconds}`],
  ]
}

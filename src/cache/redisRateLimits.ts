/** Budgets shared by the servers on one Redis. While Redis does not answer, each server counts for itself, so limits still hold. */
import { RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible'
import { BUDGETS, type Budgets, type Limiter, type RateLimits, rateLimitsBy } from './rateLimits.ts'
import type { RedisLink } from './redisLink.ts'

/** Counts in Redis. Each spend is atomic, so concurrent servers count as one. */
export const redisRateLimits = (link: RedisLink, budgets: Budgets = BUDGETS): RateLimits =>
  rateLimitsBy((options) => {
    const shared = new RateLimiterRedis({ ...options, storeClient: link.commands })
    return withFallback(link, shared, new RateLimiterMemory(options))
  }, budgets)

// Not by the library's own insurance, with which every request would wait for Redis to time out.
const withFallback = (link: RedisLink, shared: Limiter, own: Limiter): Limiter => ({
  consume: (key) =>
    link.runWithFallback(
      () => shared.consume(key),
      () => own.consume(key),
    ),
  reward: (key) =>
    link.runWithFallback(
      () => shared.reward(key),
      () => own.reward(key),
    ),
  get: (key) =>
    link.runWithFallback(
      () => shared.get(key),
      () => own.get(key),
    ),
})

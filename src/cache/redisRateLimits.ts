/** Budgets that the servers on one Redis share. While it does not answer, each server counts for itself: nobody is let in for free. */
import { RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible'
import { BUDGETS, type Budgets, type Limiter, type RateLimits, rateLimitsBy } from './rateLimits.ts'
import type { RedisLink } from './redisLink.ts'

/** Counts in Redis, in one step for each spend, so that any number of servers at once is as one. */
export const redisRateLimits = (link: RedisLink, budgets: Budgets = BUDGETS): RateLimits =>
  rateLimitsBy((options) => {
    const shared = new RateLimiterRedis({ ...options, storeClient: link.commands })
    return insured(link, shared, new RateLimiterMemory(options))
  }, budgets)

// The library has an insurance too, but it lets every request find out anew that Redis does not answer.
const insured = (link: RedisLink, shared: Limiter, own: Limiter): Limiter => ({
  consume: (key) =>
    link.ask(
      () => shared.consume(key),
      () => own.consume(key),
    ),
  reward: (key) =>
    link.ask(
      () => shared.reward(key),
      () => own.reward(key),
    ),
  get: (key) =>
    link.ask(
      () => shared.get(key),
      () => own.get(key),
    ),
})

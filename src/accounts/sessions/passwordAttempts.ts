/**
 * A bound on guessing. An attempt takes its place in the budgets before the password is looked at, and gets it back unless
 * it failed: so any number of attempts at once are as few as one after the other.
 */
import type { BudgetName, RateLimits } from '../../cache/rateLimits.ts'
import { BoundedConcurrency } from './boundedConcurrency.ts'

// Fewer than the smallest budget has: attempts at one server that will succeed can never fill it while they are under way.
const slots = new BoundedConcurrency({ atOnce: 4, waitingMax: 200 })

/**
 * Runs an attempt that gives undefined when the password was wrong, and only then counts it against the account and the
 * address. Refuses with RateLimitedError, before any work, when either has failed too often.
 */
export async function countFailures<Result>(
  rateLimits: RateLimits,
  { email, address }: { email: string; address: string },
  attempt: () => Promise<Result | undefined>,
): Promise<Result | undefined> {
  return slots.run(async () => {
    const taken: [BudgetName, string][] = []
    let counts = false
    try {
      for (const [budget, key] of [
        ['signInAccount', email],
        ['signInAddress', address],
      ] as const) {
        taken.push([budget, key])
        await rateLimits.spend(budget, key)
      }
      const result = await attempt()
      counts = result === undefined
      return result
    } finally {
      if (!counts) await Promise.all(taken.map(([budget, key]) => rateLimits.giveBack(budget, key)))
    }
  })
}

/**
 * Limits password guessing. An attempt is counted against the budgets before the password is compared, and the count is given back
 * unless the attempt fails. So concurrent attempts are limited like sequential ones.
 */
import type { BudgetName, RateLimits } from '../../cache/rateLimits.ts'
import { BoundedConcurrency } from './boundedConcurrency.ts'

// Fewer than the smallest budget, so that concurrent attempts on one server that will succeed cannot use it up.
const slots = new BoundedConcurrency({ atOnce: 4, waitingMax: 200 })

/**
 * Runs an attempt, which returns undefined if the password is wrong; only such failures count against the account and the address.
 * Refuses with RateLimitedError, before any work, if either has failed too often.
 */
export async function countFailures<Result>(
  rateLimits: RateLimits,
  { email, address }: { email: string; address: string },
  attempt: () => Promise<Result | undefined>,
): Promise<Result | undefined> {
  return slots.run(async () => {
    const taken: [BudgetName, string][] = []
    let hasFailed = false
    try {
      for (const [budget, key] of [
        ['signInAccount', email],
        ['signInAddress', address],
      ] as const) {
        taken.push([budget, key])
        await rateLimits.spend(budget, key)
      }
      const result = await attempt()
      hasFailed = result === undefined
      return result
    } finally {
      if (!hasFailed) await Promise.all(taken.map(([budget, key]) => rateLimits.undoSpend(budget, key)))
    }
  })
}

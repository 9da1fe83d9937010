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
export function countFailures<Result>(
  rateLimits: RateLimits,
  { email, address }: { email: string; address: string },
  attempt: () => Promise<Result | undefined>,
): Promise<Result | undefined> {
  const budgets = [
    ['signInAccount', email],
    ['signInAddress', address],
  ] as const
  return countFailedAttempt(rateLimits, budgets, attempt)
}

/** The same for other proofs than a password: failures count against these budgets, each with its key. */
export async function countFailedAttempt<Result>(
  rateLimits: RateLimits,
  budgets: readonly (readonly [BudgetName, string])[],
  attempt: () => Promise<Result | undefined>,
): Promise<Result | undefined> {
  return slots.run(async () => {
    const taken: [BudgetName, string][] = []
    let hasFailed = false
    try {
      for (const [budget, key] of budgets) {
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

/** Rate limits: budgets of requests for each signed-in person, or for each address without a sign-in. */
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { RateLimitedError } from '../domain/errors.ts'

/** The budgets of a server, unless a test replaces them. */
export const BUDGETS = {
  /** All requests. */
  request: { points: 600, windowSeconds: 60 },
  /** createTask, applyToTask, openDispute, addEvidence and other mutations that create something. */
  creation: { points: 10, windowSeconds: 60 },
  acceptance: { points: 10, windowSeconds: 60 },
  message: { points: 30, windowSeconds: 60 },
  upload: { points: 20, windowSeconds: 60 },
  /** Failed sign-ins of one account. */
  signInAccount: { points: 5, windowSeconds: 300 },
  /** Failed sign-ins from one address. */
  signInAddress: { points: 30, windowSeconds: 300 },
  /** Mails that a person asks for: links that prove an address. */
  verificationMail: { points: 5, windowSeconds: 3_600 },
  /** Requests for a password reset of one address, whether an account has it or not. */
  passwordReset: { points: 3, windowSeconds: 3_600 },
  /** Requests for a password reset from one IP address. */
  passwordResetAddress: { points: 30, windowSeconds: 3_600 },
  /** Wrong second factors of one account. */
  secondFactor: { points: 10, windowSeconds: 3_600 },
  /** Registrations of passkeys that a person begins. */
  passkeyRegistration: { points: 10, windowSeconds: 300 },
  /** Sign-ins by passkey that an address begins. */
  passkeySignIn: { points: 60, windowSeconds: 300 },
  signUp: { points: 100, windowSeconds: 3_600 },
} as const

export type BudgetName = keyof typeof BUDGETS

export type Budgets = Readonly<Record<BudgetName, Readonly<{ points: number; windowSeconds: number }>>>

export interface BudgetState {
  limit: number
  windowSeconds: number
  remaining: number
  resetAt: Date
}

export interface RateLimits {
  /**
   * Spends one, and returns the state afterwards; undefined if nothing is counted. Refuses with RateLimitedError if none is left. Its
   * `retryAfter` is when the budget is full again.
   */
  spend(budget: BudgetName, key: string): Promise<BudgetState | undefined>
  /** Undoes one spend, granted or refused, that should not count. */
  undoSpend(budget: BudgetName, key: string): Promise<void>
  /** The state of the budget, without spending. */
  peek(budget: BudgetName, key: string): Promise<BudgetState>
}

/** Counts one budget for all keys. A window begins with its first spend, and refusals do not extend it. */
export interface Limiter {
  /** Rejects with a RateLimiterRes if none is left. */
  consume(key: string): Promise<RateLimiterRes>
  reward(key: string): Promise<RateLimiterRes>
  get(key: string): Promise<RateLimiterRes | null>
}

export interface LimiterOptions {
  keyPrefix: string
  points: number
  /** In seconds. */
  duration: number
}

/** Counts in this process. */
export const memoryRateLimits = (budgets: Budgets = BUDGETS): RateLimits =>
  rateLimitsBy((options) => new RateLimiterMemory(options), budgets)

/** Counts with one limiter for each budget. */
export function rateLimitsBy(makeLimiter: (options: LimiterOptions) => Limiter, budgets: Budgets): RateLimits {
  const limiters = new Map<BudgetName, Limiter>()
  for (const name of Object.keys(BUDGETS) as BudgetName[]) {
    const { points, windowSeconds } = budgets[name]
    limiters.set(name, makeLimiter({ keyPrefix: `errand:budget:${name}`, points, duration: windowSeconds }))
  }
  const limiterOf = (budget: BudgetName): Limiter => {
    const limiter = limiters.get(budget)
    if (!limiter) throw new Error(`Unknown budget: ${budget}.`)
    return limiter
  }
  return {
    async spend(budget, key) {
      const { points: limit, windowSeconds } = budgets[budget]
      try {
        return stateOf(budgets[budget], await limiterOf(budget).consume(key))
      } catch (refusal) {
        if (!(refusal instanceof RateLimiterRes)) throw refusal
        // A window includes the last millisecond that Redis reports.
        throw new RateLimitedError(refusal.msBeforeNext + 1, { limit, windowSeconds })
      }
    },
    async undoSpend(budget, key) {
      await limiterOf(budget).reward(key)
    },
    async peek(budget, key) {
      return stateOf(budgets[budget], await limiterOf(budget).get(key))
    },
  }
}

const stateOf = (
  { points, windowSeconds }: Budgets[BudgetName],
  counted: Pick<RateLimiterRes, 'remainingPoints' | 'msBeforeNext'> | null,
): BudgetState => ({
  limit: points,
  windowSeconds,
  remaining: counted?.remainingPoints ?? points,
  resetAt: new Date(Date.now() + (counted?.msBeforeNext ?? windowSeconds * 1000)),
})

/** No limits, for benchmarks and trials (`RATE_LIMITS=off`). */
export const unlimited: RateLimits = {
  spend: async () => undefined,
  async undoSpend() {},
  async peek(budget) {
    const { points, windowSeconds } = BUDGETS[budget]
    return { limit: points, windowSeconds, remaining: points, resetAt: new Date() }
  },
}

import { CoalescingTtlCache } from '../cache/coalescingTtlCache.ts'
import type { Statements } from '../db/statements.ts'
import type { FeeTerms } from '../domain/fee.ts'
import { feeRuleInForce } from './feeRules.ts'

// Advice may be this late after a rule has taken effect, or was set at another server; mutations read the rule from the database.
const CACHE_TTL_MS = 3_000
const KEY = 'inForce'

/** The rule in force, as it was within the last three seconds. Only for advice: a mutation decides by its transaction. */
export class CurrentFeeRule {
  readonly #cache = new CoalescingTtlCache<FeeTerms>({ name: 'feeRule', max: 1, ttlMs: CACHE_TTL_MS })
  readonly #database: Statements

  constructor(database: Statements) {
    this.#database = database
  }

  async read(): Promise<FeeTerms> {
    const rule = this.#cache.peek(KEY) ?? (await this.#cache.get(KEY, () => feeRuleInForce(this.#database)))
    if (!rule) throw new Error('No fee rule is in force.')
    return rule
  }

  /** Reads it again at the next use, because a rule was set. */
  invalidate(): void {
    this.#cache.invalidate(KEY)
  }
}

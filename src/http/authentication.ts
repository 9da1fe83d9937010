/** Finds the caller by the `Authorization` header, through a short-lived cache. */
import type { AccessTokenUses } from '../accounts/accessTokens/accessTokenUses.ts'
import { type AuthenticatedCaller, authenticate } from '../accounts/sessions/authenticate.ts'
import { VerifiedTokens } from '../accounts/sessions/verifiedTokens.ts'
import { CoalescingTtlCache } from '../cache/coalescingTtlCache.ts'
import type { Database } from '../db/client.ts'
import type { StatementCount } from '../db/statementCount.ts'
import type { Caller } from '../domain/caller.ts'

// Every process must refuse an ended session within 5 s; the remaining 2 s are for the query and the requests that wait for it.
const CACHE_TTL_MS = 3_000
const CACHED_MAX = 20_000 // At most 1 kB each: 20 MB.
const HEADER_LENGTH_MAX = 1_024 // Our tokens have about 250 characters.
// The header of GraphiQL before a token is entered.
const NO_TOKEN = /^(Bearer)? *$/i
const BEARER = /^Bearer +(\S+)$/i

export interface Authentication {
  caller: Caller | null
  /** True if a token was sent, but is not ours, has expired, or its session has ended. False for an anonymous request. */
  tokenRefused: boolean
}

interface SentToken {
  /** The cache key: extracting the token from it costs as much as a cache hit. */
  header: string
  token: string
}

interface CachedCaller extends AuthenticatedCaller {
  readAtMs: number
}

/** Authenticates requests. A cached caller is at most 3 s old, and dropped at once when `invalidate` is called. */
export class Authenticator {
  readonly #callers: CoalescingTtlCache<CachedCaller>
  /** The last change of each person, kept as long as an older cache entry can exist. */
  readonly #changes = new Map<string, number>()
  readonly #database: Pick<Database, 'counting'>
  readonly #tokens: VerifiedTokens
  readonly #uses: Pick<AccessTokenUses, 'record'>
  readonly #staffNeedsSecondFactor: boolean

  constructor(options: {
    database: Pick<Database, 'counting'>
    secret: Uint8Array
    uses: Pick<AccessTokenUses, 'record'>
    staffNeedsSecondFactor: boolean
  }) {
    this.#database = options.database
    this.#uses = options.uses
    this.#staffNeedsSecondFactor = options.staffNeedsSecondFactor
    this.#tokens = new VerifiedTokens(options.secret)
    this.#callers = new CoalescingTtlCache({ name: 'callers', max: CACHED_MAX, ttlMs: CACHE_TTL_MS })
  }

  /** Returns the cached result of `authenticate`, if there is one. Most requests hit, and need no await. */
  known(header: string | null): Authentication | undefined {
    if (header === null) return ANONYMOUS
    const known = this.#callers.peek(header)
    return known && this.#isCurrent(known) ? authenticationOf(known) : undefined
  }

  /** Returns the caller who sent this header. Every header that is not a valid token of ours is refused. */
  async authenticate(header: string | null, count: StatementCount): Promise<Authentication> {
    if (header === null || NO_TOKEN.test(header)) return ANONYMOUS
    const token = tokenIn(header)
    return authenticationOf(token === undefined ? undefined : await this.#knownCaller({ header, token }, count))
  }

  /** Invalidates the cached callers of this person, because a session may have ended or the roles may have changed. */
  invalidate(userId: string): void {
    const now = Date.now()
    this.#changes.delete(userId)
    this.#changes.set(userId, now)
    // A Map iterates in insertion order: the oldest changes first.
    for (const [id, changedAtMs] of this.#changes) {
      if (changedAtMs > now - CACHE_TTL_MS && this.#changes.size <= CACHED_MAX) break
      this.#changes.delete(id)
    }
  }

  async #knownCaller(sent: SentToken, count: StatementCount): Promise<CachedCaller | undefined> {
    const known = await this.#cachedCaller(sent, count)
    if (!known || this.#isCurrent(known)) return known
    this.#callers.invalidate(sent.header)
    return this.#cachedCaller(sent, count)
  }

  #isCurrent({ readAtMs, caller }: CachedCaller): boolean {
    return readAtMs > (this.#changes.get(caller.id) ?? 0)
  }

  #cachedCaller({ header, token }: SentToken, count: StatementCount): Promise<CachedCaller | undefined> {
    return this.#callers.get(header, async () => {
      const readAtMs = Date.now()
      const authenticated = await authenticate(this.#database.counting(count), {
        tokens: this.#tokens,
        token,
        staffNeedsSecondFactor: this.#staffNeedsSecondFactor,
      })
      if (authenticated?.isUseDue) this.#uses.record(authenticated.caller.sessionId)
      return authenticated && { ...authenticated, readAtMs }
    })
  }
}

const ANONYMOUS: Authentication = Object.freeze({ caller: null, tokenRefused: false })

function tokenIn(header: string): string | undefined {
  return header.length <= HEADER_LENGTH_MAX ? BEARER.exec(header)?.[1] : undefined
}

function authenticationOf(known: CachedCaller | undefined): Authentication {
  const caller = known && known.expiresAtMs > Date.now() ? known.caller : null
  return { caller, tokenRefused: caller === null }
}

/** From the `Authorization` header to the caller, remembered for a moment. */
import { type AuthenticatedCaller, authenticate } from '../accounts/sessions/authenticate.ts'
import { VerifiedTokens } from '../accounts/sessions/verifiedTokens.ts'
import { CoalescingTtlCache } from '../cache/coalescingTtlCache.ts'
import type { Database } from '../db/client.ts'
import type { StatementCount } from '../db/statementCount.ts'
import type { Caller } from '../domain/caller.ts'

// An ended session is to be refused within 5 s, in every process; the rest is for the look-up and for what waits on it.
const REMEMBERED_MS = 3_000
const REMEMBERED_MAX = 20_000 // With a kilobyte each at most, 20 MB.
const HEADER_LENGTH_MAX = 1_024 // Our tokens have about 250 characters.
// What an editor of headers holds before somebody has put a token there.
const NO_TOKEN = /^(Bearer)? *$/i
const BEARER = /^Bearer +(\S+)$/i

export interface Authentication {
  caller: Caller | null
  /** A token was sent, and it is not ours, has expired, or its session has ended: not the same as nobody. */
  tokenRefused: boolean
}

interface Sent {
  /** What is remembered by: to look for the token in it costs as much as finding who sent it. */
  header: string
  token: string
}

interface KnownCaller extends AuthenticatedCaller {
  askedAtMs: number
}

export class Authenticator {
  readonly #callers: CoalescingTtlCache<KnownCaller>
  /** When people changed who were remembered then, as long as what was known before is. */
  readonly #changes = new Map<string, number>()
  readonly #database: Pick<Database, 'counting'>
  readonly #tokens: VerifiedTokens

  constructor(options: { database: Pick<Database, 'counting'>; secret: Uint8Array }) {
    this.#database = options.database
    this.#tokens = new VerifiedTokens(options.secret)
    this.#callers = new CoalescingTtlCache({ name: 'callers', max: REMEMBERED_MAX, ttlMs: REMEMBERED_MS })
  }

  /** The same as `authenticate`, where that is remembered: what most requests hear, and need not wait for. */
  known(header: string | null): Authentication | undefined {
    if (header === null) return NOBODY
    const known = this.#callers.peek(header)
    return known && this.#isCurrent(known) ? authenticationOf(known) : undefined
  }

  /** Who sends the request with this header. Every header that is not a good token of ours is a refused one. */
  async authenticate(header: string | null, count: StatementCount): Promise<Authentication> {
    if (header === null || NO_TOKEN.test(header)) return NOBODY
    const token = tokenIn(header)
    return authenticationOf(token === undefined ? undefined : await this.#knownCaller({ header, token }, count))
  }

  /** Forgets what is known of this person: a session of theirs may have ended, or their roles are others. */
  forget(userId: string): void {
    const now = Date.now()
    this.#changes.delete(userId)
    this.#changes.set(userId, now)
    // A Map gives its keys in the order of insertion, so the old ones come first.
    for (const [id, changedAtMs] of this.#changes) {
      if (changedAtMs > now - REMEMBERED_MS && this.#changes.size <= REMEMBERED_MAX) break
      this.#changes.delete(id)
    }
  }

  async #knownCaller(sent: Sent, count: StatementCount): Promise<KnownCaller | undefined> {
    const known = await this.#remembered(sent, count)
    if (!known || this.#isCurrent(known)) return known
    this.#callers.invalidate(sent.header)
    return this.#remembered(sent, count)
  }

  #isCurrent({ askedAtMs, caller }: KnownCaller): boolean {
    return askedAtMs > (this.#changes.get(caller.id) ?? 0)
  }

  #remembered({ header, token }: Sent, count: StatementCount): Promise<KnownCaller | undefined> {
    return this.#callers.get(header, async () => {
      const askedAtMs = Date.now()
      const authenticated = await authenticate(this.#database.counting(count), { tokens: this.#tokens, token })
      return authenticated && { ...authenticated, askedAtMs }
    })
  }
}

const NOBODY: Authentication = Object.freeze({ caller: null, tokenRefused: false })

function tokenIn(header: string): string | undefined {
  return header.length <= HEADER_LENGTH_MAX ? BEARER.exec(header)?.[1] : undefined
}

function authenticationOf(known: KnownCaller | undefined): Authentication {
  const caller = known && known.expiresAtMs > Date.now() ? known.caller : null
  return { caller, tokenRefused: caller === null }
}

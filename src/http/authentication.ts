/** From the `Authorization` header to the caller, remembered for a moment. */
import { type AuthenticatedCaller, authenticate } from '../accounts/authenticate.ts'
import { ProvenTokens } from '../accounts/provenTokens.ts'
import { ShortMemory } from '../cache/shortMemory.ts'
import type { Statements } from '../db/statements.ts'
import type { Caller } from '../domain/caller.ts'

// An ended session is to be refused within 5 s, in every process; the rest is for the look-up and for what waits on it.
const REMEMBERED_MS = 3_000
const REMEMBERED_MAX = 20_000 // With a kilobyte each at most, 20 MB.
const TOKEN_LENGTH_MAX = 1_024 // Ours have about 250 characters.
// What an editor of headers holds before somebody has put a token there.
const NO_TOKEN = /^(Bearer)? *$/i

export interface Authentication {
  caller: Caller | null
  /** A token was sent, and it is not ours, has expired, or its session has ended: not the same as nobody. */
  tokenRefused: boolean
}

interface KnownCaller extends AuthenticatedCaller {
  askedAtMs: number
}

export class Authenticator {
  readonly #callers: ShortMemory<KnownCaller>
  /** When people changed who were remembered then, as long as what was known before is. */
  readonly #changes = new Map<string, number>()
  readonly #database: Statements
  readonly #tokens: ProvenTokens

  constructor(options: { database: Statements; secret: Uint8Array }) {
    this.#database = options.database
    this.#tokens = new ProvenTokens(options.secret)
    this.#callers = new ShortMemory({ lifeMs: REMEMBERED_MS, sizeMax: REMEMBERED_MAX })
  }

  /** Who sends the request with this header. Every header that is not a good token of ours is a refused one. */
  async authenticate(header: string | null): Promise<Authentication> {
    if (header === null || NO_TOKEN.test(header)) return { caller: null, tokenRefused: false }
    const token = /^Bearer +(\S+)$/i.exec(header)?.[1]
    const known = token && token.length <= TOKEN_LENGTH_MAX ? await this.#knownCaller(token) : undefined
    const caller = known && known.expiresAtMs > Date.now() ? known.caller : null
    return { caller, tokenRefused: caller === null }
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

  async #knownCaller(token: string): Promise<KnownCaller | undefined> {
    const known = await this.#remembered(token)
    if (!known || known.askedAtMs > (this.#changes.get(known.caller.id) ?? 0)) return known
    this.#callers.forget(token)
    return this.#remembered(token)
  }

  #remembered(token: string): Promise<KnownCaller | undefined> {
    return this.#callers.get(token, async () => {
      const askedAtMs = Date.now()
      const authenticated = await authenticate(this.#database, { tokens: this.#tokens, token })
      return authenticated && { ...authenticated, askedAtMs }
    })
  }
}

/** From the `Authorization` header to the caller, remembered for a moment. */
import { decodeJwt } from 'jose'
import { authenticate } from '../accounts/authenticate.ts'
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

interface KnownCaller {
  caller: Caller
  expiresAtMs: number
}

export class Authenticator {
  readonly #callers: ShortMemory<KnownCaller>
  readonly #database: Statements
  readonly #secret: Uint8Array

  constructor(options: { database: Statements; secret: Uint8Array }) {
    this.#database = options.database
    this.#secret = options.secret
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

  #knownCaller(token: string): Promise<KnownCaller | undefined> {
    return this.#callers.get(token, async () => {
      const caller = await authenticate(this.#database, { secret: this.#secret, token })
      if (!caller) return undefined
      const { exp = 0 } = decodeJwt(token) // Verified just now.
      return { caller, expiresAtMs: exp * 1_000 }
    })
  }
}

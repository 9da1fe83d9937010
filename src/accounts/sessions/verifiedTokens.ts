/**
 * Access tokens whose signature was found good. The session behind a token is asked for every few seconds, but its signature
 * does not change: verifying it takes as long as answering a small request.
 */
import { type VerifiedClaims, verifyAccessToken } from './accessToken.ts'

// With a kilobyte each at most, 20 MB.
const REMEMBERED_MAX = 20_000

export class VerifiedTokens {
  readonly #secret: Uint8Array
  readonly #claims = new Map<string, VerifiedClaims>()

  constructor(secret: Uint8Array) {
    this.#secret = secret
  }

  /** The claims of a token that this server signed and that has not expired; undefined for every other text. */
  async claimsOf(token: string): Promise<VerifiedClaims | undefined> {
    const known = this.#claims.get(token)
    if (known) return known.expiresAtMs > Date.now() ? known : undefined
    const claims = await verifyAccessToken(this.#secret, token)
    if (claims) this.#remember(token, claims)
    return claims
  }

  // A Map gives its keys in the order of insertion, and the oldest token expires first.
  #remember(token: string, claims: VerifiedClaims): void {
    this.#claims.set(token, claims)
    const [oldest] = this.#claims.keys()
    if (this.#claims.size > REMEMBERED_MAX && oldest !== undefined) this.#claims.delete(oldest)
  }
}

/**
 * Bounded cache of access tokens with a valid signature. The session of a token is read again every few seconds, but its signature
 * does not change, and verifying it costs as much as answering a small request.
 */
import { BoundedCache } from '../../cache/boundedCache.ts'
import { type VerifiedClaims, verifyAccessToken } from './accessToken.ts'

const TOKENS_MAX = 20_000 // At most 1 kB each: 20 MB.

export class VerifiedTokens {
  readonly #secret: Uint8Array
  readonly #claims = new BoundedCache<string, VerifiedClaims>({ name: 'verifiedTokens', max: TOKENS_MAX })

  constructor(secret: Uint8Array) {
    this.#secret = secret
  }

  /** Returns the claims of a token that this server signed and that has not expired; undefined for any other text. */
  async claimsOf(token: string): Promise<VerifiedClaims | undefined> {
    const cached = this.#claims.get(token)
    if (cached) return cached.expiresAtMs > Date.now() ? cached : undefined
    const claims = await verifyAccessToken(this.#secret, token)
    if (claims) this.#claims.set(token, claims)
    return claims
  }
}

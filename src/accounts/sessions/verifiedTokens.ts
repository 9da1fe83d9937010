/** Cache of access tokens with a verified signature: verifying one costs as much as a small request, and a signature never changes. */
import { BoundedCache } from '../../cache/boundedCache.ts'
import { type VerifiedClaims, verifyAccessToken } from './accessToken.ts'

const TOKENS_MAX = 20_000 // At most 1 kB each: 20 MB.

export class VerifiedTokens {
  readonly #secret: Uint8Array
  readonly #claims = new BoundedCache<string, VerifiedClaims>({ name: 'verifiedTokens', max: TOKENS_MAX })

  constructor(secret: Uint8Array) {
    this.#secret = secret
  }

  /** The claims of a token that this server signed and that has not expired; undefined for every other text. */
  async claimsOf(token: string): Promise<VerifiedClaims | undefined> {
    const known = this.#claims.get(token)
    if (known) return known.expiresAtMs > Date.now() ? known : undefined
    const claims = await verifyAccessToken(this.#secret, token)
    if (claims) this.#claims.set(token, claims)
    return claims
  }
}

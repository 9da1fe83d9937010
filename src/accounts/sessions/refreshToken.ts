/** Proof of a session that outlives its access tokens: a JWT that names the session and which of its refresh tokens it is. */
import { jwtVerify, SignJWT } from 'jose'

/** A month without a visit ends a session: each refresh begins it again. */
export const REFRESH_TOKEN_TTL_MS = 30 * 24 * 3_600_000

const ALGORITHM = 'HS256'
// Its own audience: neither kind of token is ever taken for the other.
const AUDIENCE = 'errand:refresh'

export interface RefreshClaims {
  sessionId: string
  generation: number
}

/** The refresh token of this generation, good for thirty days. */
export async function signRefreshToken(
  secret: Uint8Array,
  { sessionId, generation }: RefreshClaims,
  now: Date,
): Promise<string> {
  return new SignJWT({ sid: sessionId, gen: generation })
    .setProtectedHeader({ alg: ALGORITHM })
    .setAudience(AUDIENCE)
    .setIssuedAt(now)
    .setExpirationTime(new Date(now.getTime() + REFRESH_TOKEN_TTL_MS))
    .sign(secret)
}

/** The claims of a token that this server signed and that has not expired; undefined for every other text. */
export async function verifyRefreshToken(secret: Uint8Array, token: string): Promise<RefreshClaims | undefined> {
  try {
    const { payload } = await jwtVerify(token, secret, { algorithms: [ALGORITHM], audience: AUDIENCE })
    if (typeof payload.sid !== 'string' || typeof payload.gen !== 'number') return undefined
    return { sessionId: payload.sid, generation: payload.gen }
  } catch {
    return undefined
  }
}

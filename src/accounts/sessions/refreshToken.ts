/** Refresh tokens, the long-lived proof of a session: a JWT with the session and the generation of the token. */
import { jwtVerify, SignJWT } from 'jose'

/** A session ends after 30 days without use; each refresh restarts this time. */
export const REFRESH_TOKEN_TTL_MS = 30 * 24 * 3_600_000

const ALGORITHM = 'HS256'
// A separate audience, so that neither kind of token is accepted as the other.
const AUDIENCE = 'errand:refresh'

export interface RefreshClaims {
  sessionId: string
  generation: number
}

/** Returns the refresh token of this generation, valid for 30 days. */
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

/** Returns the claims of a token that this server signed and that has not expired; undefined for any other text. */
export async function verifyRefreshToken(secret: Uint8Array, token: string): Promise<RefreshClaims | undefined> {
  try {
    const { payload } = await jwtVerify(token, secret, { algorithms: [ALGORITHM], audience: AUDIENCE })
    if (typeof payload.sid !== 'string' || typeof payload.gen !== 'number') return undefined
    return { sessionId: payload.sid, generation: payload.gen }
  } catch {
    return undefined
  }
}

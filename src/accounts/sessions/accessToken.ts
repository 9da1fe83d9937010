/** Access tokens, the short-lived proof of a session: a JWT (RFC 7519), signed with HS256 only. It holds nothing that can change. */
import { jwtVerify, SignJWT } from 'jose'

/** The lifetime of an access token. */
export const ACCESS_TOKEN_TTL_MS = 15 * 60_000

const ALGORITHM = 'HS256'
const AUDIENCE = 'errand:access'

export interface AccessClaims {
  userId: string
  sessionId: string
}

export interface VerifiedClaims extends AccessClaims {
  expiresAtMs: number
}

/** Returns a token that proves this session until `expiresAt`. */
export async function signAccessToken(
  secret: Uint8Array,
  { userId, sessionId }: AccessClaims,
  expiresAt: Date,
): Promise<string> {
  return new SignJWT({ sid: sessionId })
    .setProtectedHeader({ alg: ALGORITHM })
    .setSubject(userId)
    .setAudience(AUDIENCE)
    .setIssuedAt()
    .setExpirationTime(expiresAt)
    .sign(secret)
}

/** Returns the claims of a token that this server signed and that has not expired; undefined for any other text. */
export async function verifyAccessToken(secret: Uint8Array, token: string): Promise<VerifiedClaims | undefined> {
  try {
    const { payload } = await jwtVerify(token, secret, { algorithms: [ALGORITHM], audience: AUDIENCE })
    const { sub, sid, exp = 0 } = payload
    if (typeof sub !== 'string' || typeof sid !== 'string') return undefined
    return { userId: sub, sessionId: sid, expiresAtMs: exp * 1_000 }
  } catch {
    return undefined
  }
}

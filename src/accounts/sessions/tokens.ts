/** The tokens of a signed-in person. */
import type { Caller } from '../../domain/caller.ts'
import { ACCESS_TOKEN_TTL_MS, signAccessToken } from './accessToken.ts'
import { signRefreshToken } from './refreshToken.ts'

/** A session that the request has proved its right to, and the generation of its current refresh token. */
export interface VerifiedSession {
  caller: Caller
  generation: number
}

export interface Tokens {
  accessToken: string
  refreshToken: string
  /** The expiry of the access token. */
  expiresAt: Date
}

/** Issues both tokens of the session. They live on real time, independent of the sandbox clock. */
export async function issueTokens(secret: Uint8Array, { caller, generation }: VerifiedSession): Promise<Tokens> {
  const now = new Date()
  // A JWT has whole seconds.
  const expiresAt = new Date(Math.floor((now.getTime() + ACCESS_TOKEN_TTL_MS) / 1000) * 1000)
  const { id: userId, sessionId } = caller
  return {
    accessToken: await signAccessToken(secret, { userId, sessionId }, expiresAt),
    refreshToken: await signRefreshToken(secret, { sessionId, generation }, now),
    expiresAt,
  }
}

/** What somebody who has signed in is given. */
import type { Caller } from '../../domain/caller.ts'
import { ACCESS_TOKEN_TTL_MS, signAccessToken } from './accessToken.ts'
import { signRefreshToken } from './refreshToken.ts'

/** A session to which the request has proved its right, and which of its refresh tokens is the current one. */
export interface VerifiedSession {
  caller: Caller
  generation: number
}

export interface Tokens {
  accessToken: string
  refreshToken: string
  /** When the access token ends. */
  expiresAt: Date
}

/** Both tokens of the session. They live on real time, whatever the sandbox clock says. */
export async function issueTokens(secret: Uint8Array, { caller, generation }: VerifiedSession): Promise<Tokens> {
  const now = new Date()
  // A JWT counts whole seconds.
  const expiresAt = new Date(Math.floor((now.getTime() + ACCESS_TOKEN_TTL_MS) / 1000) * 1000)
  const { id: userId, sessionId } = caller
  return {
    accessToken: await signAccessToken(secret, { userId, sessionId }, expiresAt),
    refreshToken: await signRefreshToken(secret, { sessionId, generation }, now),
    expiresAt,
  }
}

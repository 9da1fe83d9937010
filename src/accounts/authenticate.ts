/** From a bearer token to the person who sends the request. */
import type { Statements } from '../db/statements.ts'
import type { Caller } from '../domain/caller.ts'
import { verifyAccessToken } from './accessToken.ts'
import { callerOfSession } from './callerOfSession.ts'

/** The caller behind the token; null when it is not ours, has expired, or its session or account has ended. */
export async function authenticate(
  database: Statements,
  { secret, token }: { secret: Uint8Array; token: string },
): Promise<Caller | null> {
  const claims = await verifyAccessToken(secret, token)
  if (!claims) return null
  const caller = await callerOfSession(database, { sessionId: claims.sessionId })
  return caller?.id === claims.userId ? caller : null
}

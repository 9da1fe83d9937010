/** From a bearer token to the person who sends the request. */
import type { Statements } from '../../db/statements.ts'
import type { Caller } from '../../domain/caller.ts'
import { callerOfSession } from './callerOfSession.ts'
import type { VerifiedTokens } from './verifiedTokens.ts'

export interface AuthenticatedCaller {
  caller: Caller
  /** When the token that proves it expires. */
  expiresAtMs: number
}

/** The caller behind the token; undefined when it is not ours, has expired, or its session or account has ended. */
export async function authenticate(
  database: Statements,
  { tokens, token }: { tokens: VerifiedTokens; token: string },
): Promise<AuthenticatedCaller | undefined> {
  const claims = await tokens.claimsOf(token)
  if (!claims) return undefined
  const caller = await callerOfSession(database, { sessionId: claims.sessionId })
  return caller?.id === claims.userId ? { caller, expiresAtMs: claims.expiresAtMs } : undefined
}

/** Authenticates a request by its bearer token. */
import type { Statements } from '../../db/statements.ts'
import type { Caller } from '../../domain/caller.ts'
import { callerOfSession } from './callerOfSession.ts'
import type { VerifiedTokens } from './verifiedTokens.ts'

export interface AuthenticatedCaller {
  caller: Caller
  /** The expiry of the access token. */
  expiresAtMs: number
}

/** Returns the caller of a token; undefined if it is not ours, has expired, or its session has ended or its account is suspended. */
export async function authenticate(
  database: Statements,
  { tokens, token, staffNeedsSecondFactor }: { tokens: VerifiedTokens; token: string; staffNeedsSecondFactor: boolean },
): Promise<AuthenticatedCaller | undefined> {
  const claims = await tokens.claimsOf(token)
  if (!claims) return undefined
  const caller = await callerOfSession(database, { sessionId: claims.sessionId, staffNeedsSecondFactor })
  return caller?.id === claims.userId ? { caller, expiresAtMs: claims.expiresAtMs } : undefined
}

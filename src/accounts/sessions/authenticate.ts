/** Authenticates a request by its bearer token. */
import type { Statements } from '../../db/statements.ts'
import type { Caller } from '../../domain/caller.ts'
import { ACCESS_TOKEN_PREFIX } from '../accessTokens/accessTokenText.ts'
import { callerOfAccessToken } from '../accessTokens/callerOfAccessToken.ts'
import { callerOfSession } from './callerOfSession.ts'
import type { VerifiedTokens } from './verifiedTokens.ts'

export interface AuthenticatedCaller {
  caller: Caller
  /** The expiry of the token; Infinity without one. */
  expiresAtMs: number
  /** True for a personal access token whose use must be recorded. */
  isUseDue?: boolean
}

/** Returns the caller of a token; undefined if it is not ours, has expired, or its session has ended or its account is suspended. */
export async function authenticate(
  database: Statements,
  { tokens, token, staffNeedsSecondFactor }: { tokens: VerifiedTokens; token: string; staffNeedsSecondFactor: boolean },
): Promise<AuthenticatedCaller | undefined> {
  if (token.startsWith(ACCESS_TOKEN_PREFIX)) return authenticateAccessToken(database, { token, staffNeedsSecondFactor })
  const claims = await tokens.claimsOf(token)
  if (!claims) return undefined
  const caller = await callerOfSession(database, { sessionId: claims.sessionId, staffNeedsSecondFactor })
  return caller?.id === claims.userId ? { caller, expiresAtMs: claims.expiresAtMs } : undefined
}

async function authenticateAccessToken(
  database: Statements,
  sent: { token: string; staffNeedsSecondFactor: boolean },
): Promise<AuthenticatedCaller | undefined> {
  const found = await callerOfAccessToken(database, sent)
  if (!found) return undefined
  const { caller, expiresAt, isUseDue } = found
  return { caller, expiresAtMs: expiresAt?.getTime() ?? Number.POSITIVE_INFINITY, isUseDue }
}

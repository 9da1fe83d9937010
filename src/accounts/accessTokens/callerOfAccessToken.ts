/** The callers of requests that send a personal access token. */
import type { AccessTokenScope, Role } from '../../db/generated/enums.ts'
import type { Statements } from '../../db/statements.ts'
import type { Caller } from '../../domain/caller.ts'
import { withholdStaffRoles } from '../withholdStaffRoles.ts'
import { type LiveAccessToken, readAccessToken, readLiveAccessTokens } from './accessTokens.sql.ts'
import { hashOfAccessToken, isAccessToken } from './accessTokenText.ts'

/** The scopes that let a token act in a role of its person. Everybody acts as USER. */
const ROLE_SCOPES: Readonly<Record<Role, readonly AccessTokenScope[] | null>> = {
  USER: null,
  AGENT: ['SUPPORT'],
  FINANCE: ['MONEY_READ', 'MONEY_WRITE'],
  ADMIN: ['ADMIN'],
}

export interface AccessTokenCaller {
  caller: Caller
  expiresAt: Date | null
  /** False if a use within the last minute is recorded. */
  isUseDue: boolean
}

/** Returns the caller of a token; undefined if it is not ours, has ended, or its account is suspended. */
export async function callerOfAccessToken(
  database: Statements,
  { token, staffNeedsSecondFactor }: { token: string; staffNeedsSecondFactor: boolean },
): Promise<AccessTokenCaller | undefined> {
  if (!isAccessToken(token)) return undefined
  const found = await readAccessToken(database, { tokenHash: hashOfAccessToken(token) })
  if (!found) return undefined
  const caller = callerOfLiveToken(found, { staffNeedsSecondFactor })
  return { caller, expiresAt: found.expiresAt, isUseDue: found.isUseDue }
}

/** Returns the caller of a token by its id, for links that it made; null if it has ended or its account is suspended. */
export async function callerOfAccessTokenId(
  database: Statements,
  { id, staffNeedsSecondFactor }: { id: string; staffNeedsSecondFactor: boolean },
): Promise<Caller | null> {
  const [found] = await readLiveAccessTokens(database, { ids: [id] })
  return found ? callerOfLiveToken(found, { staffNeedsSecondFactor }) : null
}

/**
 * The caller of a token with the roles that its scopes cover. Where staff needs a second factor, the token of a person without one has the
 * rights of ordinary people only. A token proves nothing afresh.
 */
export function callerOfLiveToken(
  { id, userId, roles, isVerified, hasSecondFactor, scopes }: LiveAccessToken,
  { staffNeedsSecondFactor }: { staffNeedsSecondFactor: boolean },
): Caller {
  const covered = roles.filter((role) => ROLE_SCOPES[role]?.some((scope) => scopes.includes(scope)) ?? true)
  return {
    id: userId,
    ...withholdStaffRoles(covered, staffNeedsSecondFactor && !hasSecondFactor),
    sessionId: id,
    isVerified,
    hasSecondFactor,
    provenAt: null,
    scopes,
  }
}

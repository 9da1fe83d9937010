/** The callers of requests that send a personal access token. */
import type { AccessTokenScope, Role } from '../../db/generated/enums.ts'
import type { Statements } from '../../db/statements.ts'
import type { Caller } from '../../domain/caller.ts'
import { readAccessToken, readLiveAccessTokens } from './accessTokens.sql.ts'
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
export async function callerOfAccessToken(database: Statements, token: string): Promise<AccessTokenCaller | undefined> {
  if (!isAccessToken(token)) return undefined
  const found = await readAccessToken(database, { tokenHash: hashOfAccessToken(token) })
  return found && { caller: callerOf(found), expiresAt: found.expiresAt, isUseDue: found.isUseDue }
}

/** Returns the caller of a token by its id, for links that it made; null if it has ended or its account is suspended. */
export async function callerOfAccessTokenId(database: Statements, { id }: { id: string }): Promise<Caller | null> {
  const [found] = await readLiveAccessTokens(database, { ids: [id] })
  return found ? callerOf(found) : null
}

/** The roles of a person that their token with these scopes may use. */
export const rolesWithin = (roles: readonly Role[], scopes: readonly AccessTokenScope[]): Role[] =>
  roles.filter((role) => ROLE_SCOPES[role]?.some((scope) => scopes.includes(scope)) ?? true)

function callerOf({
  id,
  userId,
  roles,
  isVerified,
  scopes,
}: {
  id: string
  userId: string
  roles: readonly Role[]
  isVerified: boolean
  scopes: readonly AccessTokenScope[]
}): Caller {
  return { id: userId, roles: rolesWithin(roles, scopes), sessionId: id, isVerified, scopes }
}

import type { AccessTokenScope, Role } from '../db/generated/enums.ts'

/** The authenticated person for whom a rule runs. The rule decides what they may do. */
export interface Caller {
  id: string
  roles: readonly Role[]
  /** The session or, for a request by a personal access token, that token: their access ends with it. */
  sessionId: string
  /** They have proved their email address. */
  isVerified: boolean
  /** The scopes of the personal access token; absent with a session, which has no limits but those of the person. */
  scopes?: readonly AccessTokenScope[]
}

/** True if the caller has one of the roles. An administrator has all of them. */
export const hasRole = (caller: Pick<Caller, 'roles'> | null, ...roles: Role[]): boolean =>
  caller?.roles.some((role) => role === 'ADMIN' || roles.includes(role)) ?? false

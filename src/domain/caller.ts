import type { AccessTokenScope, Role } from '../db/generated/enums.ts'

/** The authenticated person for whom a rule runs. The rule decides what they may do. */
export interface Caller {
  id: string
  /** The roles that count in this session. */
  roles: readonly Role[]
  /** Roles of staff that do not count, because the session has not proved a second factor and staff needs one. */
  withheldRoles: readonly Role[]
  /** The session or, for a request by a personal access token, that token: their access ends with it. */
  sessionId: string
  /** They have proved their email address. */
  isVerified: boolean
  /** They have a second factor. */
  hasSecondFactor: boolean
  /** The last proof of the session: by a second factor if they have one, else by the password. Null if there is none. */
  provenAt: Date | null
  /** The scopes of the personal access token; absent with a session, which has no limits but those of the person. */
  scopes?: readonly AccessTokenScope[]
}

/** True if the caller has one of the roles. An administrator has all of them. */
export const hasRole = (caller: Pick<Caller, 'roles'> | null, ...roles: Role[]): boolean =>
  caller?.roles.some((role) => role === 'ADMIN' || roles.includes(role)) ?? false

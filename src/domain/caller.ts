import type { Role } from '../db/generated/enums.ts'

/** The authenticated person for whom a rule runs. The rule decides what they may do. */
export interface Caller {
  id: string
  roles: readonly Role[]
  sessionId: string
  /** They have proved their email address. */
  isVerified: boolean
}

/** True if the caller has one of the roles. An administrator has all of them. */
export const hasRole = (caller: Caller | null, ...roles: Role[]): boolean =>
  caller?.roles.some((role) => role === 'ADMIN' || roles.includes(role)) ?? false

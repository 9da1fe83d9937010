import type { Role } from '../db/generated/enums.ts'

/** The person on whose behalf a rule runs. Whoever they are is known; whether they may is the rule's to decide. */
export interface Caller {
  id: string
  roles: readonly Role[]
  sessionId: string
}

/** An administrator may do what agents and finance staff may. */
export const hasRole = (caller: Caller | null, ...roles: Role[]): boolean =>
  caller?.roles.some((role) => role === 'ADMIN' || roles.includes(role)) ?? false

import type { Role } from '../db/generated/enums.ts'
import type { Caller } from '../domain/caller.ts'

/** Divides roles into those that count and those of staff that do not, where staff needs a second factor that was not proved. */
export function withholdStaffRoles(
  roles: readonly Role[],
  isWithheld: boolean,
): Pick<Caller, 'roles' | 'withheldRoles'> {
  if (!isWithheld) return { roles, withheldRoles: [] }
  return { roles: roles.filter((role) => role === 'USER'), withheldRoles: roles.filter((role) => role !== 'USER') }
}

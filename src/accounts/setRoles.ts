import { Role } from '../db/generated/enums.ts'
import type { Tx } from '../db/transaction.ts'
import { ForbiddenError } from '../domain/errors.ts'
import { recordAudit } from './audit.ts'
import { lockForAdministrator } from './lockForAdministrator.ts'
import { setUserRoles } from './users.sql.ts'

/**
 * Gives a person these roles and takes the others, at once: the next request counts. Everybody stays a USER.
 * Refuses to let administrators take ADMIN from themselves, so the last one always remains.
 */
export async function setRoles(
  tx: Tx,
  act: { adminId: string; userId: string; roles: readonly Role[]; reason: string; requestId: string },
): Promise<void> {
  const { adminId, userId, reason, requestId } = act
  const person = await lockForAdministrator(tx, { adminId, userId })
  const roles = Object.values(Role).filter((role) => role === 'USER' || act.roles.includes(role))
  if (adminId === userId && !roles.includes('ADMIN')) {
    throw new ForbiddenError('Nobody takes ADMIN from themselves. Another administrator can.')
  }
  await setUserRoles(tx, { userId, roles })
  const subject = { prefix: 'usr', id: userId } as const
  await recordAudit(tx, { at: person.now, actorId: adminId, action: 'user.roles_set', subject, reason, requestId })
}

import { recordAudit } from '../../audit/audit.ts'
import { Role } from '../../db/generated/enums.ts'
import type { Tx } from '../../db/transaction.ts'
import { ForbiddenError } from '../../domain/errors.ts'
import { notifyAccountObservers } from '../accountObservers.ts'
import { invalidateSessionsOf } from '../sessionInvalidation.ts'
import { type LockedAccount, setUserRoles } from '../users.sql.ts'
import { lockForAdministrator } from './lockForAdministrator.ts'

/**
 * Grants a person these roles and removes the others, for all requests from now on. Everybody keeps USER. A person who loses AGENT
 * leaves customer service: their chats return to the queue.
 * Refuses administrators who remove ADMIN from themselves, so that one always remains.
 */
export async function setRoles(
  tx: Tx,
  act: { adminId: string; userId: string; roles: readonly Role[]; reason: string; requestId: string },
): Promise<void> {
  const { adminId, userId, roles, reason, requestId } = act
  const person = await lockForAdministrator(tx, { adminId, userId })
  if (adminId === userId && !roles.includes('ADMIN')) {
    throw new ForbiddenError('You cannot remove ADMIN from yourself. Another administrator can.')
  }
  await replaceRoles(tx, { person, roles, actorId: adminId, reason, requestId })
}

/** Sets the roles of a locked person. Each granted or removed role has its own audit record, so that it can be searched for. */
export async function replaceRoles(
  tx: Tx,
  change: {
    person: LockedAccount
    roles: readonly Role[]
    actorId: string | null
    reason: string
    requestId?: string
  },
): Promise<void> {
  const { person, actorId, reason, requestId } = change
  const roles = Object.values(Role).filter((role) => role === 'USER' || change.roles.includes(role))
  await setUserRoles(tx, { userId: person.id, roles })
  invalidateSessionsOf(tx, person.id)
  await notifyAccountObservers('onAccessLost', tx, { userId: person.id, actorId })
  const subject = { prefix: 'usr', id: person.id } as const
  for (const role of Object.values(Role)) {
    if (roles.includes(role) === person.roles.includes(role)) continue
    const action = `role.${role.toLowerCase()}_${roles.includes(role) ? 'given' : 'taken'}` as const
    await recordAudit(tx, { at: person.now, actorId, action, subject, reason, requestId })
  }
}

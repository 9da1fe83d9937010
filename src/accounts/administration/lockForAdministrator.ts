import type { Tx } from '../../db/transaction.ts'
import { ForbiddenError, NotFoundError } from '../../domain/errors.ts'
import { type LockedAccount, lockAccounts } from '../users.sql.ts'

/**
 * Locks a person together with the administrator who acts on them. Refuses an unknown person, and a caller who is no longer an
 * administrator: of two administrators who demote each other at the same time, the second is refused, so that one always remains.
 */
export async function lockForAdministrator(
  tx: Tx,
  { adminId, userId }: { adminId: string; userId: string },
): Promise<LockedAccount> {
  const accounts = await lockAccounts(tx, { userIds: [adminId, userId] })
  const person = accounts.find(({ id }) => id === userId)
  if (!person) throw NotFoundError.of('usr', userId)
  const admin = accounts.find(({ id }) => id === adminId)
  if (!admin?.roles.includes('ADMIN') || admin.suspendedAt)
    throw new ForbiddenError('You are no longer an administrator. Another administrator can grant you the role again.')
  return person
}

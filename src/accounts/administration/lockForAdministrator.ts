import type { Tx } from '../../db/transaction.ts'
import { ForbiddenError, NotFoundError } from '../../domain/errors.ts'
import { type LockedAccount, lockAccounts } from '../users.sql.ts'

/**
 * Locks a person together with the administrator who acts on them. Refuses an unknown person, and an administrator who is
 * none any more: of two who depose each other at once, the second finds that they may not. So one always remains.
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
    throw new ForbiddenError('You are no administrator any more. Another administrator can give you the role again.')
  return person
}

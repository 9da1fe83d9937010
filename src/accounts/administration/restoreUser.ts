import { recordAudit } from '../../audit/audit.ts'
import type { Tx } from '../../db/transaction.ts'
import { IllegalTransitionError } from '../../domain/errors.ts'
import { notifyAccountObservers } from '../accountObservers.ts'
import { setSuspendedAt } from '../users.sql.ts'
import { lockForAdministrator } from './lockForAdministrator.ts'

/** Ends a suspension: the person may sign in again, and their waiting transfers become due. Refuses if there is none. */
export async function restoreUser(
  tx: Tx,
  act: { adminId: string; userId: string; reason: string; requestId: string },
): Promise<void> {
  const { adminId, userId, reason, requestId } = act
  const person = await lockForAdministrator(tx, { adminId, userId })
  if (!person.suspendedAt) {
    throw new IllegalTransitionError({
      from: 'ACTIVE',
      action: 'restoreUser',
      allowed: ['suspendUser'],
      message: 'This account is not suspended, so there is nothing to restore.',
    })
  }
  await setSuspendedAt(tx, { userId, suspendedAt: null })
  const subject = { prefix: 'usr', id: userId } as const
  await recordAudit(tx, { at: person.now, actorId: adminId, action: 'user.restored', subject, reason, requestId })
  await notifyAccountObservers('onPayable', tx, { userId })
}

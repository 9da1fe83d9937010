import type { Tx } from '../../db/transaction.ts'
import { ForbiddenError, IllegalTransitionError } from '../../domain/errors.ts'
import { tellAccountObservers } from '../accountObservers.ts'
import { invalidateSessionsOf } from '../sessionInvalidation.ts'
import { endSessions } from '../sessions/sessions.sql.ts'
import { setSuspendedAt } from '../users.sql.ts'
import { recordAudit } from './audit.ts'
import { lockForAdministrator } from './lockForAdministrator.ts'

/**
 * Suspends an account: every session of it ends, the rules of other features refuse it by its `suspended_at`, which they read
 * under their locks, the tasks that it was accepted for and nobody has paid for are open again, and an agent's chats go back to
 * the queue. Refuses oneself, and an account that is suspended already.
 */
export async function suspendUser(
  tx: Tx,
  act: { adminId: string; userId: string; reason: string; requestId: string },
): Promise<void> {
  const { adminId, userId, reason, requestId } = act
  await tellAccountObservers('beforeSuspension', tx, { userId })
  const person = await lockForAdministrator(tx, { adminId, userId })
  if (adminId === userId) throw new ForbiddenError('You cannot suspend yourself. Another administrator can.')
  if (person.suspendedAt) {
    throw new IllegalTransitionError({
      from: 'SUSPENDED',
      action: 'suspendUser',
      allowed: ['restoreUser'],
      message: 'This account is suspended already. restoreUser ends the suspension.',
    })
  }
  await setSuspendedAt(tx, { userId, suspendedAt: person.now })
  await endSessions(tx, { userId, exceptId: null })
  await tellAccountObservers('onSuspended', tx, { userId })
  invalidateSessionsOf(tx, userId)
  await tellAccountObservers('onAccessLost', tx, { userId, actorId: adminId })
  const subject = { prefix: 'usr', id: userId } as const
  await recordAudit(tx, { at: person.now, actorId: adminId, action: 'user.suspended', subject, reason, requestId })
}

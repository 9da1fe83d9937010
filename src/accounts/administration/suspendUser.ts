import { recordAudit } from '../../audit/audit.ts'
import type { Tx } from '../../db/transaction.ts'
import { ForbiddenError, IllegalTransitionError } from '../../domain/errors.ts'
import { endAccessTokens } from '../accessTokens/accessTokens.sql.ts'
import { notifyAccountObservers } from '../accountObservers.ts'
import { invalidateSessionsOf } from '../sessionInvalidation.ts'
import { endSessions } from '../sessions/sessions.sql.ts'
import { setSuspendedAt } from '../users.sql.ts'
import { lockForAdministrator } from './lockForAdministrator.ts'

/**
 * Suspends an account. All its sessions and access tokens end; the rules of other features refuse it by `suspended_at`, which they read under their
 * locks; unfunded tasks assigned to it are reopened; the chats of an agent return to the queue. Refuses the caller's own
 * account, and one that is already suspended.
 */
export async function suspendUser(
  tx: Tx,
  act: { adminId: string; userId: string; reason: string; requestId: string },
): Promise<void> {
  const { adminId, userId, reason, requestId } = act
  await notifyAccountObservers('beforeSuspension', tx, { userId })
  const person = await lockForAdministrator(tx, { adminId, userId })
  if (adminId === userId) throw new ForbiddenError('You cannot suspend yourself. Another administrator can.')
  if (person.suspendedAt) {
    throw new IllegalTransitionError({
      from: 'SUSPENDED',
      action: 'suspendUser',
      allowed: ['restoreUser'],
      message: 'This account is already suspended. restoreUser ends the suspension.',
    })
  }
  await setSuspendedAt(tx, { userId, suspendedAt: person.now })
  await endSessions(tx, { userId, exceptId: null })
  await endAccessTokens(tx, { userId })
  await notifyAccountObservers('onSuspended', tx, { userId })
  invalidateSessionsOf(tx, userId)
  await notifyAccountObservers('onAccessLost', tx, { userId, actorId: adminId })
  const subject = { prefix: 'usr', id: userId } as const
  await recordAudit(tx, { at: person.now, actorId: adminId, action: 'user.suspended', subject, reason, requestId })
}

import { recordAudit } from '../../audit/audit.ts'
import type { Tx } from '../../db/transaction.ts'
import type { Caller } from '../../domain/caller.ts'
import { UnauthenticatedError } from '../../domain/errors.ts'
import { notifyAccountObservers } from '../accountObservers.ts'
import { invalidateSessionsOf } from '../sessionInvalidation.ts'
import { lockAccounts } from '../users.sql.ts'
import { endSessions } from './sessions.sql.ts'

/** Ends every session of the caller but the current one: signs all other devices out. */
export async function revokeOtherSessions(
  tx: Tx,
  { caller, requestId }: { caller: Caller; requestId: string },
): Promise<void> {
  const [account] = await lockAccounts(tx, { userIds: [caller.id] })
  if (!account) throw new UnauthenticatedError()
  await endSessions(tx, { userId: caller.id, exceptId: caller.sessionId })
  invalidateSessionsOf(tx, caller.id)
  await notifyAccountObservers('onAccessLost', tx, { userId: caller.id, actorId: caller.id })
  const subject = { prefix: 'usr', id: caller.id } as const
  const action = 'user.other_sessions_revoked' as const
  await recordAudit(tx, { at: account.now, actorId: caller.id, action, subject, requestId })
}

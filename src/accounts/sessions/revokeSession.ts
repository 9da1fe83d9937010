import type { Tx } from '../../db/transaction.ts'
import { NotFoundError } from '../../domain/errors.ts'
import { notifyAccountObservers } from '../accountObservers.ts'
import { invalidateSessionsOf } from '../sessionInvalidation.ts'
import { endSession } from './sessions.sql.ts'

/**
 * Ends a session of the caller, possibly the current one; ending it again changes nothing. An agent who ends their last session
 * leaves customer service. Refuses another person's session with NotFoundError.
 */
export async function revokeSession(
  tx: Tx,
  { callerId, sessionId }: { callerId: string; sessionId: string },
): Promise<void> {
  const found = await endSession(tx, { sessionId, userId: callerId })
  if (!found) throw NotFoundError.of('ses', sessionId)
  invalidateSessionsOf(tx, callerId)
  await notifyAccountObservers('onAccessLost', tx, { userId: callerId, actorId: callerId })
}

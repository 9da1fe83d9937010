import type { Tx } from '../../db/transaction.ts'
import { NotFoundError } from '../../domain/errors.ts'
import { tellAccountObservers } from '../accountObservers.ts'
import { invalidateSessionsOf } from '../sessionInvalidation.ts'
import { endSession } from './sessions.sql.ts'

/**
 * Ends a session of one's own, this one included; ending it again changes nothing. With their last one an agent leaves customer
 * service. Another's is not found.
 */
export async function revokeSession(
  tx: Tx,
  { callerId, sessionId }: { callerId: string; sessionId: string },
): Promise<void> {
  const found = await endSession(tx, { sessionId, userId: callerId })
  if (!found) throw NotFoundError.of('ses', sessionId)
  invalidateSessionsOf(tx, callerId)
  await tellAccountObservers('onAccessLost', tx, { userId: callerId, actorId: callerId })
}

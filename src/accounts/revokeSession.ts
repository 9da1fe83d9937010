import type { Tx } from '../db/transaction.ts'
import { NotFoundError } from '../domain/errors.ts'
import { tellAccountChanged } from './accountChanges.ts'
import { endSession } from './sessions.sql.ts'

/** Ends a session of one's own, this one included; ending it again changes nothing. Another's is not found. */
export async function revokeSession(
  tx: Tx,
  { callerId, sessionId }: { callerId: string; sessionId: string },
): Promise<void> {
  const found = await endSession(tx, { sessionId, userId: callerId })
  if (!found) throw NotFoundError.of('ses', sessionId)
  tellAccountChanged(tx, callerId)
}

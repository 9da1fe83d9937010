import { recordAudit } from '../../audit/audit.ts'
import type { Tx } from '../../db/transaction.ts'
import type { Caller } from '../../domain/caller.ts'
import { NotFoundError } from '../../domain/errors.ts'
import { invalidateSessionsOf } from '../sessionInvalidation.ts'
import { endAccessToken, lockAccessToken } from './accessTokens.sql.ts'

/**
 * Ends a token of the caller for all requests from now on, and its open streams; ending it again changes nothing. Refuses another
 * person's token with NotFoundError.
 */
export async function revokeAccessToken(
  tx: Tx,
  { caller, accessTokenId: id, requestId }: { caller: Caller; accessTokenId: string; requestId: string },
): Promise<void> {
  const found = await lockAccessToken(tx, { id, userId: caller.id })
  if (!found) throw NotFoundError.of('pat', id)
  if (found.revokedAt) return
  await endAccessToken(tx, { id })
  invalidateSessionsOf(tx, caller.id)
  const subject = { prefix: 'pat', id } as const
  await recordAudit(tx, { at: found.now, actorId: caller.id, action: 'access_token.revoked', subject, requestId })
}

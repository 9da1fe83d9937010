import { recordAudit } from '../../audit/audit.ts'
import type { Database } from '../../db/client.ts'
import { readClock } from '../../db/clock.ts'
import { type Tx, withTransaction } from '../../db/transaction.ts'
import { UnauthenticatedError } from '../../domain/errors.ts'
import { notifyAccountObservers } from '../accountObservers.ts'
import { invalidateSessionsOf } from '../sessionInvalidation.ts'
import { callerOf } from './callerOf.ts'
import { type RefreshClaims, verifyRefreshToken } from './refreshToken.ts'
import { endSession, lockSession, rotateSession, useGrace } from './sessions.sql.ts'
import type { VerifiedSession } from './tokens.ts'

// In real time: long enough for a client that lost the answer, or for two tabs that refresh at once.
const GRACE_MS = 60_000

/**
 * Continues a session. The current token is rotated. The previous token is accepted once more within a minute, and returns the
 * current one again. An older token was copied, so it ends the session. Anything else is refused.
 */
export async function signInWithRefreshToken(
  database: Database,
  {
    secret,
    token,
    requestId,
    staffNeedsSecondFactor,
  }: { secret: Uint8Array; token: string; requestId: string; staffNeedsSecondFactor: boolean },
): Promise<VerifiedSession> {
  const claims = await verifyRefreshToken(secret, token)
  const session =
    claims && (await withTransaction(database, (tx) => refresh(tx, claims, { requestId, staffNeedsSecondFactor })))
  // Thrown outside of the transaction, so that the end of a session with a copied token is committed.
  if (!session) throw new UnauthenticatedError('The session has ended. Sign in with your password.')
  return session
}

async function refresh(
  tx: Tx,
  claims: RefreshClaims,
  { requestId, staffNeedsSecondFactor }: { requestId: string; staffNeedsSecondFactor: boolean },
): Promise<VerifiedSession | undefined> {
  const { sessionId, generation } = claims
  const session = await lockSession(tx, { sessionId })
  if (!session || session.revokedAt) return undefined
  const { userId, now } = session
  const caller = callerOf(sessionId, session, { staffNeedsSecondFactor })
  if (generation === session.generation) {
    await rotateSession(tx, { sessionId, rotatedAt: now, graceUsed: false })
    return { caller, generation: generation + 1 }
  }
  const isRecent = now.getTime() - session.rotatedAt.getTime() <= GRACE_MS
  if (generation === session.generation - 1 && isRecent && !session.graceUsed) {
    await useGrace(tx, { sessionId, usedAt: now })
    return { caller, generation: session.generation }
  }
  await endSession(tx, { sessionId, userId })
  invalidateSessionsOf(tx, userId)
  await notifyAccountObservers('onAccessLost', tx, { userId, actorId: null })
  const subject = { prefix: 'ses', id: sessionId } as const
  await recordAudit(tx, { at: await readClock(tx), actorId: null, action: 'session.copied', subject, requestId })
  return undefined
}

import type { Role } from '../../db/generated/enums.ts'
import { newId } from '../../db/ids.ts'
import type { Tx } from '../../db/transaction.ts'
import { invalidateSessionsOf } from '../sessionInvalidation.ts'
import { insertSession } from './sessions.sql.ts'
import type { VerifiedSession } from './tokens.ts'

// Enough to recognize a device; some browsers send far more.
const USER_AGENT_LENGTH_MAX = 255

// More devices than anyone has. A program that signs in on each run eventually ends its own oldest sessions.
const SESSIONS_MAX = 100

/**
 * Opens a session for a person who has just proved their identity, and whose account is locked or new. The 101st session ends the
 * least recently used one.
 */
export async function openSession(
  tx: Tx,
  {
    userId,
    roles,
    isVerified,
    userAgent,
  }: { userId: string; roles: readonly Role[]; isVerified: boolean; userAgent: string | null },
): Promise<VerifiedSession> {
  const sessionId = newId()
  const ended = await insertSession(tx, {
    id: sessionId,
    userId,
    userAgent: userAgent?.slice(0, USER_AGENT_LENGTH_MAX) ?? null,
    othersMax: SESSIONS_MAX - 1,
  })
  if (ended.length > 0) invalidateSessionsOf(tx, userId)
  return { caller: { id: userId, roles, sessionId, isVerified }, generation: 1 }
}

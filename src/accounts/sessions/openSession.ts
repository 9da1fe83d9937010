import type { Role } from '../../db/generated/enums.ts'
import { newId } from '../../db/ids.ts'
import type { Tx } from '../../db/transaction.ts'
import { invalidateSessionsOf } from '../sessionInvalidation.ts'
import { callerOf } from './callerOf.ts'
import { insertSession } from './sessions.sql.ts'
import type { VerifiedSession } from './tokens.ts'

// Enough to recognize a device; some browsers send far more.
const USER_AGENT_LENGTH_MAX = 255

// More devices than anyone has. A program that signs in on each run eventually ends its own oldest sessions.
const SESSIONS_MAX = 100

/** For a person who has no second factor yet, and no right of staff that could need one. */
export const WITHOUT_SECOND_FACTOR = { hasSecondFactor: false, staffNeedsSecondFactor: false } as const

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
    hasSecondFactor,
    staffNeedsSecondFactor,
    userAgent,
  }: {
    userId: string
    roles: readonly Role[]
    isVerified: boolean
    /** They have second factors, and have just proved one. */
    hasSecondFactor: boolean
    staffNeedsSecondFactor: boolean
    userAgent: string | null
  },
): Promise<VerifiedSession> {
  const sessionId = newId()
  const rows = await insertSession(tx, {
    id: sessionId,
    userId,
    hasSecondFactor,
    userAgent: userAgent?.slice(0, USER_AGENT_LENGTH_MAX) ?? null,
    othersMax: SESSIONS_MAX - 1,
  })
  if (rows.some(({ endedId }) => endedId !== null)) invalidateSessionsOf(tx, userId)
  const provenAt = rows[0]?.begunAt ?? new Date()
  const secondFactorAt = hasSecondFactor ? provenAt : null
  const session = { userId, roles, isVerified, hasSecondFactor, provenAt, secondFactorAt }
  return { caller: callerOf(sessionId, session, { staffNeedsSecondFactor }), generation: 1 }
}

import type { Role } from '../../db/generated/enums.ts'
import type { Caller } from '../../domain/caller.ts'
import { withholdStaffRoles } from '../withholdStaffRoles.ts'

/** A session with its person, as the statements of sessions read it. */
export interface SessionRow {
  userId: string
  roles: readonly Role[]
  isVerified: boolean
  /** The person has a second factor. */
  hasSecondFactor: boolean
  /** The last proof by password or second factor. */
  provenAt: Date
  /** The last proof by a second factor. */
  secondFactorAt: Date | null
}

/**
 * The caller of a session. Where staff needs a second factor, a session that has not proved one has the rights of ordinary people only.
 */
export function callerOf(
  sessionId: string,
  session: SessionRow,
  { staffNeedsSecondFactor }: { staffNeedsSecondFactor: boolean },
): Caller {
  const { userId, isVerified, hasSecondFactor, provenAt, secondFactorAt } = session
  const isWithheld = staffNeedsSecondFactor && !(hasSecondFactor && secondFactorAt !== null)
  return {
    id: userId,
    ...withholdStaffRoles(session.roles, isWithheld),
    sessionId,
    isVerified,
    hasSecondFactor,
    provenAt: hasSecondFactor ? secondFactorAt : provenAt,
  }
}

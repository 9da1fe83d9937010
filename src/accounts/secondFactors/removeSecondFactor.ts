import { recordAudit } from '../../audit/audit.ts'
import type { RateLimits } from '../../cache/rateLimits.ts'
import type { Database } from '../../db/client.ts'
import type { Tx } from '../../db/transaction.ts'
import { ForbiddenError, NotFoundError } from '../../domain/errors.ts'
import { queueMail } from '../../mail/queueMail.ts'
import { notifyAccountObservers } from '../accountObservers.ts'
import { invalidateSessionsOf } from '../sessionInvalidation.ts'
import { clearSecondFactorProofs, endSessions } from '../sessions/sessions.sql.ts'
import { type OwnPassword, withCurrentPassword } from '../sessions/withCurrentPassword.ts'
import type { LockedAccount } from '../users.sql.ts'
import { deleteChallenges } from './challenges.sql.ts'
import { deleteRecoveryCodes } from './recoveryCodes.sql.ts'
import { deleteFactor, readFactors } from './secondFactors.sql.ts'

interface Removal extends OwnPassword {
  factorId: string
  staffNeedsSecondFactor: boolean
}

/**
 * Removes a second factor of the caller, ends their other sessions and mails them. With the last one the recovery codes go, too.
 * Refuses, in this order: a wrong password, which counts as a failed sign-in; a factor that the caller does not have; the last factor of
 * a member of staff where staff needs one.
 */
export async function removeSecondFactor(
  parts: { database: Database; rateLimits: RateLimits },
  removal: Removal,
): Promise<void> {
  await withCurrentPassword(parts, removal, (tx, account) => remove(tx, account, removal))
}

async function remove(tx: Tx, account: LockedAccount, removal: Removal): Promise<true> {
  const { caller, factorId, staffNeedsSecondFactor, requestId } = removal
  const { id: userId, email, displayName, roles, now: at } = account
  const factors = await readFactors(tx, { userId })
  const factor = factors.find(({ id }) => id === factorId)
  if (!factor) throw NotFoundError.of('fct', factorId)
  const isLast = factors.length === 1
  if (isLast && staffNeedsSecondFactor && roles.some((role) => role !== 'USER')) {
    throw new ForbiddenError('Staff need a second factor here. Add another one before you remove this one.')
  }
  await deleteFactor(tx, { factorId })
  await deleteChallenges(tx, { userId })
  await endSessions(tx, { userId, exceptId: caller.sessionId })
  if (isLast) {
    await deleteRecoveryCodes(tx, { userId })
    await clearSecondFactorProofs(tx, { userId })
  }
  invalidateSessionsOf(tx, userId)
  await notifyAccountObservers('onAccessLost', tx, { userId, actorId: userId })
  const subject = { prefix: 'usr', id: userId } as const
  await recordAudit(tx, { at, actorId: userId, action: 'second_factor.removed', subject, requestId })
  const parameters = { name: displayName, factorName: factor.name, isLast }
  await queueMail(tx, { kind: 'SECOND_FACTOR_REMOVED', person: account, to: email, parameters, at })
  return true
}

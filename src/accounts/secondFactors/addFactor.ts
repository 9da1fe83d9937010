import { recordAudit } from '../../audit/audit.ts'
import { newId } from '../../db/ids.ts'
import type { Tx } from '../../db/transaction.ts'
import type { Caller } from '../../domain/caller.ts'
import { ForbiddenError, UnauthenticatedError } from '../../domain/errors.ts'
import { queueMail } from '../../mail/queueMail.ts'
import { endAccessTokens } from '../accessTokens/accessTokens.sql.ts'
import { notifyAccountObservers } from '../accountObservers.ts'
import { invalidateSessionsOf } from '../sessionInvalidation.ts'
import { endSessions, lockSession, setProven } from '../sessions/sessions.sql.ts'
import type { LockedAccount } from '../users.sql.ts'
import { replaceRecoveryCodes } from './recoveryCodes.ts'
import { type FactorContent, insertFactor, readFactors } from './secondFactors.sql.ts'

/** The most second factors of a person. */
const FACTORS_MAX = 10

/**
 * Adds a second factor to a locked person, which their session has just proved. Returns new recovery codes, which replace the earlier
 * ones. With the first factor every other session and every access token ends, because none of them has proved it. Refuses a factor more than a person may have.
 */
export async function addFactor(
  tx: Tx,
  {
    account,
    caller,
    name,
    content,
    requestId,
  }: { account: LockedAccount; caller: Caller; name: string; content: FactorContent; requestId: string },
): Promise<string[]> {
  const { id: userId, email, displayName, now: at } = account
  const session = await lockSession(tx, { sessionId: caller.sessionId })
  if (!session || session.revokedAt) throw new UnauthenticatedError()
  const isFirst = (await readFactors(tx, { userId })).length === 0
  const factor = { ...content, id: newId(), userId, name, slotsMax: FACTORS_MAX }
  if ((await insertFactor(tx, factor)) === 0) {
    throw new ForbiddenError(`You already have ${FACTORS_MAX} second factors. Remove one before you add another.`)
  }
  await setProven(tx, { sessionId: caller.sessionId, provenAt: session.now, secondFactorAt: session.now })
  if (isFirst) {
    await endSessions(tx, { userId, exceptId: caller.sessionId })
    await endAccessTokens(tx, { userId })
    await notifyAccountObservers('onAccessLost', tx, { userId, actorId: userId })
  }
  invalidateSessionsOf(tx, userId)
  const recoveryCodes = await replaceRecoveryCodes(tx, { userId })
  const subject = { prefix: 'usr', id: userId } as const
  await recordAudit(tx, { at, actorId: userId, action: 'second_factor.added', subject, requestId })
  const parameters = { name: displayName, factorName: name }
  await queueMail(tx, { kind: 'SECOND_FACTOR_ADDED', person: account, to: email, parameters, at })
  return recoveryCodes
}

import { recordAudit } from '../../audit/audit.ts'
import type { RateLimits } from '../../cache/rateLimits.ts'
import type { Database } from '../../db/client.ts'
import { readClock } from '../../db/clock.ts'
import { type Tx, withTransaction } from '../../db/transaction.ts'
import type { Caller } from '../../domain/caller.ts'
import { ForbiddenError, UnauthenticatedError } from '../../domain/errors.ts'
import { queueMail } from '../../mail/queueMail.ts'
import { endAccessTokens } from '../accessTokens/accessTokens.sql.ts'
import { refuseOwnName } from '../passwords/refuseOwnName.ts'
import { deleteChallenges } from '../secondFactors/challenges.sql.ts'
import { invalidateSessionsOf } from '../sessionInvalidation.ts'
import { lockAccounts, readOwnCredentials, setPasswordHash } from '../users.sql.ts'
import { countFailures } from './passwordAttempts.ts'
import { hashPassword, passwordMatches } from './passwords.ts'
import { endSessions, lockSession, rotateSession } from './sessions.sql.ts'
import type { VerifiedSession } from './tokens.ts'

interface PasswordChange {
  caller: Caller
  currentPassword: string
  newPassword: string
  /** The IP address of the client. */
  address: string
  requestId: string
}

/**
 * Changes the password and ends every other session and all access tokens. This session continues with new tokens; its previous refresh token is no longer
 * accepted. Refuses a wrong current password, which counts as a failed sign-in, then a new one that is the person's own address or name.
 */
export async function changePassword(
  { database, rateLimits }: { database: Database; rateLimits: RateLimits },
  change: PasswordChange,
): Promise<VerifiedSession> {
  const account = await readOwnCredentials(database, { userId: change.caller.id })
  if (!account) throw new UnauthenticatedError()
  const { email, passwordHash: verifiedHash } = account
  const session = await countFailures(rateLimits, { email, address: change.address }, async () => {
    const matches = await passwordMatches(change.currentPassword, verifiedHash)
    if (!matches) return withTransaction(database, (tx) => recordFailure(tx, change))
    const newHash = await hashPassword(change.newPassword)
    return withTransaction(database, (tx) => replacePassword(tx, { ...change, verifiedHash, newHash }))
  })
  // Thrown outside of the transaction, so that the record of the failure is committed.
  if (!session) throw new ForbiddenError('The current password is wrong. Send the password that you sign in with.')
  return session
}

async function replacePassword(
  tx: Tx,
  change: PasswordChange & { verifiedHash: string; newHash: string },
): Promise<VerifiedSession | undefined> {
  const { caller, verifiedHash, newHash, requestId } = change
  const [account] = await lockAccounts(tx, { userIds: [caller.id] })
  // Another request changed the password after it was compared, so it is wrong by now.
  if (account?.passwordHash !== verifiedHash) return recordFailure(tx, change)
  refuseOwnName(change.newPassword, account)
  const session = await lockSession(tx, { sessionId: caller.sessionId })
  if (!session || session.revokedAt) throw new UnauthenticatedError()
  await setPasswordHash(tx, { userId: caller.id, passwordHash: newHash })
  await deleteChallenges(tx, { userId: caller.id })
  await endSessions(tx, { userId: caller.id, exceptId: caller.sessionId })
  await endAccessTokens(tx, { userId: caller.id })
  invalidateSessionsOf(tx, caller.id)
  // The grace period counts as used, so that a copy of the previous token is refused.
  await rotateSession(tx, { sessionId: caller.sessionId, rotatedAt: session.now, graceUsed: true })
  const subject = { prefix: 'usr', id: caller.id } as const
  await recordAudit(tx, { at: account.now, actorId: caller.id, action: 'user.password_changed', subject, requestId })
  const { email, displayName, now: at } = account
  await queueMail(tx, { kind: 'PASSWORD_CHANGED', person: account, to: email, parameters: { name: displayName }, at })
  return { caller, generation: session.generation + 1 }
}

async function recordFailure(tx: Tx, { caller, requestId }: PasswordChange): Promise<undefined> {
  const subject = { prefix: 'usr', id: caller.id } as const
  const at = await readClock(tx)
  await recordAudit(tx, { at, actorId: caller.id, action: 'user.password_mistaken', subject, requestId })
}

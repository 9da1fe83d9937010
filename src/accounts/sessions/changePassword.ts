import type { RateLimits } from '../../cache/rateLimits.ts'
import type { Database } from '../../db/client.ts'
import { readClock } from '../../db/clock.ts'
import { type Tx, withTransaction } from '../../db/transaction.ts'
import type { Caller } from '../../domain/caller.ts'
import { ForbiddenError, UnauthenticatedError } from '../../domain/errors.ts'
import { recordAudit } from '../administration/audit.ts'
import { invalidateSessionsOf } from '../sessionInvalidation.ts'
import { lockAccounts, readOwnCredentials, setPasswordHash } from '../users.sql.ts'
import { countFailures } from './passwordAttempts.ts'
import { hashPassword, passwordMatches } from './passwords.ts'
import { endSessions, lockSession, rotateSession } from './sessions.sql.ts'
import type { VerifiedSession } from './tokens.ts'

interface Change {
  caller: Caller
  currentPassword: string
  newPassword: string
  /** Where it comes from. */
  address: string
  requestId: string
}

/**
 * Changes the password and ends every other session; this one goes on with new tokens, its refresh token of before is
 * taken no more. Refuses a current password that is wrong, which counts like a failed sign-in.
 */
export async function changePassword(
  { database, rateLimits }: { database: Database; rateLimits: RateLimits },
  change: Change,
): Promise<VerifiedSession> {
  const account = await readOwnCredentials(database, { userId: change.caller.id })
  if (!account) throw new UnauthenticatedError()
  const { email, passwordHash: verifiedHash } = account
  const session = await countFailures(rateLimits, { email, address: change.address }, async () => {
    const matches = await passwordMatches(change.currentPassword, verifiedHash)
    if (!matches) return withTransaction(database, (tx) => recordFailure(tx, change))
    const newHash = await hashPassword(change.newPassword)
    return withTransaction(database, (tx) => replace(tx, { ...change, verifiedHash, newHash }))
  })
  // Thrown out here: the record of the failure stays.
  if (!session) throw new ForbiddenError('The current password is wrong. Send the one with which you sign in.')
  return session
}

async function replace(
  tx: Tx,
  change: Change & { verifiedHash: string; newHash: string },
): Promise<VerifiedSession | undefined> {
  const { caller, verifiedHash, newHash, requestId } = change
  const [account] = await lockAccounts(tx, { userIds: [caller.id] })
  // Changed by another request after it was compared: it is the wrong one by now.
  if (account?.passwordHash !== verifiedHash) return recordFailure(tx, change)
  const session = await lockSession(tx, { sessionId: caller.sessionId })
  if (!session || session.revokedAt) throw new UnauthenticatedError()
  await setPasswordHash(tx, { userId: caller.id, passwordHash: newHash })
  await endSessions(tx, { userId: caller.id, exceptId: caller.sessionId })
  invalidateSessionsOf(tx, caller.id)
  // Its grace counts as used: whoever holds a copy of the token of before is out.
  await rotateSession(tx, { sessionId: caller.sessionId, rotatedAt: session.now, graceUsed: true })
  const subject = { prefix: 'usr', id: caller.id } as const
  await recordAudit(tx, { at: account.now, actorId: caller.id, action: 'user.password_changed', subject, requestId })
  return { caller, generation: session.generation + 1 }
}

async function recordFailure(tx: Tx, { caller, requestId }: Change): Promise<undefined> {
  const subject = { prefix: 'usr', id: caller.id } as const
  const at = await readClock(tx)
  await recordAudit(tx, { at, actorId: caller.id, action: 'user.password_mistaken', subject, requestId })
}

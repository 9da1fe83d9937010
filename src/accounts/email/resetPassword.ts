import { recordAudit } from '../../audit/audit.ts'
import type { Database } from '../../db/client.ts'
import { type Tx, withTransaction } from '../../db/transaction.ts'
import { ForbiddenError } from '../../domain/errors.ts'
import { queueMail } from '../../mail/queueMail.ts'
import { endAccessTokens } from '../accessTokens/accessTokens.sql.ts'
import { InvalidTokenError } from '../errors.ts'
import { refuseOwnName } from '../passwords/refuseOwnName.ts'
import { deleteChallenges } from '../secondFactors/challenges.sql.ts'
import { secondFactorRequired } from '../secondFactors/challenges.ts'
import { type FirstStep, openSessionOrChallenge } from '../secondFactors/openSessionOrChallenge.ts'
import type { RelyingParty } from '../secondFactors/relyingParty.ts'
import { invalidateSessionsOf } from '../sessionInvalidation.ts'
import { hashPassword } from '../sessions/passwords.ts'
import { endSessions } from '../sessions/sessions.sql.ts'
import type { VerifiedSession } from '../sessions/tokens.ts'
import { lockAccounts, setEmailVerified, setPasswordHash } from '../users.sql.ts'
import { deleteEmailTokens, readEmailToken, takeEmailToken } from './emailTokens.sql.ts'
import { hashOfToken } from './emailTokens.ts'

interface PasswordReset {
  token: string
  newPassword: string
  userAgent: string | null
  staffNeedsSecondFactor: boolean
  requestId: string
}

/**
 * Sets a new password by the token of a link, ends every session and access token, and signs the person in. Their address is proved
 * thereby. The link replaces the password only: a person with a second factor has the new password, and SecondFactorRequiredError asks for
 * the factor. Refuses with InvalidTokenError, before the password is hashed, a suspended account with ForbiddenError, and the person's own
 * address or name as a password with ValidationError: the token stays valid.
 */
export async function resetPassword(
  { database, relyingParty }: { database: Database; relyingParty: RelyingParty },
  reset: PasswordReset,
): Promise<VerifiedSession> {
  const tokenHash = hashOfToken(reset.token)
  const found = await readEmailToken(database, { tokenHash })
  if (found?.purpose !== 'RESET_PASSWORD') throw new InvalidTokenError()
  // Before the transaction, so that no connection waits for the hash.
  const passwordHash = await hashPassword(reset.newPassword)
  const step = await withTransaction(database, (tx) =>
    replacePassword(tx, { ...reset, userId: found.userId, tokenHash, passwordHash }),
  )
  // Thrown outside of the transaction, so that the new password is committed.
  if ('pending' in step) throw await secondFactorRequired(relyingParty, step.pending)
  return step.session
}

async function replacePassword(
  tx: Tx,
  reset: PasswordReset & { userId: string; tokenHash: Buffer; passwordHash: string },
): Promise<FirstStep> {
  const { userId, passwordHash, requestId, userAgent, staffNeedsSecondFactor } = reset
  const [account] = await lockAccounts(tx, { userIds: [userId] })
  const taken = await takeEmailToken(tx, reset)
  if (!account || taken?.purpose !== 'RESET_PASSWORD') throw new InvalidTokenError()
  if (account.suspendedAt) {
    throw new ForbiddenError('This account is suspended. An administrator can restore it.', 'ACCOUNT_SUSPENDED')
  }
  refuseOwnName(reset.newPassword, account)
  const { email, displayName, now: at } = account
  await setPasswordHash(tx, { userId, passwordHash })
  await deleteEmailTokens(tx, { userId })
  await deleteChallenges(tx, { userId })
  await endSessions(tx, { userId, exceptId: null })
  await endAccessTokens(tx, { userId })
  invalidateSessionsOf(tx, userId)
  const isVerified = taken.address === email
  if (isVerified) await setEmailVerified(tx, { userId, at })
  const subject = { prefix: 'usr', id: userId } as const
  await recordAudit(tx, { at, actorId: userId, action: 'user.password_reset', subject, requestId })
  await queueMail(tx, { kind: 'PASSWORD_CHANGED', person: account, to: email, parameters: { name: displayName }, at })
  return openSessionOrChallenge(tx, {
    account,
    isVerified: isVerified || account.emailVerifiedAt !== null,
    userAgent,
    staffNeedsSecondFactor,
  })
}

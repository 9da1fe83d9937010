import { recordAudit } from '../../audit/audit.ts'
import type { RateLimits } from '../../cache/rateLimits.ts'
import type { Database } from '../../db/client.ts'
import { readClock } from '../../db/clock.ts'
import { type Tx, withTransaction } from '../../db/transaction.ts'
import { ForbiddenError, UnauthenticatedError } from '../../domain/errors.ts'
import { secondFactorRequired } from '../secondFactors/challenges.ts'
import { type FirstStep, openSessionOrChallenge } from '../secondFactors/openSessionOrChallenge.ts'
import type { RelyingParty } from '../secondFactors/relyingParty.ts'
import { lockAccounts, readCredentials } from '../users.sql.ts'
import { countFailures } from './passwordAttempts.ts'
import { passwordMatches } from './passwords.ts'
import type { VerifiedSession } from './tokens.ts'

interface SignInParts {
  database: Database
  rateLimits: RateLimits
  staffNeedsSecondFactor: boolean
  relyingParty: RelyingParty
}

interface SignInAttempt {
  email: string
  password: string
  /** The IP address of the client. */
  address: string
  userAgent: string | null
  requestId: string
}

/**
 * Signs a person in. An unknown address and a wrong password are refused alike, after the same work; that an account is suspended is
 * revealed only with its correct password, and so is that it has a second factor, which SecondFactorRequiredError asks for. Refuses with
 * RateLimitedError after too many failures.
 */
export async function signInWithPassword(
  { database, rateLimits, staffNeedsSecondFactor, relyingParty }: SignInParts,
  attempt: SignInAttempt,
): Promise<VerifiedSession> {
  const outcome = await countFailures(rateLimits, attempt, async () => {
    const account = await readCredentials(database, attempt)
    const matches = await passwordMatches(attempt.password, account?.passwordHash)
    return withTransaction(database, (tx) =>
      account && matches
        ? completeSignIn(tx, account, { ...attempt, staffNeedsSecondFactor })
        : recordFailure(tx, account?.id, attempt),
    )
  })
  // Thrown outside of the transaction, so that the record of the failure is committed.
  if (outcome === undefined) throw new UnauthenticatedError('The email address or the password is wrong.')
  if (outcome === 'suspended')
    throw new ForbiddenError('This account is suspended. An administrator can restore it.', 'ACCOUNT_SUSPENDED')
  if ('pending' in outcome) throw await secondFactorRequired(relyingParty, outcome.pending)
  return outcome.session
}

async function completeSignIn(
  tx: Tx,
  verified: { id: string; passwordHash: string },
  attempt: SignInAttempt & { staffNeedsSecondFactor: boolean },
): Promise<FirstStep | 'suspended' | undefined> {
  const [account] = await lockAccounts(tx, { userIds: [verified.id] })
  // Another request changed the password after it was compared, so it is wrong by now.
  if (account?.passwordHash !== verified.passwordHash) return recordFailure(tx, verified.id, attempt)
  const { id: userId, suspendedAt, now: at } = account
  const { userAgent, requestId, staffNeedsSecondFactor } = attempt
  const subject = { prefix: 'usr', id: userId } as const
  if (suspendedAt) {
    await recordAudit(tx, { at, actorId: userId, action: 'sign_in.suspended', subject, requestId })
    return 'suspended'
  }
  const isVerified = account.emailVerifiedAt !== null
  const step = await openSessionOrChallenge(tx, { account, isVerified, userAgent, staffNeedsSecondFactor })
  const action = 'pending' in step ? 'sign_in.second_factor_required' : 'sign_in.succeeded'
  await recordAudit(tx, { at, actorId: userId, action, subject, requestId })
  return step
}

async function recordFailure(tx: Tx, userId: string | undefined, { requestId }: SignInAttempt): Promise<undefined> {
  await recordAudit(tx, {
    at: await readClock(tx),
    actorId: null,
    action: 'sign_in.failed',
    subject: userId === undefined ? undefined : { prefix: 'usr', id: userId },
    requestId,
  })
}

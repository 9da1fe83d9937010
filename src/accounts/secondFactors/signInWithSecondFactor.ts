import { recordAudit } from '../../audit/audit.ts'
import type { BudgetName, RateLimits } from '../../cache/rateLimits.ts'
import type { Database } from '../../db/client.ts'
import { readClock } from '../../db/clock.ts'
import { type Tx, withTransaction } from '../../db/transaction.ts'
import { ForbiddenError } from '../../domain/errors.ts'
import { wrongProof } from '../errors.ts'
import { invalidateSessionsOf } from '../sessionInvalidation.ts'
import { callerOf } from '../sessions/callerOf.ts'
import { openSession } from '../sessions/openSession.ts'
import { countFailedAttempt } from '../sessions/passwordAttempts.ts'
import { lockSession, setProven } from '../sessions/sessions.sql.ts'
import type { VerifiedSession } from '../sessions/tokens.ts'
import { type LockedAccount, lockAccounts } from '../users.sql.ts'
import { type ChallengeRow, countAttempt, deleteChallenge, lockChallenge, readChallenge } from './challenges.sql.ts'
import { hashOfChallenge } from './challenges.ts'
import { type Answer, examine, type Proof, type ProofKeys, useProof } from './proofs.ts'
import { readFactors } from './secondFactors.sql.ts'

const ATTEMPTS_MAX = 5

interface ProofAttempt {
  challenge: string
  answer: Answer
  /** The IP address of the client. */
  address: string
  userAgent: string | null
  requestId: string
}

/** The parts of the server that a sign-in works with. */
export interface SignInParts extends ProofKeys {
  database: Database
  rateLimits: RateLimits
  staffNeedsSecondFactor: boolean
}

/** A session, or that the account is suspended; undefined for every failure. */
type Outcome = VerifiedSession | 'suspended' | undefined

/**
 * Completes a sign-in, or proves the person of a session again, by the answer to a challenge. A challenge that is unknown, used or
 * expired and an answer that is wrong or was used before are refused alike, with InvalidTokenError; the fifth failure ends the
 * challenge. Refuses with RateLimitedError after too many failures of the account or the address.
 */
export async function signInWithSecondFactor(parts: SignInParts, attempt: ProofAttempt): Promise<VerifiedSession> {
  const { database, rateLimits } = parts
  const tokenHash = hashOfChallenge(attempt.challenge)
  const challenge = await readChallenge(database, { tokenHash })
  const userId = challenge?.purpose === 'SIGN_IN' || challenge?.purpose === 'FRESH_PROOF' ? challenge.userId : null
  const outcome = await countFailedAttempt(rateLimits, budgetsOf(userId, attempt.address), async () => {
    if (userId === null) return undefined
    const proof = await examine(database, parts, { userId, ...attempt })
    return withTransaction(database, (tx) => complete(tx, parts, { ...attempt, userId, tokenHash, proof }))
  })
  // Thrown outside of the transaction, so that the count of the failure is committed.
  return sessionOf(outcome)
}

/** The budgets that a failure is counted against. */
export function budgetsOf(userId: string | null, address: string): [BudgetName, string][] {
  return [...(userId === null ? [] : [['secondFactor', userId] as [BudgetName, string]]), ['signInAddress', address]]
}

/** Returns the session, or throws the refusal. */
export function sessionOf(outcome: Outcome): VerifiedSession {
  if (outcome === undefined) throw wrongProof()
  if (outcome === 'suspended')
    throw new ForbiddenError('This account is suspended. An administrator can restore it.', 'ACCOUNT_SUSPENDED')
  return outcome
}

interface Completion extends ProofAttempt {
  userId: string
  tokenHash: Buffer
  proof: Proof | undefined
}

async function complete(tx: Tx, parts: SignInParts, completion: Completion): Promise<Outcome> {
  const { userId, tokenHash, proof, requestId } = completion
  const [[account], factors] = await Promise.all([lockAccounts(tx, { userIds: [userId] }), readFactors(tx, { userId })])
  const challenge = await lockChallenge(tx, { tokenHash })
  const hasSecondFactor = factors.length > 0
  // The password is a proof only for people without a second factor, and only within a session.
  const isEnough =
    proof?.kind === 'PASSWORD' ? !hasSecondFactor && challenge?.purpose === 'FRESH_PROOF' : hasSecondFactor
  if (!account || !challenge || !proof || !isEnough || !(await useProof(tx, { account, proof, requestId }))) {
    return failAttempt(tx, { userId, tokenHash, requestId })
  }
  await deleteChallenge(tx, { tokenHash })
  return challenge.purpose === 'SIGN_IN'
    ? openProvenSession(tx, parts, { account, userAgent: completion.userAgent, requestId })
    : proveSession(tx, parts, { account, challenge, hasSecondFactor, requestId })
}

/** Counts a failure against the challenge and records it. */
export async function failAttempt(
  tx: Tx,
  { userId, tokenHash, requestId }: { userId: string; tokenHash: Buffer; requestId: string },
): Promise<undefined> {
  await countAttempt(tx, { tokenHash, attemptsMax: ATTEMPTS_MAX })
  const subject = { prefix: 'usr', id: userId } as const
  const at = await readClock(tx)
  await recordAudit(tx, { at, actorId: null, action: 'sign_in.second_factor_failed', subject, requestId })
}

/** Opens a session for a locked person who has proved a second factor, unless their account is suspended. */
export async function openProvenSession(
  tx: Tx,
  { staffNeedsSecondFactor }: Pick<SignInParts, 'staffNeedsSecondFactor'>,
  { account, userAgent, requestId }: { account: LockedAccount; userAgent: string | null; requestId: string },
): Promise<Outcome> {
  const { id: userId, roles, suspendedAt, now: at } = account
  const subject = { prefix: 'usr', id: userId } as const
  const action = suspendedAt ? 'sign_in.suspended' : 'sign_in.succeeded'
  await recordAudit(tx, { at, actorId: userId, action, subject, requestId })
  if (suspendedAt) return 'suspended'
  const isVerified = account.emailVerifiedAt !== null
  return openSession(tx, { userId, roles, isVerified, hasSecondFactor: true, staffNeedsSecondFactor, userAgent })
}

/** Makes the session of a challenge fresh. Its tokens are valid as before; the answer has them once more. */
async function proveSession(
  tx: Tx,
  { staffNeedsSecondFactor }: SignInParts,
  {
    account,
    challenge: { sessionId },
    hasSecondFactor,
    requestId,
  }: { account: LockedAccount; challenge: ChallengeRow; hasSecondFactor: boolean; requestId: string },
): Promise<Outcome> {
  const session = sessionId === null ? undefined : await lockSession(tx, { sessionId })
  if (sessionId === null || !session || session.revokedAt || account.suspendedAt) return undefined
  const { now, generation } = session
  await setProven(tx, { sessionId, provenAt: now, secondFactorAt: hasSecondFactor ? now : null })
  invalidateSessionsOf(tx, account.id)
  const subject = { prefix: 'ses', id: sessionId } as const
  await recordAudit(tx, { at: account.now, actorId: account.id, action: 'session.proven', subject, requestId })
  const proven = { ...session, provenAt: now, secondFactorAt: hasSecondFactor ? now : null }
  return { caller: callerOf(sessionId, proven, { staffNeedsSecondFactor }), generation }
}

import type { Tx } from '../../db/transaction.ts'
import { openSession } from '../sessions/openSession.ts'
import type { VerifiedSession } from '../sessions/tokens.ts'
import type { LockedAccount } from '../users.sql.ts'
import { makeChallenge, readSetUpFactors, type SetUpFactors } from './challenges.ts'

/** A sign-in that waits for a second factor. `secondFactorRequired` makes the refusal of it, once the transaction has committed. */
export interface PendingSignIn extends SetUpFactors {
  challenge: string
}

export type FirstStep = { session: VerifiedSession } | { pending: PendingSignIn }

/**
 * Opens a session for a locked person who has proved the first factor. If they have a second one, makes a challenge for it instead, and
 * opens no session.
 */
export async function openSessionOrChallenge(
  tx: Tx,
  {
    account,
    isVerified,
    userAgent,
    staffNeedsSecondFactor,
  }: { account: LockedAccount; isVerified: boolean; userAgent: string | null; staffNeedsSecondFactor: boolean },
): Promise<FirstStep> {
  const { id: userId, roles } = account
  const setUp = await readSetUpFactors(tx, { userId })
  if (setUp.factors.length === 0) {
    const person = { userId, roles, isVerified, hasSecondFactor: false, staffNeedsSecondFactor }
    return { session: await openSession(tx, { ...person, userAgent }) }
  }
  const challenge = await makeChallenge(tx, { purpose: 'SIGN_IN', userId, sessionId: null })
  return { pending: { ...setUp, challenge } }
}

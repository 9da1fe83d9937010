import { type Tx, withTransaction } from '../../db/transaction.ts'
import { countFailedAttempt } from '../sessions/passwordAttempts.ts'
import type { VerifiedSession } from '../sessions/tokens.ts'
import { lockAccounts } from '../users.sql.ts'
import { deleteChallenge, lockChallenge, readChallenge } from './challenges.sql.ts'
import { hashOfChallenge } from './challenges.ts'
import { checkSignature, credentialIdIn } from './passkeys.ts'
import { type FactorRow, readPasskey, useSignCount } from './secondFactors.sql.ts'
import { budgetsOf, failAttempt, openProvenSession, type SignInParts, sessionOf } from './signInWithSecondFactor.ts'

interface PasskeyAttempt {
  challenge: string
  /** The answer of the browser, as JSON. */
  response: string
  /** The IP address of the client. */
  address: string
  userAgent: string | null
  requestId: string
}

/**
 * Signs in the person of a passkey that has recognized them, which counts as both factors. Every failure is refused alike, with
 * InvalidTokenError: an unknown, used or expired challenge, an unknown passkey, a wrong or repeated signature, an authenticator that has
 * not recognized its person.
 */
export async function signInWithPasskey(parts: SignInParts, attempt: PasskeyAttempt): Promise<VerifiedSession> {
  const { database, rateLimits, relyingParty } = parts
  const tokenHash = hashOfChallenge(attempt.challenge)
  const credentialId = credentialIdIn(attempt.response)
  const [challenge, passkey] = await Promise.all([
    readChallenge(database, { tokenHash }),
    credentialId && readPasskey(database, { credentialId }),
  ])
  const budgets = budgetsOf(passkey?.userId ?? null, attempt.address)
  const outcome = await countFailedAttempt(rateLimits, budgets, async () => {
    if (challenge?.purpose !== 'PASSKEY_SIGN_IN' || !passkey) return undefined
    const checked = await checkSignature(relyingParty, { ...attempt, passkey })
    const signCount = checked?.isUserVerified ? checked.signCount : undefined
    return withTransaction(database, (tx) => complete(tx, parts, { ...attempt, tokenHash, passkey, signCount }))
  })
  // Thrown outside of the transaction, so that the count of the failure is committed.
  return sessionOf(outcome)
}

async function complete(
  tx: Tx,
  parts: SignInParts,
  attempt: PasskeyAttempt & { tokenHash: Buffer; passkey: FactorRow; signCount: number | undefined },
) {
  const { tokenHash, passkey, signCount, userAgent, requestId } = attempt
  const { userId } = passkey
  const [account] = await lockAccounts(tx, { userIds: [userId] })
  const challenge = await lockChallenge(tx, { tokenHash })
  const isUsed =
    account && challenge && signCount !== undefined && (await useSignCount(tx, { factorId: passkey.id, signCount })) > 0
  if (!isUsed) return failAttempt(tx, { userId, tokenHash, requestId })
  await deleteChallenge(tx, { tokenHash })
  return openProvenSession(tx, parts, { account, userAgent, requestId })
}

import { recordAudit } from '../../audit/audit.ts'
import type { RateLimits } from '../../cache/rateLimits.ts'
import type { Database } from '../../db/client.ts'
import { type Tx, withTransaction } from '../../db/transaction.ts'
import type { Caller } from '../../domain/caller.ts'
import { unseal } from '../../mail/seal.ts'
import { wrongProof } from '../errors.ts'
import { countFailedAttempt } from '../sessions/passwordAttempts.ts'
import { lockAccounts } from '../users.sql.ts'
import { addFactor } from './addFactor.ts'
import { budgetsOf } from './signInWithSecondFactor.ts'
import { stepOfCode } from './totp.ts'
import { countEnrollmentAttempt, deleteTotpEnrollment, lockTotpEnrollment } from './totpEnrollments.sql.ts'

const ATTEMPTS_MAX = 5

interface Confirmation {
  caller: Caller
  code: string
  name: string
  authSecret: Uint8Array
  /** The IP address of the client. */
  address: string
  requestId: string
}

/**
 * Adds the authenticator app of `startTotp` by its first code. Returns recovery codes. A wrong code and an enrollment that does not
 * exist, is of another session, or has expired are refused alike, with InvalidTokenError; the fifth wrong code ends the enrollment.
 */
export async function confirmTotp(
  { database, rateLimits }: { database: Database; rateLimits: RateLimits },
  confirmation: Confirmation,
): Promise<string[]> {
  const { caller, address } = confirmation
  const recoveryCodes = await countFailedAttempt(rateLimits, budgetsOf(caller.id, address), () =>
    withTransaction(database, (tx) => confirm(tx, confirmation)),
  )
  // Thrown outside of the transaction, so that the count of the failure is committed.
  if (!recoveryCodes) throw wrongProof()
  return recoveryCodes
}

async function confirm(tx: Tx, confirmation: Confirmation): Promise<string[] | undefined> {
  const { caller, code, name, authSecret, requestId } = confirmation
  const { id: userId, sessionId } = caller
  const [account] = await lockAccounts(tx, { userIds: [userId] })
  const enrollment = await lockTotpEnrollment(tx, { userId, sessionId })
  const secret = enrollment && unseal(enrollment.sealedSecret, authSecret)
  const step = secret === undefined ? undefined : await stepOfCode(secret, code)
  if (!account || !enrollment || step === undefined) {
    await countEnrollmentAttempt(tx, { userId, attemptsMax: ATTEMPTS_MAX })
    const subject = { prefix: 'usr', id: userId } as const
    await recordAudit(tx, { actorId: userId, action: 'second_factor.mistaken', subject, requestId })
    return undefined
  }
  await deleteTotpEnrollment(tx, { userId })
  const { sealedSecret } = enrollment
  const passkey = { credentialId: null, publicKey: null, signCount: null, transports: [] }
  const content = { kind: 'TOTP', sealedSecret, lastStep: BigInt(step), ...passkey } as const
  return addFactor(tx, { account, caller, name, content, requestId })
}

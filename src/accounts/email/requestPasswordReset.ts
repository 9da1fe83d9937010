/**
 * The request for a password reset. Whether an account has the address must show neither in the answer nor in its duration, so the
 * mutation only enqueues a job, and the job looks the account up. The address is encrypted in the job.
 */

import { recordAudit } from '../../audit/audit.ts'
import type { RateLimits } from '../../cache/rateLimits.ts'
import type { Database } from '../../db/client.ts'
import { type Tx, withTransaction } from '../../db/transaction.ts'
import { enqueue } from '../../jobs/enqueue.ts'
import type { Work } from '../../jobs/timer.ts'
import { seal, unseal } from '../../mail/seal.ts'
import { lockAccounts, readCredentials } from '../users.sql.ts'
import { mailToken } from './emailTokens.ts'

/** Refuses with RateLimitedError too many requests for an address, whether an account has it or not, or from an IP address. */
export async function requestPasswordReset(
  { database, rateLimits, authSecret }: { database: Database; rateLimits: RateLimits; authSecret: Uint8Array },
  { email, address }: { email: string; address: string },
): Promise<void> {
  await rateLimits.spend('passwordResetAddress', address)
  await rateLimits.spend('passwordReset', email)
  const id = seal(email, authSecret).toString('base64url')
  await withTransaction(database, (tx) => enqueue(tx, { task: 'mailPasswordReset', id }))
}

/** The job: mails a link to the account with this address, if there is one and it is not suspended. */
export async function mailPasswordReset(
  { database, mails: { authSecret } }: Work,
  { sealedAddress }: { sealedAddress: string },
): Promise<void> {
  const email = unseal(Buffer.from(sealedAddress, 'base64url'), authSecret)
  const credentials = email === undefined ? undefined : await readCredentials(database, { email })
  if (credentials) await withTransaction(database, (tx) => mailLink(tx, { userId: credentials.id, authSecret }))
}

async function mailLink(tx: Tx, { userId, authSecret }: { userId: string; authSecret: Uint8Array }): Promise<void> {
  const [account] = await lockAccounts(tx, { userIds: [userId] })
  if (!account || account.suspendedAt) return
  const { email: address, now: at } = account
  await mailToken(tx, { purpose: 'RESET_PASSWORD', person: account, address, authSecret, at })
  const subject = { prefix: 'usr', id: userId } as const
  await recordAudit(tx, { at, actorId: null, action: 'user.password_reset_requested', subject })
}

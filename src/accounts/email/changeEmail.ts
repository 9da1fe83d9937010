import { recordAudit } from '../../audit/audit.ts'
import type { RateLimits } from '../../cache/rateLimits.ts'
import type { Database } from '../../db/client.ts'
import { readClock } from '../../db/clock.ts'
import { type Tx, withTransaction } from '../../db/transaction.ts'
import type { Caller } from '../../domain/caller.ts'
import { ForbiddenError, UnauthenticatedError, ValidationError } from '../../domain/errors.ts'
import { countFailures } from '../sessions/passwordAttempts.ts'
import { passwordMatches } from '../sessions/passwords.ts'
import { lockAccounts, readCredentials, readOwnCredentials } from '../users.sql.ts'
import { mailToken } from './emailTokens.ts'

interface EmailChange {
  caller: Caller
  newEmail: string
  currentPassword: string
  authSecret: Uint8Array
  /** The IP address of the client. */
  address: string
  requestId: string
}

/**
 * Mails a link to the new address of the caller; the account changes when the link is opened. Refuses, in this order: a wrong password,
 * which counts as a failed sign-in; an address that another account has.
 */
export async function changeEmail(
  { database, rateLimits }: { database: Database; rateLimits: RateLimits },
  change: EmailChange,
): Promise<void> {
  const account = await readOwnCredentials(database, { userId: change.caller.id })
  if (!account) throw new UnauthenticatedError()
  const { email, passwordHash } = account
  const isSent = await countFailures(rateLimits, { email, address: change.address }, async () => {
    const matches = await passwordMatches(change.currentPassword, passwordHash)
    return withTransaction(database, (tx) =>
      matches ? mailLink(tx, { ...change, verifiedHash: passwordHash }) : recordFailure(tx, change),
    )
  })
  // Thrown outside of the transaction, so that the record of the failure is committed.
  if (!isSent) throw new ForbiddenError('The current password is wrong. Send the password that you sign in with.')
}

async function mailLink(tx: Tx, change: EmailChange & { verifiedHash: string }): Promise<true | undefined> {
  const { caller, newEmail, verifiedHash, authSecret, requestId } = change
  const [account] = await lockAccounts(tx, { userIds: [caller.id] })
  // Another request changed the password after it was compared, so it is wrong by now.
  if (account?.passwordHash !== verifiedHash) return recordFailure(tx, change)
  if (await readCredentials(tx, { email: newEmail })) {
    throw new ValidationError([
      { path: ['input', 'newEmail'], message: 'An account with this address already exists. Use another address.' },
    ])
  }
  const { now: at } = account
  await mailToken(tx, { purpose: 'CHANGE_EMAIL', person: account, address: newEmail, authSecret, at })
  const subject = { prefix: 'usr', id: caller.id } as const
  await recordAudit(tx, { at, actorId: caller.id, action: 'user.email_change_requested', subject, requestId })
  return true
}

async function recordFailure(tx: Tx, { caller, requestId }: EmailChange): Promise<undefined> {
  const subject = { prefix: 'usr', id: caller.id } as const
  const at = await readClock(tx)
  await recordAudit(tx, { at, actorId: caller.id, action: 'user.password_mistaken', subject, requestId })
}

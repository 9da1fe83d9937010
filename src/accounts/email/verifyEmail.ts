import { recordAudit } from '../../audit/audit.ts'
import { SQLSTATE, sqlState, type Tx } from '../../db/transaction.ts'
import { ValidationError } from '../../domain/errors.ts'
import { queueMail } from '../../mail/queueMail.ts'
import { InvalidTokenError } from '../errors.ts'
import { invalidateSessionsOf } from '../sessionInvalidation.ts'
import { type LockedAccount, lockAccounts, setEmail, setEmailVerified } from '../users.sql.ts'
import { readEmailToken, takeEmailToken } from './emailTokens.sql.ts'
import { hashOfToken } from './emailTokens.ts'

/**
 * Takes the token of a link: proves the address of an account, or changes it to the address that received the mail. Refuses with
 * InvalidTokenError a token that is unknown, used, replaced or expired, and with ValidationError an address that another account has
 * taken since the mail was sent.
 */
export async function verifyEmail(tx: Tx, { token, requestId }: { token: string; requestId: string }): Promise<void> {
  const tokenHash = hashOfToken(token)
  const found = await readEmailToken(tx, { tokenHash })
  if (!found || found.purpose === 'RESET_PASSWORD') throw new InvalidTokenError()
  const [account] = await lockAccounts(tx, { userIds: [found.userId] })
  const taken = await takeEmailToken(tx, { tokenHash })
  if (!account || !taken) throw new InvalidTokenError()
  const { id: userId, now: at } = account
  if (taken.purpose === 'CHANGE_EMAIL') await changeAddress(tx, account, taken.address)
  // The address was changed after the mail was sent to the previous one.
  else if (taken.address !== account.email) throw new InvalidTokenError()
  else await setEmailVerified(tx, { userId, at })
  invalidateSessionsOf(tx, userId)
  const subject = { prefix: 'usr', id: userId } as const
  await recordAudit(tx, { at, actorId: userId, action: 'user.email_verified', subject, requestId })
}

async function changeAddress(tx: Tx, account: LockedAccount, address: string): Promise<void> {
  const { id: userId, email, displayName, now: at } = account
  try {
    await setEmail(tx, { userId, email: address, at })
  } catch (error) {
    if (sqlState(error) !== SQLSTATE.UNIQUE_VIOLATION) throw error
    const message = 'Another account has this address by now. Ask for the change to another one.'
    throw new ValidationError([{ path: ['input', 'token'], message }])
  }
  const parameters = { name: displayName, newEmail: address }
  await queueMail(tx, { kind: 'EMAIL_CHANGED', person: account, to: email, parameters, at })
}

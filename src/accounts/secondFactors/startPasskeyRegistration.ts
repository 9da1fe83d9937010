import type { RateLimits } from '../../cache/rateLimits.ts'
import type { Database } from '../../db/client.ts'
import { type Tx, withTransaction } from '../../db/transaction.ts'
import type { Caller } from '../../domain/caller.ts'
import { UnauthenticatedError } from '../../domain/errors.ts'
import { withCurrentPassword } from '../sessions/withCurrentPassword.ts'
import { type LockedAccount, lockAccounts } from '../users.sql.ts'
import { makeChallenge } from './challenges.ts'
import { registrationOptions } from './passkeys.ts'
import type { RelyingParty } from './relyingParty.ts'
import { readFactors } from './secondFactors.sql.ts'

export interface PasskeyChallenge {
  challenge: string
  /** For `navigator.credentials`, as JSON. */
  options: string
}

/**
 * Begins the registration of a passkey, which `finishPasskeyRegistration` ends in the same session. Without a password the session must
 * be fresh, which the declaration of the mutation checks. Refuses a wrong password, which counts as a failed sign-in.
 */
export async function startPasskeyRegistration(
  parts: { database: Database; rateLimits: RateLimits; relyingParty: RelyingParty },
  request: { caller: Caller; currentPassword: string | undefined; address: string; requestId: string },
): Promise<PasskeyChallenge> {
  const { caller, currentPassword } = request
  const begin = (tx: Tx, account: LockedAccount) => makeRegistration(tx, { account, caller, ...parts })
  return currentPassword === undefined
    ? withTransaction(parts.database, async (tx) => {
        const [account] = await lockAccounts(tx, { userIds: [caller.id] })
        if (!account) throw new UnauthenticatedError()
        return begin(tx, account)
      })
    : withCurrentPassword(parts, { ...request, currentPassword }, begin)
}

async function makeRegistration(
  tx: Tx,
  { account, caller, relyingParty }: { account: LockedAccount; caller: Caller; relyingParty: RelyingParty },
): Promise<PasskeyChallenge> {
  const { id: userId, email, displayName } = account
  const { sessionId } = caller
  const challenge = await makeChallenge(tx, { purpose: 'PASSKEY_REGISTRATION', userId, sessionId })
  const passkeys = (await readFactors(tx, { userId })).filter(({ kind }) => kind === 'PASSKEY')
  const person = { userId, email, displayName, challenge, passkeys }
  return { challenge, options: await registrationOptions(relyingParty, person) }
}

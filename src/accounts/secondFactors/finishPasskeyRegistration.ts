import type { Database } from '../../db/client.ts'
import { SQLSTATE, sqlState, type Tx, withTransaction } from '../../db/transaction.ts'
import type { Caller } from '../../domain/caller.ts'
import { wrongProof } from '../errors.ts'
import { lockAccounts } from '../users.sql.ts'
import { addFactor } from './addFactor.ts'
import { deleteChallenge, lockChallenge, readChallenge } from './challenges.sql.ts'
import { hashOfChallenge } from './challenges.ts'
import { checkRegistration } from './passkeys.ts'
import type { RelyingParty } from './relyingParty.ts'
import type { FactorContent } from './secondFactors.sql.ts'

interface Registration {
  caller: Caller
  challenge: string
  /** The answer of the browser, as JSON. */
  response: string
  name: string
  requestId: string
}

/**
 * Adds a passkey by the answer of the browser. Returns recovery codes. A wrong answer, and a challenge that is unknown, of another
 * session, used or expired, are refused alike, with InvalidTokenError. A challenge is used by its first answer, right or wrong.
 */
export async function finishPasskeyRegistration(
  { database, relyingParty }: { database: Database; relyingParty: RelyingParty },
  registration: Registration,
): Promise<string[]> {
  const tokenHash = hashOfChallenge(registration.challenge)
  const found = await readChallenge(database, { tokenHash })
  const isOwn = found?.purpose === 'PASSKEY_REGISTRATION' && found.sessionId === registration.caller.sessionId
  if (!isOwn) throw wrongProof()
  const content = await checkRegistration(relyingParty, registration)
  const recoveryCodes = await add(database, { ...registration, tokenHash, content })
  // Thrown outside of the transaction, so that the use of the challenge is committed.
  if (!recoveryCodes) throw wrongProof()
  return recoveryCodes
}

async function add(
  database: Database,
  registration: Registration & { tokenHash: Buffer; content: FactorContent | undefined },
): Promise<string[] | undefined> {
  try {
    return await withTransaction(database, (tx) => finish(tx, registration))
  } catch (error) {
    // Another account has the same credential.
    if (sqlState(error) === SQLSTATE.UNIQUE_VIOLATION) return undefined
    throw error
  }
}

async function finish(
  tx: Tx,
  registration: Registration & { tokenHash: Buffer; content: FactorContent | undefined },
): Promise<string[] | undefined> {
  const { caller, name, tokenHash, content, requestId } = registration
  const [account] = await lockAccounts(tx, { userIds: [caller.id] })
  const challenge = await lockChallenge(tx, { tokenHash })
  if (!account || !challenge) return undefined
  await deleteChallenge(tx, { tokenHash })
  return content && addFactor(tx, { account, caller, name, content, requestId })
}

import { recordAudit } from '../../audit/audit.ts'
import type { RateLimits } from '../../cache/rateLimits.ts'
import type { Database } from '../../db/client.ts'
import { readClock } from '../../db/clock.ts'
import { type Tx, withTransaction } from '../../db/transaction.ts'
import type { Caller } from '../../domain/caller.ts'
import { ForbiddenError, UnauthenticatedError } from '../../domain/errors.ts'
import { type LockedAccount, lockAccounts, readOwnCredentials } from '../users.sql.ts'
import { countFailures } from './passwordAttempts.ts'
import { passwordMatches } from './passwords.ts'

/** A caller who repeats their password. */
export interface OwnPassword {
  caller: Caller
  currentPassword: string
  /** The IP address of the client. */
  address: string
  requestId: string
}

/**
 * Runs `act` in a transaction with the locked account of a caller who has repeated their password. Refuses a wrong one, which counts as
 * a failed sign-in.
 */
export async function withCurrentPassword<Result>(
  { database, rateLimits }: { database: Database; rateLimits: RateLimits },
  own: OwnPassword,
  act: (tx: Tx, account: LockedAccount) => Promise<Result>,
): Promise<Result> {
  const { caller, currentPassword, address } = own
  const credentials = await readOwnCredentials(database, { userId: caller.id })
  if (!credentials) throw new UnauthenticatedError()
  const { email, passwordHash } = credentials
  const outcome = await countFailures(rateLimits, { email, address }, async () => {
    const matches = await passwordMatches(currentPassword, passwordHash)
    return withTransaction(database, async (tx) => {
      const [account] = matches ? await lockAccounts(tx, { userIds: [caller.id] }) : []
      // Another request may have changed the password after it was compared, so that it is wrong by now.
      return account?.passwordHash === passwordHash ? { result: await act(tx, account) } : recordFailure(tx, own)
    })
  })
  // Thrown outside of the transaction, so that the record of the failure is committed.
  if (!outcome) throw new ForbiddenError('The current password is wrong. Send the password that you sign in with.')
  return outcome.result
}

async function recordFailure(tx: Tx, { caller, requestId }: OwnPassword): Promise<undefined> {
  const subject = { prefix: 'usr', id: caller.id } as const
  const at = await readClock(tx)
  await recordAudit(tx, { at, actorId: caller.id, action: 'user.password_mistaken', subject, requestId })
}

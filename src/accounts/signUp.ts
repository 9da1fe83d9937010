import { recordAudit } from '../audit/audit.ts'
import type { Database } from '../db/client.ts'
import { readClock } from '../db/clock.ts'
import type { PayoutReadiness } from '../db/generated/enums.ts'
import { newId } from '../db/ids.ts'
import { withTransaction } from '../db/transaction.ts'
import { ValidationError } from '../domain/errors.ts'
import { prefixSearchTextOf } from '../domain/searchText.ts'
import { mailToken } from './email/emailTokens.ts'
import { openSession, WITHOUT_SECOND_FACTOR } from './sessions/openSession.ts'
import { hashPassword } from './sessions/passwords.ts'
import type { VerifiedSession } from './sessions/tokens.ts'
import { insertUser } from './users.sql.ts'

// The default of the column.
const DEFAULT_LOCALE = 'en'

/**
 * Creates an account, opens a session for it, and mails a link that proves its address. Refuses an address that another account has, regardless of case.
 */
export async function signUp(
  database: Database,
  person: {
    email: string
    password: string
    displayName: string
    payoutReadiness: PayoutReadiness
    userAgent: string | null
    requestId: string
    /** Encrypts the token of the link until it is mailed. */
    authSecret: Uint8Array
  },
): Promise<VerifiedSession> {
  // Before the transaction, so that no connection waits for the hash.
  const passwordHash = await hashPassword(person.password)
  return withTransaction(database, async (tx) => {
    const { email, displayName, payoutReadiness, userAgent, requestId } = person
    const now = await readClock(tx)
    const userId = newId()
    const searchText = prefixSearchTextOf(displayName, email)
    const user = { id: userId, email, displayName, searchText, passwordHash, payoutReadiness, createdAt: now }
    const isNew = await insertUser(tx, user)
    if (!isNew)
      throw new ValidationError([
        {
          path: ['input', 'email'],
          message: 'An account with this address already exists. Sign in, or use another address.',
        },
      ])
    const subject = { prefix: 'usr', id: userId } as const
    await recordAudit(tx, { at: now, actorId: userId, action: 'user.signed_up', subject, requestId })
    const recipient = { id: userId, displayName, locale: DEFAULT_LOCALE }
    await mailToken(tx, {
      purpose: 'VERIFY_EMAIL',
      person: recipient,
      address: email,
      authSecret: person.authSecret,
      at: now,
    })
    return openSession(tx, { userId, roles: ['USER'], isVerified: false, ...WITHOUT_SECOND_FACTOR, userAgent })
  })
}

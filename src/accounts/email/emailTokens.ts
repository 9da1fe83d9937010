/** Tokens of links in mails: 32 random bytes, of which only the hash is kept, for one use. */
import { createHash, randomBytes } from 'node:crypto'
import type { EmailTokenPurpose } from '../../db/generated/enums.ts'
import type { Tx } from '../../db/transaction.ts'
import type { MailKind } from '../../mail/mailKinds.ts'
import { queueMail } from '../../mail/queueMail.ts'
import { upsertEmailToken } from './emailTokens.sql.ts'

const TOKEN_BYTES = 32
const HOUR_MS = 3_600_000

const KINDS = {
  VERIFY_EMAIL: { mail: 'VERIFY_EMAIL', ttlMs: 48 * HOUR_MS },
  CHANGE_EMAIL: { mail: 'CONFIRM_EMAIL_CHANGE', ttlMs: 48 * HOUR_MS },
  // Shorter, because it opens the account.
  RESET_PASSWORD: { mail: 'RESET_PASSWORD', ttlMs: HOUR_MS },
} as const satisfies Record<EmailTokenPurpose, { mail: MailKind; ttlMs: number }>

/** A person as mails address them. */
export interface Recipient {
  id: string
  displayName: string
  locale: string
}

/** The hash under which a token is stored. */
export const hashOfToken = (token: string): Buffer => createHash('sha256').update(token).digest()

/** Makes a token for a person, which replaces an earlier one of the same purpose, and mails it to the address that it proves. */
export async function mailToken(
  tx: Tx,
  {
    purpose,
    person,
    address,
    authSecret,
    at,
  }: { purpose: EmailTokenPurpose; person: Recipient; address: string; authSecret: Uint8Array; at: Date },
): Promise<void> {
  const { mail, ttlMs } = KINDS[purpose]
  const token = randomBytes(TOKEN_BYTES).toString('base64url')
  const expiresAt = new Date(at.getTime() + ttlMs)
  await upsertEmailToken(tx, { userId: person.id, purpose, address, tokenHash: hashOfToken(token), at, expiresAt })
  const parameters = { name: person.displayName }
  await queueMail(tx, { kind: mail, person, to: address, parameters, secret: { token, authSecret }, at })
}

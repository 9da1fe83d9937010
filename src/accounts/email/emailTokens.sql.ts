import type { EmailTokenPurpose } from '../../db/generated/enums.ts'
import type { Statements } from '../../db/statements.ts'
import type { Tx } from '../../db/transaction.ts'

export interface EmailTokenRow {
  userId: string
  purpose: EmailTokenPurpose
  /** The address to which the token was sent. */
  address: string
}

/** Replaces an earlier token of the same purpose. */
export const upsertEmailToken = (tx: Tx, token: EmailTokenRow & { tokenHash: Buffer; at: Date; expiresAt: Date }) =>
  tx.run`
  /* upsertEmailToken */
  insert into email_tokens (user_id, purpose, token_hash, address, created_at, expires_at)
  values (
    ${token.userId}, ${token.purpose}::email_token_purpose, ${token.tokenHash}, ${token.address}, ${token.at},
    ${token.expiresAt}
  )
  on conflict (user_id, purpose) do update
  set token_hash = excluded.token_hash,
    address = excluded.address,
    created_at = excluded.created_at,
    expires_at = excluded.expires_at`

/** A token that is valid now, before anything is locked. */
export const readEmailToken = (database: Statements, { tokenHash }: { tokenHash: Buffer }) =>
  database.row<EmailTokenRow>`
  /* readEmailToken */
  select user_id, purpose::text as purpose, address
  from email_tokens
  where token_hash = ${tokenHash}
    and expires_at > errand_now()`

/** Deletes a token that is still valid; undefined if it was used, replaced or has expired since it was read. */
export const takeEmailToken = (tx: Tx, { tokenHash }: { tokenHash: Buffer }) => tx.row<EmailTokenRow>`
  /* takeEmailToken */
  delete from email_tokens
  where token_hash = ${tokenHash}
    and expires_at > errand_now()
  returning user_id, purpose::text as purpose, address`

/** Deletes the other tokens of a person, for example after a change of the password. */
export const deleteEmailTokens = (tx: Tx, { userId }: { userId: string }) => tx.run`
  /* deleteEmailTokens */
  delete from email_tokens
  where user_id = ${userId}`

export const deleteExpiredEmailTokens = (database: Statements, { limit }: { limit: number }) => database.run`
  /* deleteExpiredEmailTokens */
  delete from email_tokens
  where token_hash = any(array(
    select token_hash
    from email_tokens
    where expires_at <= (select errand_now())
    order by expires_at
    limit ${limit}
    for update skip locked
  ))`

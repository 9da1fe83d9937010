import type { Statements } from '../../db/statements.ts'
import type { Tx } from '../../db/transaction.ts'

interface Subject {
  issuer: string
  subject: string
}

/** The person with whom the account at a provider is linked. */
export const readOpenIdLink = (database: Statements, { issuer, subject }: Subject) =>
  database.row<{ userId: string }>`
  /* readOpenIdLink */
  select user_id
  from open_id_links
  where issuer = ${issuer}
    and subject = ${subject}`

/** Inserts nothing if either side is linked already. */
export const insertOpenIdLink = (tx: Tx, { issuer, subject, userId, at }: Subject & { userId: string; at: Date }) =>
  tx.run`
  /* insertOpenIdLink */
  insert into open_id_links (issuer, subject, user_id, created_at)
  values (${issuer}, ${subject}, ${userId}, ${at})
  on conflict do nothing`

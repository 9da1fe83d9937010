import type { PayoutReadiness } from '../../db/generated/enums.ts'
import type { Statements } from '../../db/statements.ts'
import type { Tx } from '../../db/transaction.ts'

/** A payee and their account at a provider, if they have opened one. */
export interface PayeeRow {
  email: string
  payoutReadiness: PayoutReadiness
  accountReference: string | null
}

export const readPayee = (database: Statements, { userId, provider }: { userId: string; provider: string }) =>
  database.row<PayeeRow>`
  /* readPayee */
  select person.email, person.payout_readiness::text as payout_readiness, account.account_reference
  from users person
  left join payout_accounts account on account.user_id = person.id
    and account.provider = ${provider}
  where person.id = ${userId}`

export const readAccountReference = (
  database: Statements,
  { userId, provider }: { userId: string; provider: string },
) =>
  database.row<{ accountReference: string }>`
  /* readAccountReference */
  select account_reference
  from payout_accounts
  where user_id = ${userId}
    and provider = ${provider}`

export const findPayeeOfAccount = (
  database: Statements,
  { accountReference, provider }: { accountReference: string; provider: string },
) => database.row<{ userId: string }>`
  /* findPayeeOfAccount */
  select user_id
  from payout_accounts
  where provider = ${provider}
    and account_reference = ${accountReference}`

/**
 * Inserts the account of a person; returns 0 if they have one already. The conflict has no target, because a concurrent insert of the same
 * row may meet the other unique index first, which would be an error.
 */
export const insertPayoutAccount = (
  tx: Tx,
  account: { userId: string; provider: string; accountReference: string; lookUpAfterMs: number },
) => tx.run`
  /* insertPayoutAccount */
  insert into payout_accounts (user_id, provider, account_reference, opened_at, look_up_at)
  values (
    ${account.userId}, ${account.provider}, ${account.accountReference}, errand_now(),
    errand_now() + ${account.lookUpAfterMs} * interval '1 millisecond'
  )
  on conflict do nothing`

export const scheduleReadinessLookUp = (
  tx: Tx,
  { userId, provider, afterMs }: { userId: string; provider: string; afterMs: number },
) => tx.run`
  /* scheduleReadinessLookUp */
  update payout_accounts
  set look_up_at = errand_now() + ${afterMs} * interval '1 millisecond'
  where user_id = ${userId}
    and provider = ${provider}`

export const findAccountsToLookUp = (
  database: Statements,
  { provider, limit }: { provider: string; limit: number },
) => database.rows<{ id: string; accountReference: string }>`
  /* findAccountsToLookUp */
  select user_id as id, account_reference
  from payout_accounts
  where look_up_at <= errand_now()
    and provider = ${provider}
  order by look_up_at
  limit ${limit}`

import type { Statements } from '../../db/statements.ts'

export interface Balance {
  currency: string
  pendingMinor: bigint
  paidMinor: bigint
}

/** The amounts that a person is owed and was paid: one row for each currency in which they were ever owed money. */
export const readBalances = (database: Statements, { userId }: { userId: string }) => database.rows<Balance>`
  /* readBalances */
  select
    account.currency,
    coalesce((select sum(balance_minor) from ledger_balances where account_id = account.id), 0)::bigint as pending_minor,
    coalesce((
      select sum(net_minor - reversed_minor)
      from transfers
      where destination_id = account.user_id
        and currency = account.currency
        and succeeded_at is not null
    ), 0)::bigint as paid_minor
  from ledger_accounts account
  where account.user_id = ${userId}
  order by account.currency`

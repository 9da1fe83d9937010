import type { Statements } from '../../db/statements.ts'

export interface Balance {
  currency: string
  pendingMinor: bigint
  paidMinor: bigint
  owedMinor: bigint
}

/** The amounts that a person is owed, was paid and owes: one row for each currency in which they were ever owed money. */
export const readBalances = (database: Statements, { userId }: { userId: string }) => database.rows<Balance>`
  /* readBalances */
  select
    account.currency,
    coalesce((select sum(balance_minor) from ledger_balances where account_id = account.id), 0)::bigint as pending_minor,
    coalesce((
      select sum(net_minor - netted_minor - reversed_minor)
      from transfers
      where destination_id = account.user_id
        and currency = account.currency
        and succeeded_at is not null
    ), 0)::bigint as paid_minor,
    coalesce((
      select sum(balance.balance_minor)
      from ledger_accounts debt
      join ledger_balances balance on balance.account_id = debt.id
      where debt.user_id = account.user_id
        and debt.kind = 'USER_DEBT'
        and debt.currency = account.currency
    ), 0)::bigint as owed_minor
  from ledger_accounts account
  where account.user_id = ${userId}
    and account.kind = 'USER_PAYABLE'
  order by account.currency`

import type { LedgerTransaction } from '../../db/generated/client.ts'
import type { EntryDirection, LedgerAccountKind } from '../../db/generated/enums.ts'
import type { Statements } from '../../db/statements.ts'
import type { Tx } from '../../db/transaction.ts'

/** The posting that another one reverses: the posting of this kind about the same object. */
interface ReversedPosting {
  reversedKind: string | null
  reversedTransferId: string | null
  reversedRefundId: string | null
}

interface PostingRow extends Omit<LedgerTransaction, 'sequence' | 'reversesId'>, ReversedPosting {
  currency: string
  entryIds: string[]
  newAccountIds: string[]
  accountKinds: LedgerAccountKind[]
  accountTaskIds: (string | null)[]
  accountUserIds: (string | null)[]
  directions: EntryDirection[]
  amounts: bigint[]
}

// An account that another transaction creates at the same time is not in our snapshot: "do update" waits for that transaction and
// returns the id. Existing accounts are only read: otherwise every payment would wait for the rows of the platform's accounts.
export const insertPosting = (tx: Tx, posting: PostingRow) => tx.run`
  /* insertPosting */
  with wanted as (
    select id, new_account_id, kind, task_id, user_id, direction, amount_minor
    from unnest(
      ${posting.entryIds}::uuid[],
      ${posting.newAccountIds}::uuid[],
      ${posting.accountKinds}::ledger_account_kind[],
      ${posting.accountTaskIds}::uuid[],
      ${posting.accountUserIds}::uuid[],
      ${posting.directions}::entry_direction[],
      ${posting.amounts}::bigint[]
    ) as entry (id, new_account_id, kind, task_id, user_id, direction, amount_minor)
  ),
  existing as (
    select account.id, account.kind
    from wanted
    join ledger_accounts account on account.kind = wanted.kind
      and account.currency = ${posting.currency}
      and coalesce(account.task_id, account.user_id, '00000000-0000-0000-0000-000000000000')
        = coalesce(wanted.task_id, wanted.user_id, '00000000-0000-0000-0000-000000000000')
  ),
  created as (
    insert into ledger_accounts (id, kind, task_id, user_id, currency)
    select new_account_id, kind, task_id, user_id, ${posting.currency}
    from wanted
    where kind not in (select kind from existing)
    order by kind
    on conflict (kind, currency, coalesce(task_id, user_id, '00000000-0000-0000-0000-000000000000'))
    do update set currency = excluded.currency
    returning id, kind
  ),
  posting as (
    insert into ledger_transactions (
      id, kind, task_id, hold_id, transfer_id, refund_id, description, posted_at, reversal_id, chargeback_id, netting_id,
      reverses_id
    )
    values (
      ${posting.id}, ${posting.kind}, ${posting.taskId}, ${posting.holdId}, ${posting.transferId}, ${posting.refundId},
      ${posting.description}, ${posting.postedAt}, ${posting.reversalId}, ${posting.chargebackId},
      ${posting.nettingId},
      (
        select id
        from ledger_transactions
        where kind = ${posting.reversedKind}
          and reversal_id is null
          and chargeback_id is null
          and netting_id is null
          and (transfer_id = ${posting.reversedTransferId} or refund_id = ${posting.reversedRefundId})
      )
    )
    returning id
  )
  insert into ledger_entries (id, transaction_id, account_id, direction, amount_minor)
  select wanted.id, posting.id, account.id, wanted.direction, wanted.amount_minor
  from wanted
  join (select id, kind from existing union all select id, kind from created) account on account.kind = wanted.kind
  cross join posting`

/**
 * The balance of each account, positive on its normal side: the present one, or that of a moment if one is given. Accounts of the
 * platform have an entry of nearly every posting: theirs is that of the last closing, and the sum of the entries after it. "offset 0"
 * makes PostgreSQL begin with the postings of that time: it expects few entries of an account, and would begin with all of these.
 */
export const readAccountBalances = (
  database: Statements,
  { accountIds, moments }: { accountIds: readonly string[]; moments: readonly (Date | null)[] },
) => database.rows<{ balanceMinor: bigint }>`
  /* readAccountBalances */
  select
    case
      when account.task_id is null and account.user_id is null then
        case when account.kind in ('PROVIDER_CLEARING', 'ADJUSTMENT') then 1 else -1 end
        * (
          coalesce((
            select debit_minor
            from ledger_closings
            where account_id = account.id
              and through <= closing.through
            order by through desc
            limit 1
          ), 0)
          + (
            select coalesce(sum(case entry.direction when 'DEBIT' then entry.amount_minor else -entry.amount_minor end), 0)
            from (
              select id
              from ledger_transactions
              where posted_at > closing.through
                and posted_at <= coalesce(requested.at, 'infinity')
              offset 0
            ) posting
            cross join lateral (
              select account_id, direction, amount_minor
              from ledger_entries
              where transaction_id = posting.id
              offset 0
            ) entry
            where entry.account_id = account.id
          )
        )
      when requested.at is null then (
        select coalesce(sum(balance_minor), 0)
        from ledger_balances
        where account_id = account.id
      )
      else (
        select coalesce(sum(
          case
            when (entry.direction = 'DEBIT') = (account.kind in ('PROVIDER_CLEARING', 'ADJUSTMENT', 'USER_DEBT')) then entry.amount_minor
            else -entry.amount_minor
          end
        ), 0)
        from ledger_entries entry
        join ledger_transactions posting on posting.id = entry.transaction_id
        where entry.account_id = account.id
          and posting.posted_at <= requested.at
      )
    end::bigint as balance_minor
  from unnest(${accountIds}::uuid[], ${moments}::timestamptz[]) with ordinality as requested (account_id, at, position)
  join ledger_accounts account on account.id = requested.account_id
  cross join lateral (
    select coalesce((
      select through
      from ledger_closings
      where through <= coalesce(requested.at, 'infinity')
      order by through desc
      limit 1
    ), '-infinity') as through
  ) closing
  order by requested.position`

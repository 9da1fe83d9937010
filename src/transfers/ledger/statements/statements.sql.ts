import type { LedgerTransaction, StatementLine } from '../../../db/generated/client.ts'
import type { Statements } from '../../../db/statements.ts'
import type { LineKey, StatementSpan } from './statementSpan.ts'

/** The balance of an owner before a place in their statements. */
export interface BalanceKey extends LineKey, Pick<StatementSpan, 'ownerId' | 'currency'> {}

/**
 * The balance before each place: a sum over the lines of its owner, by the primary key alone. The platform has a line of nearly every
 * transfer: its balance is that of the last closing before the place, and the sum of the lines after it.
 */
export const readStatementBalances = (database: Statements, keys: readonly BalanceKey[]) => database.rows<{
  balanceMinor: bigint
}>`
  /* readStatementBalances */
  select (
    coalesce(closed.balance_minor, 0)
    + coalesce((
      select sum(amount_minor)
      from statement_lines
      where owner_id = requested.owner_id
        and currency = requested.currency
        and posted_at > coalesce(closing.through, '-infinity')
        and (posted_at, sequence) < (requested.posted_at, requested.sequence)
    ), 0)
  )::bigint as balance_minor
  from unnest(
    ${keys.map(({ ownerId }) => ownerId)}::uuid[],
    ${keys.map(({ currency }) => currency)}::text[],
    ${keys.map(({ postedAt }) => postedAt)}::timestamptz[],
    ${keys.map(({ sequence }) => sequence)}::bigint[]
  ) with ordinality as requested (owner_id, currency, posted_at, sequence, position)
  left join lateral (
    select through
    from ledger_closings
    where requested.owner_id = '00000000-0000-0000-0000-000000000000'
      and through < requested.posted_at
    order by through desc
    limit 1
  ) closing on true
  left join lateral (
    select -sum(last.debit_minor) as balance_minor
    from ledger_accounts account
    cross join lateral (
      select debit_minor
      from ledger_closings
      where account_id = account.id
        and through <= closing.through
      order by through desc
      limit 1
    ) last
    where account.kind in ('PLATFORM_FEE', 'ADJUSTMENT')
      and account.currency = requested.currency
      and coalesce(account.task_id, account.user_id, '00000000-0000-0000-0000-000000000000') = '00000000-0000-0000-0000-000000000000'
  ) closed on closing.through is not null
  order by requested.position`

type Posting = Pick<LedgerTransaction, 'kind' | 'holdId' | 'transferId' | 'refundId' | 'reversalId' | 'chargebackId'>

/** A line as a file shows it; task and subject are null where the viewer has a conflict of interest. */
export interface FiledLine extends Posting, Pick<StatementLine, 'postedAt' | 'sequence' | 'amountMinor'> {
  taskId: string
  title: string
  isOwnMatter: boolean
}

/** The next lines of a statement for a file, oldest first. A person's own statement has no conflict of interest. */
export const readFiledLines = (
  database: Statements,
  { ownerId, currency, to }: StatementSpan,
  { viewerId, after, limit }: { viewerId: string; after: LineKey; limit: number },
) => database.rows<FiledLine>`
  /* readFiledLines */
  select
    line.posted_at,
    line.sequence,
    line.amount_minor,
    posting.kind,
    posting.hold_id,
    posting.transfer_id,
    posting.refund_id,
    posting.reversal_id,
    posting.chargeback_id,
    posting.task_id,
    task.title,
    ${ownerId}::uuid = '00000000-0000-0000-0000-000000000000' and exists (
      select
      from task_people
      where task_id = posting.task_id
        and user_id = ${viewerId}
    ) as is_own_matter
  from (
    select posted_at, sequence, transaction_id, amount_minor
    from statement_lines
    where owner_id = ${ownerId}
      and currency = ${currency}
      and (posted_at, sequence) > (${after.postedAt}, ${after.sequence}::bigint)
      and posted_at < ${to}
    order by posted_at, sequence
    limit ${limit}
  ) line
  join ledger_transactions posting on posting.id = line.transaction_id
  join tasks task on task.id = posting.task_id
  order by line.posted_at, line.sequence`

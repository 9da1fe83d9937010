/**
 * Checks of the whole ledger. Each count is one statement that keeps at most one row for each task or posting, spills to disk beyond
 * its share of memory, and returns only the count.
 */
import type { Statements } from '../../db/statements.ts'
import type { Tx } from '../../db/transaction.ts'

/** Raises the statement timeout, because these statements read the whole ledger. */
export const allowLongStatements = (tx: Tx) => tx.run`
  /* allowLongStatements */
  set local statement_timeout = '60s'`

export const countUnbalancedTransactions = async (tx: Tx): Promise<number> =>
  countOf(
    await tx.row`
      /* countUnbalancedTransactions */
      select count(*)::integer
      from ledger_transactions posting
      left join (
        select transaction_id, bool_and(difference = 0) as balanced
        from (
          select
            entry.transaction_id,
            sum(case entry.direction when 'DEBIT' then entry.amount_minor else -entry.amount_minor end) as difference
          from ledger_entries entry
          join ledger_accounts account on account.id = entry.account_id
          group by entry.transaction_id, account.currency
        ) currency
        group by transaction_id
      ) sums on sums.transaction_id = posting.id
      where sums.balanced is not true`,
  )

/** Counts balances (one for each account and task) that are not the sum of their entries. */
export const countBalancesOff = async (tx: Tx): Promise<number> =>
  countOf(
    await tx.row`
      /* countBalancesOff */
      with summed as (
        select
          entry.account_id,
          posting.task_id,
          sum(
            case
              when (entry.direction = 'DEBIT') = (account.kind in ('PROVIDER_CLEARING', 'ADJUSTMENT', 'USER_DEBT'))
                then entry.amount_minor
              else -entry.amount_minor
            end
          ) as balance_minor
        from ledger_entries entry
        join ledger_transactions posting on posting.id = entry.transaction_id
        join ledger_accounts account on account.id = entry.account_id
        group by entry.account_id, posting.task_id
      )
      select count(*)::integer
      from summed
      full join ledger_balances balance using (account_id, task_id)
      where summed.balance_minor is distinct from balance.balance_minor`,
  )

/** The number of closings that are not the sum of the entries up to their moment. */
export const countClosingsOff = async (tx: Tx): Promise<number> =>
  countOf(
    await tx.row`
      /* countClosingsOff */
      select count(*)::integer
      from (
        select
          closed_minor,
          sum(amount_minor) over (partition by account_id order by moment, closed_minor is not null) as summed_minor
        from (
          select
            entry.account_id,
            posting.posted_at,
            case entry.direction when 'DEBIT' then entry.amount_minor else -entry.amount_minor end,
            null::bigint
          from ledger_entries entry
          join ledger_transactions posting on posting.id = entry.transaction_id
          where entry.account_id in (select account_id from ledger_closings)
          union all
          select account_id, through, 0, debit_minor
          from ledger_closings
        ) step (account_id, moment, amount_minor, closed_minor)
      ) closing
      where closed_minor <> summed_minor`,
  )

/** The number of lines of statements that differ from the entries of their posting. */
export const countLinesOff = async (tx: Tx): Promise<number> =>
  countOf(
    await tx.row`
      /* countLinesOff */
      select count(*)::integer
      from statement_movements movement
      full join statement_lines line using (owner_id, currency, posted_at, sequence)
      where movement.amount_minor is distinct from line.amount_minor`,
  )

/** The check of money_trail() for one task, over all tasks that ever had money. */
export const countTasksOutOfBalance = async (tx: Tx): Promise<number> =>
  countOf(
    await tx.row`
      /* countTasksOutOfBalance */
      select count(*)::integer
      from (
        select
          task_id,
          sum(paid_in) as paid_in,
          sum(remaining) as remaining,
          sum(held) as held,
          sum(elsewhere) as elsewhere,
          sum(reversed) as reversed,
          sum(debt) as debt
        from (
          select task_id, case when funded_at is null then 0 else amount_minor end, remaining_minor, 0, 0, 0, 0
          from holds
          union all
          select
            task_id,
            0,
            0,
            case when kind = 'TASK_HOLD' then balance_minor else 0 end,
            case when kind in ('USER_PAYABLE', 'PLATFORM_FEE', 'REFUND_CLEARING') then balance_minor else 0 end,
            0,
            case when kind = 'USER_DEBT' then balance_minor else 0 end
          from ledger_balances
          union all
          select
            task_id,
            0,
            0,
            0,
            case when succeeded_at is null then netted_minor else net_minor - reversed_minor end,
            reversed_minor,
            0
          from transfers
          union all
          select task_id, 0, 0, 0, amount_minor, 0, 0
          from refunds
          where status = 'SUCCEEDED'
          union all
          select
            task_id,
            0,
            0,
            0,
            0,
            case status when 'SUCCEEDED' then -amount_minor else 0 end,
            case status when 'SUCCEEDED' then collects_minor + recovers_debt_minor else -debt_minor end
          from reversals
          union all
          select task_id, 0, 0, 0, recovers_minor, 0, 0
          from reversals
          union all
          select task_id, 0, 0, 0, from_hold_minor, 0, -debt_minor
          from chargebacks
          union all
          select task_id, 0, 0, 0, 0, 0, amount_minor
          from debt_nettings
          where undone_at is null
        ) part (task_id, paid_in, remaining, held, elsewhere, reversed, debt)
        group by task_id
      ) task
      where paid_in <> held + elsewhere
        or held <> remaining
        or reversed <> 0
        or debt <> 0`,
  )

export const readDoubts = (database: Statements) => database.row<{ transfers: number; oldest: Date | null }>`
  /* readDoubts */
  select
    count(*)::integer as transfers,
    min(attempt.ended_at) as oldest
  from transfers transfer
  left join lateral (
    select ended_at
    from transfer_attempts
    where transfer_id = transfer.id
    order by number desc
    limit 1
  ) attempt on true
  where transfer.status = 'IN_DOUBT'`

export interface OpenDifferences {
  open: number
  /** When the oldest of them was found; null if there are none. */
  oldestFoundAt: Date | null
  /** The age of the oldest of them on the clock of the rules, zero if there are none. */
  oldestSeconds: number
}

export const readOpenDifferences = (database: Statements) => database.row<OpenDifferences>`
  /* readOpenDifferences */
  select
    count(*)::integer as open,
    min(found_at) as oldest_found_at,
    coalesce(extract(epoch from errand_now() - min(found_at)), 0)::float8 as oldest_seconds
  from reconciliation_differences
  where settled_at is null`

export interface EvidenceNeeded {
  chargebacks: number
  /** When the evidence of the first of them is due; null if there are none. */
  firstDueBy: Date | null
  /** The time until then on the clock of the rules; null if there are none. */
  firstDueInSeconds: number | null
}

/** The chargebacks that wait for evidence of ours: no final one is on its way, and the time for it is not over. */
export const readEvidenceNeeded = (database: Statements) => database.row<EvidenceNeeded>`
  /* readEvidenceNeeded */
  select
    count(*)::integer as chargebacks,
    min(evidence_due_by) as first_due_by,
    extract(epoch from min(evidence_due_by) - (select errand_now()))::float8 as first_due_in_seconds
  from chargebacks
  where status = 'NEEDS_RESPONSE'
    and evidence_due_by > (select errand_now())
    and (evidence_due_at is null or not evidence_is_final)`

function countOf(row: unknown): number {
  if (typeof row === 'object' && row && 'count' in row && typeof row.count === 'number') return row.count
  throw new Error('A count statement returned no number.')
}

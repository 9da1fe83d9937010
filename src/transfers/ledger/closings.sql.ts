import type { Statements } from '../../db/statements.ts'
import type { Tx } from '../../db/transaction.ts'

// The trigger on entries (keep_closings) shares it until the end of its transaction.
const CLOSING_LOCK = 72_707_375

/** The moments of the next closing, if one is due: `after` of the last closing, `through` of the posting that completes the next. */
export const readDueClosing = (
  database: Statements,
  { postings, marginMs }: { postings: number; marginMs: number },
) => database.row<{ after: Date | null; through: Date }>`
  /* readDueClosing */
  select last.through as after, due.posted_at as through
  from (select max(through) as through from ledger_closings) last
  cross join lateral (
    select posted_at
    from ledger_transactions
    where posted_at > coalesce(last.through, '-infinity')
      and posted_at < (select errand_now()) - ${marginMs}::integer * interval '1 millisecond'
    order by posted_at
    limit 1
    offset ${postings - 1}
  ) due`

/** Waits for the transactions that have posted, and lets no other post until the end of this one. */
export const lockClosings = (tx: Tx) => tx.run`
  /* lockClosings */
  select pg_advisory_xact_lock(${CLOSING_LOCK}::bigint)`

// "offset 0" makes PostgreSQL begin with the postings in between, and not with all entries of the platform's accounts.
/** Writes the closing of each account of the platform that has entries in between; none if another server has written them. */
export const insertClosings = (tx: Tx, { after, through }: { after: Date | null; through: Date }) => tx.run`
  /* insertClosings */
  insert into ledger_closings (account_id, through, debit_minor)
  select
    entry.account_id,
    ${through}::timestamptz,
    coalesce((
      select debit_minor
      from ledger_closings
      where account_id = entry.account_id
      order by through desc
      limit 1
    ), 0)
    + sum(case entry.direction when 'DEBIT' then entry.amount_minor else -entry.amount_minor end)
  from (
    select id
    from ledger_transactions
    where posted_at > coalesce(${after}::timestamptz, '-infinity')
      and posted_at <= ${through}::timestamptz
    offset 0
  ) posting
  cross join lateral (
    select account_id, direction, amount_minor
    from ledger_entries
    where transaction_id = posting.id
    offset 0
  ) entry
  join ledger_accounts account on account.id = entry.account_id
  where account.task_id is null
    and account.user_id is null
    and (select max(through) from ledger_closings) is not distinct from ${after}::timestamptz
  group by entry.account_id`

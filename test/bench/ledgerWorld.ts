/**
 * A ledger of paid tasks by set statements: a hold, a transfer and three postings each, with the accounts, balances, closings and
 * lines of statements that the server and the triggers would have written. `ledgerHealth` finds no fault in it.
 */
import pg from 'pg'
import { IDS, type Step } from './worldRows.ts'

const PEOPLE = 20_000
/** Closings follow each other in the postings of a server, too. */
const POSTINGS_PER_CLOSING = 1_000

/** Fills a migrated, empty database with this number of transfers, and prints the duration of each step. */
export async function makeLedgerWorld(connectionString: string, transfers: number): Promise<void> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    // Skips the triggers and foreign keys of ten million rows; the rows satisfy them.
    await client.query(`
      set session_replication_role = replica;
      set statement_timeout = 0;
      set synchronous_commit = off;
      set maintenance_work_mem = '512MB';
      set work_mem = '256MB';
      set jit = off`)
    const indexes = await dropIndexes(client)
    for (const { what, sql } of [IDS, ...rowsOf(transfers), ...indexes, STATISTICS]) {
      const startedAt = performance.now()
      await client.query(sql)
      console.log(`${transfers} transfers, ${what}: ${((performance.now() - startedAt) / 1000).toFixed(1)} s`)
    }
  } finally {
    await client.end()
  }
}

/** Drops the indexes that belong to no constraint, and returns the steps that rebuild those of money. Nothing here searches tasks. */
async function dropIndexes(client: pg.Client): Promise<Step[]> {
  const { rows } = await client.query<{ name: string; table: string; sql: string }>(`
    select index.relname as name, made.relname as table, pg_get_indexdef(indexrelid) as sql
    from pg_index
    join pg_class index on index.oid = indexrelid
    join pg_class made on made.oid = indrelid
    where made.relname in ('tasks', 'holds', 'transfers', 'ledger_transactions', 'ledger_entries', 'ledger_balances')
      and not exists (select from pg_constraint where conindid = indexrelid)`)
  for (const { name } of rows) await client.query(`drop index ${name}`)
  return rows.filter(({ table }) => table !== 'tasks').map(({ name, sql }) => ({ what: name, sql }))
}

const GROSS = '2000 + n % 400 * 50'
const PLATFORM = `kind in ('PROVIDER_CLEARING', 'PLATFORM_FEE')`

const rowsOf = (transfers: number): readonly Step[] => [
  {
    what: 'the plan',
    sql: `
      create table bench_people as
      select n, bench_id((select errand_now()) - interval '310 days', 'person' || n) as id
      from generate_series(1, ${PEOPLE}) n;
      create unique index on bench_people (n);
      create table bench_paid as
      select
        n, at, gross, gross / 10 as fee,
        bench_id(at, 'task' || n) as task_id,
        bench_id(at, 'hold' || n) as hold_id,
        bench_id(at, 'transfer' || n) as transfer_id,
        bench_id(at, 'account' || n) as account_id,
        (n::bigint * 7919) % ${PEOPLE} + 1 as poster,
        (n::bigint * 7919 + 101) % ${PEOPLE} + 1 as tasker
      from (
        select n, ${GROSS} as gross, (select errand_now()) - interval '305 days' + n * (interval '300 days' / ${transfers}) as at
        from generate_series(1, ${transfers}) n
      ) numbered;
      analyze bench_people;
      analyze bench_paid`,
  },
  {
    what: 'people',
    sql: `
      insert into users (id, email, display_name, password_hash, created_at)
      select id, 'person' || n || '@bench.test', 'Person ' || n, '-', (select errand_now()) - interval '310 days'
      from bench_people`,
  },
  {
    what: 'tasks, holds, transfers',
    sql: `
      insert into tasks (
        id, title, description, search_text, search_text_folded, status, acceptance_mode, budget_minor, currency,
        agreed_price_minor, fee_rule_version, poster_id, assignee_id, created_at, updated_at, published_at, accepted_at,
        submitted_at, completed_at, ended_at
      )
      select
        task_id, 'Task ' || paid.n, 'Paid.', 'task ' || paid.n || chr(10) || 'paid.', true, 'COMPLETED', 'FIRST_COME', gross, 'EUR',
        gross, 1, poster.id, tasker.id, at, at, at, at, at + interval '1 day', at + interval '2 days', at + interval '2 days'
      from bench_paid paid
      join bench_people poster on poster.n = paid.poster
      join bench_people tasker on tasker.n = paid.tasker;
      insert into holds (
        id, task_id, status, amount_minor, remaining_minor, released_minor, currency, payment_method_id, created_at, funded_at,
        provider_key, funding_key
      )
      select hold_id, task_id, 'RELEASED', gross, 0, gross, 'EUR', 'pm_ok', at, at, hold_id::text, 'fund ' || n
      from bench_paid;
      insert into transfers (
        id, task_id, hold_id, destination_id, status, gross_minor, fee_minor, net_minor, currency, created_at, succeeded_at, provider_key
      )
      select
        transfer_id, task_id, hold_id, tasker.id, 'SUCCEEDED', gross, fee, gross - fee, 'EUR',
        at + interval '2 days', at + interval '2 days 1 minute', transfer_id::text
      from bench_paid paid
      join bench_people tasker on tasker.n = paid.tasker`,
  },
  {
    what: 'accounts',
    sql: `
      insert into ledger_accounts (id, kind, task_id, user_id, currency)
      select account_id, 'TASK_HOLD'::ledger_account_kind, task_id, null::uuid, 'EUR' from bench_paid
      union all
      select bench_id((select errand_now()) - interval '310 days', 'payable' || n), 'USER_PAYABLE', null, id, 'EUR'
      from bench_people
      where n in (select tasker from bench_paid);
      insert into ledger_accounts (id, kind, currency)
      values (gen_random_uuid(), 'PROVIDER_CLEARING', 'EUR'), (gen_random_uuid(), 'PLATFORM_FEE', 'EUR');
      analyze ledger_accounts, users`,
  },
  {
    what: 'postings',
    sql: `
      insert into ledger_transactions (id, kind, task_id, hold_id, transfer_id, posted_at)
      select
        bench_id(at + after, kind || n), kind, task_id, case when is_hold then hold_id end, case when not is_hold then transfer_id end,
        at + after
      from bench_paid
      cross join (
        values
          ('hold.funded', true, interval '0'),
          ('transfer.created', false, interval '2 days'),
          ('transfer.succeeded', false, interval '2 days 1 minute')
      ) posting (kind, is_hold, after)
      order by at + after`,
  },
  {
    what: 'entries',
    sql: `
      insert into ledger_entries (id, transaction_id, account_id, direction, amount_minor)
      select
        bench_id(at + after, 'entry' || posting || account || paid.n), bench_id(at + after, posting || paid.n),
        case account when 'TASK_HOLD' then paid.account_id when 'USER_PAYABLE' then payable.id else platform.id end,
        direction::entry_direction,
        case part when 'gross' then gross when 'fee' then fee else gross - fee end
      from bench_paid paid
      cross join (
        values
          ('hold.funded', interval '0', 'PROVIDER_CLEARING', 'DEBIT', 'gross'),
          ('hold.funded', interval '0', 'TASK_HOLD', 'CREDIT', 'gross'),
          ('transfer.created', interval '2 days', 'TASK_HOLD', 'DEBIT', 'gross'),
          ('transfer.created', interval '2 days', 'USER_PAYABLE', 'CREDIT', 'net'),
          ('transfer.created', interval '2 days', 'PLATFORM_FEE', 'CREDIT', 'fee'),
          ('transfer.succeeded', interval '2 days 1 minute', 'USER_PAYABLE', 'DEBIT', 'net'),
          ('transfer.succeeded', interval '2 days 1 minute', 'PROVIDER_CLEARING', 'CREDIT', 'net')
      ) entry (posting, after, account, direction, part)
      join bench_people tasker on tasker.n = paid.tasker
      join ledger_accounts payable on payable.user_id = tasker.id
      left join ledger_accounts platform on platform.kind::text = entry.account and platform.${PLATFORM}
      order by at + after`,
  },
  {
    what: 'balances',
    sql: `
      insert into ledger_balances (account_id, task_id, kind, balance_minor)
      select account_id, task_id, 'TASK_HOLD'::ledger_account_kind, 0
      from bench_paid
      union all
      select payable.id, paid.task_id, payable.kind, 0
      from bench_paid paid
      join bench_people tasker on tasker.n = paid.tasker
      join ledger_accounts payable on payable.user_id = tasker.id
      union all
      select platform.id, paid.task_id, platform.kind, paid.fee
      from bench_paid paid
      cross join (select id, kind from ledger_accounts where ${PLATFORM}) platform`,
  },
  {
    what: 'closings',
    sql: `
      insert into ledger_closings (account_id, through, debit_minor)
      select account_id, moment, debit_minor
      from (
        select account_id, moment, is_closing, sum(amount_minor) over (partition by account_id order by moment, is_closing) as debit_minor
        from (
          select
            entry.account_id,
            posting.posted_at,
            case entry.direction when 'DEBIT' then entry.amount_minor else -entry.amount_minor end,
            false
          from ledger_transactions posting
          join ledger_entries entry on entry.transaction_id = posting.id
          join ledger_accounts account on account.id = entry.account_id
          where account.${PLATFORM}
          union all
          select account.id, posted_at, 0, true
          from ledger_transactions
          cross join ledger_accounts account
          where account.${PLATFORM}
            and sequence % ${POSTINGS_PER_CLOSING} = 0
        ) step (account_id, moment, amount_minor, is_closing)
      ) summed
      where is_closing`,
  },
  {
    what: 'lines of statements',
    sql: `
      insert into statement_lines (owner_id, currency, posted_at, sequence, transaction_id, amount_minor)
      select owner_id, currency, posted_at, sequence, transaction_id, amount_minor
      from statement_movements
      order by owner_id, currency, posted_at, sequence`,
  },
]

const STATISTICS: Step = {
  what: 'statistics',
  sql: 'vacuum (analyze) ledger_transactions, ledger_entries, ledger_balances, ledger_closings, ledger_accounts, statement_lines, tasks, holds, transfers',
}

/**
 * The pages of the ledger at a million transfers: postings, entries of the clearing account, and its balance now and at past moments,
 * beside the sum of all its entries. Runs on a copy of the world.
 */
import type pg from 'pg'
import { Database } from '../../src/db/client.ts'
import { readAccountBalances } from '../../src/transfers/ledger/ledger.sql.ts'
import { type BenchGround, prepareBenchGround } from './ground.ts'
import { median } from './load.ts'
import { printTable } from './report.ts'
import type { Options } from './requests.ts'

const TRANSFERS = 1_000_000
const POSTINGS_PER_CLOSING = 1_000
const ROUNDS = 20
const PAGE_MS_MAX = 10
const HEADS = ['ms', 'at most', 'times as fast as the sum'] as const

/** Measures and prints. `requests` is the number of transfers. */
export async function ledger({ data, rounds = ROUNDS, requests: transfers = TRANSFERS }: Options): Promise<void> {
  const ground = await prepareBenchGround({ data, onCopy: true })
  try {
    await makeLedger(ground, transfers)
    const { connectionString } = ground
    const database = new Database({ connectionString, connectionsMax: 1, onError: () => {} })
    await measure(ground, { database, transfers, rounds })
    await database.close()
  } finally {
    await ground.end()
  }
}

/** Writes rows without triggers: four postings for each transfer, in the order of time, and the closings that a server would have. */
async function makeLedger({ client }: BenchGround, transfers: number): Promise<void> {
  await client.query('set statement_timeout = 0; set session_replication_role = replica')
  await client.query(`
    insert into ledger_accounts (id, kind, currency)
    values (gen_random_uuid(), 'PROVIDER_CLEARING', 'EUR'), (gen_random_uuid(), 'PLATFORM_FEE', 'EUR')
    on conflict do nothing`)
  await client.query(POSTINGS, [transfers])
  await client.query(CLOSINGS)
  await client.query('set session_replication_role = origin')
  await client.query('vacuum analyze ledger_transactions, ledger_entries, ledger_closings, ledger_accounts')
}

async function measure(
  { client }: BenchGround,
  { database, transfers, rounds }: { database: Database; transfers: number; rounds: number },
): Promise<void> {
  const { rows } = await client.query<{ id: string; first: Date; last: Date }>(`
    select
      (select id from ledger_accounts where kind = 'PROVIDER_CLEARING' and currency = 'EUR') as id,
      (select min(posted_at) from ledger_transactions) as first,
      (select max(posted_at) from ledger_transactions) as last`)
  const [account] = rows
  if (!account) throw new Error('There is no account.')
  const { id, first, last } = account
  const moment = (round: number) =>
    new Date(first.getTime() + ((last.getTime() - first.getTime()) * (round + 1)) / (rounds + 1))
  const balance = async (at: Date | null) =>
    (await readAccountBalances(database, { accountIds: [id], moments: [at] }))[0]?.balanceMinor
  for (const round of [0, rounds - 1]) await expectSame(client, { id, at: moment(round), balance })
  const sumMs = await timed(1, () => client.query(SUM, [id, last]))
  const results: [string, number][] = [
    ['balance now', await timed(rounds, () => balance(null))],
    ['balance at a moment', await timed(rounds, (round) => balance(moment(round)))],
    ['page of postings', await timed(rounds, (round) => client.query(PAGE_OF_POSTINGS, [(round + 1) * 1_000]))],
    ['page of entries', await timed(rounds, () => client.query(PAGE_OF_ENTRIES, [id]))],
  ]
  printTable(
    `The ledger of ${transfers} transfers, median of ${rounds}; the sum of all entries of the account takes ${sumMs.toFixed(0)} ms`,
    HEADS,
    results.map(([what, ms]) => [what, ms.toFixed(1), PAGE_MS_MAX.toString(), (sumMs / ms).toFixed(0)]),
  )
}

async function expectSame(
  client: pg.Client,
  { id, at, balance }: { id: string; at: Date; balance: (at: Date) => Promise<bigint | undefined> },
): Promise<void> {
  const { rows } = await client.query<{ sum: string }>(SUM, [id, at])
  const found = await balance(at)
  if (String(found) !== String(rows[0]?.sum)) throw new Error(`The balance is ${found} instead of ${rows[0]?.sum}.`)
}

async function timed(rounds: number, work: (round: number) => Promise<unknown>): Promise<number> {
  const times: number[] = []
  for (let round = 0; round < rounds; round++) {
    const startedAt = performance.now()
    await work(round)
    times.push(performance.now() - startedAt)
  }
  return median(times)
}

// The subject of each posting is made up: no constraint is checked here.
const POSTINGS = `
  with posted as (
    insert into ledger_transactions (id, kind, task_id, hold_id, posted_at)
    select
      gen_random_uuid(), 'bench.' || n % 4, task.id, gen_random_uuid(),
      (select errand_now()) - interval '300 days' + n * (interval '299 days' / (4 * $1::integer))
    from generate_series(1, 4 * $1::integer) n
    join (select row_number() over () as number, id from bench_tasks limit 50000) task on task.number = 1 + n % 50000
    order by n
    returning id, kind
  )
  insert into ledger_entries (id, transaction_id, account_id, direction, amount_minor)
  select gen_random_uuid(), posted.id, account.id, side.direction::entry_direction, 100
  from posted
  cross join (values ('PROVIDER_CLEARING', 'DEBIT'), ('PLATFORM_FEE', 'CREDIT')) side (kind, direction)
  join ledger_accounts account on account.kind = side.kind::ledger_account_kind and account.currency = 'EUR'`

const CLOSINGS = `
  insert into ledger_closings (account_id, through, debit_minor)
  select account_id, posted_at, debit_minor
  from (
    select
      entry.account_id,
      posting.posted_at,
      sum(case entry.direction when 'DEBIT' then entry.amount_minor else -entry.amount_minor end) over ordered as debit_minor,
      row_number() over ordered as number
    from ledger_transactions posting
    join ledger_entries entry on entry.transaction_id = posting.id
    window ordered as (partition by entry.account_id order by posting.posted_at)
  ) step
  where number % ${POSTINGS_PER_CLOSING} = 0
  on conflict do nothing`

const SUM = `
  select sum(case entry.direction when 'DEBIT' then entry.amount_minor else -entry.amount_minor end)
  from ledger_entries entry
  join ledger_transactions posting on posting.id = entry.transaction_id
  where entry.account_id = $1
    and posting.posted_at <= $2`

const PAGE_OF_POSTINGS = `
  select posting.id, posting.sequence, posting.kind, posting.posted_at
  from ledger_transactions posting
  where posting.sequence < (select max(sequence) from ledger_transactions) - $1
    and not exists (
      select
      from task_people person
      where person.task_id = posting.task_id
        and person.user_id = '00000000-0000-0000-0000-000000000000'
      offset 0
    )
  order by posting.sequence desc
  limit 21`

const PAGE_OF_ENTRIES = `
  select entry.id, entry.direction, entry.amount_minor, posting.kind
  from ledger_entries entry
  join ledger_transactions posting on posting.id = entry.transaction_id
  where entry.account_id = $1
  order by entry.id desc
  limit 21`

/**
 * The pages of the ledger at a million transfers, over HTTP, beside the same requests at 20,000 transfers and beside a look-up by primary
 * key. Balances at random moments are compared with a replay of all entries, and no list may read a whole table.
 */
import { randomBytes } from 'node:crypto'
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises'
import type { Agent } from 'node:http'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import pg from 'pg'
import pino from 'pino'
import { Database } from '../../src/db/client.ts'
import { migrate } from '../../src/db/migrate.ts'
import { sqlState, withTransaction } from '../../src/db/transaction.ts'
import { startEmbeddedPostgres } from '../../src/embeddedPostgres/embedded.ts'
import { toCursor } from '../../src/graphql/pagination.ts'
import { checkLedger } from '../../src/transfers/ledger/checkLedger.ts'
import { signedIn } from '../support/people.ts'
import { toPublicId } from '../support/publicIds.ts'
import { seededRandom } from '../support/seededRandom.ts'
import { cpuNanoseconds } from './cost.ts'
import { makeLedgerWorld } from './ledgerWorld.ts'
import { agentFor, percentile, send } from './load.ts'
import { printSentence, printTable } from './report.ts'
import type { Options } from './requests.ts'
import { type MeasuredServer, startOurs } from './servers.ts'

const TRANSFERS = 1_000_000
const TRANSFERS_BESIDE = 20_000
const ROUNDS = 200
const WARM_UP = 50
const REPLAYS = 10
const PAGE = 20
// PostgreSQL shows the scans of a connection when it has been idle for a second.
const STATISTICS_MS = 2_000
const TABLES = ['ledger_transactions', 'ledger_entries', 'ledger_balances']

/** A ledger of some size, and a server on it. */
interface Ledger {
  transfers: number
  connectionString: string
  client: pg.Client
  server: MeasuredServer
  agent: Agent
  token: string
  accounts: Record<'clearing' | 'fees' | 'payable' | 'hold', string>
  first: Date
  last: Date
}

/** Measures and prints. `requests` is the number of transfers, `rounds` the number of requests of each kind. */
export async function ledger({ data, rounds = ROUNDS, requests: transfers = TRANSFERS }: Options): Promise<void> {
  const folder = data ? resolve(data) : await mkdtemp(join(tmpdir(), 'errand-bench-'))
  await mkdir(folder, { recursive: true })
  // If this process is root, the database runs as an ordinary user, who must reach its files.
  await chmod(folder, 0o711)
  const postgres = await startEmbeddedPostgres({
    dataDirectory: join(folder, 'ledgers'),
    log: pino({ level: 'warn' }),
  })
  const ledgers: Ledger[] = []
  try {
    for (const count of [TRANSFERS_BESIDE, transfers])
      ledgers.push(await open(postgres.connectionString, folder, count))
    await measure(ledgers, rounds)
    for (const one of ledgers) {
      await expectReplay(one)
      await measureHealth(one)
    }
  } finally {
    for (const { server, client } of ledgers) {
      await server.stop()
      await client.end()
    }
    await postgres.stop()
    if (!data) await rm(folder, { recursive: true, force: true })
  }
}

/** Makes the ledger of this size, unless the folder has it from an earlier run, and starts a server on it. */
async function open(serverUrl: string, folder: string, transfers: number): Promise<Ledger> {
  const url = new URL(serverUrl)
  url.pathname = `/ledger_${transfers}`
  const connectionString = url.href
  const admin = new pg.Client({ connectionString: serverUrl })
  await admin.connect()
  const { rowCount } = await admin.query('select from pg_database where datname = $1', [url.pathname.slice(1)])
  if (rowCount === 0) await admin.query(`create database ${url.pathname.slice(1)}`)
  await admin.end()
  if (rowCount === 0) {
    await migrate(connectionString)
    await makeLedgerWorld(connectionString, transfers)
  }
  const secret = randomBytes(32).toString('hex')
  const database = new Database({ connectionString, connectionsMax: 1, onError: () => {} })
  const { accessToken: token } = await signedIn(
    { database, authSecret: new TextEncoder().encode(secret) },
    'Fay',
    'FINANCE',
  )
  await database.close()
  const client = new pg.Client({ connectionString })
  await client.connect()
  const { rows } = await client.query<Ledger['accounts'] & { first: Date; last: Date }>(`
    select
      (select id from ledger_accounts where kind = 'PROVIDER_CLEARING') as clearing,
      (select id from ledger_accounts where kind = 'PLATFORM_FEE') as fees,
      (select account_id from bench_paid where n = ${transfers / 2}) as hold,
      (
        select account.id
        from bench_paid paid
        join bench_people tasker on tasker.n = paid.tasker
        join ledger_accounts account on account.user_id = tasker.id
        where paid.n = ${transfers / 2}
      ) as payable,
      (select min(posted_at) from ledger_transactions) as first,
      (select max(posted_at) from ledger_transactions) as last`)
  const [row] = rows
  if (!row) throw new Error('The ledger is empty.')
  const { first, last, ...accounts } = row
  const environment = {
    DATABASE_URL: connectionString,
    DATA_DIR: join(folder, 'data'),
    AUTH_SECRET: secret,
    RATE_LIMITS: 'off',
  }
  const server = await startOurs(environment, `${transfers}`)
  return { transfers, connectionString, client, server, agent: agentFor(server.url, 1), token, accounts, first, last }
}

interface Question {
  query: string
  variables: Record<string, unknown>
}

const ACCOUNT = 'query ($id: ID!) { ledgerAccount(id: $id) { kind } }'
const BALANCE = 'query ($id: ID!, $at: DateTime) { ledgerAccount(id: $id) { balance(at: $at) { minorUnits } } }'
const ENTRIES = `query ($id: ID!, $after: String) {
  ledgerAccount(id: $id) {
    entries(first: ${PAGE}, after: $after) {
      nodes { id direction amount { amount } transaction { sequence kind postedAt } }
      pageInfo { endCursor hasNextPage }
    }
  }
}`
const POSTINGS = `query ($after: String) {
  ledgerTransactions(first: ${PAGE}, after: $after) {
    nodes { id sequence kind postedAt task { id } entries { direction amount { amount } account { kind } } }
    pageInfo { endCursor hasNextPage }
  }
}`

const lac = (id: string) => toPublicId('lac', id)

/** The requests of each kind, with what is random in them. `cursors` are those of pages anywhere in a list. */
const KINDS: Record<string, (of: Ledger & { random: () => number }, cursors: Cursors) => Question> = {
  'look-up of an account by id': ({ accounts }) => ({ query: ACCOUNT, variables: { id: lac(accounts.clearing) } }),
  'balance now, of the platform': ({ accounts }) => ({ query: BALANCE, variables: { id: lac(accounts.clearing) } }),
  'balance now, of a tasker': ({ accounts }) => ({ query: BALANCE, variables: { id: lac(accounts.payable) } }),
  'balance at a moment, of the platform': (one) => ({
    query: BALANCE,
    variables: { id: lac(one.random() < 0.5 ? one.accounts.clearing : one.accounts.fees), at: momentOf(one) },
  }),
  'balance at a moment, of a tasker': (one) => ({
    query: BALANCE,
    variables: { id: lac(one.accounts.payable), at: momentOf(one) },
  }),
  'first page of entries': ({ accounts }) => ({ query: ENTRIES, variables: { id: lac(accounts.clearing) } }),
  'any page of entries': ({ accounts }, { entries }) => ({
    query: ENTRIES,
    variables: { id: lac(accounts.clearing), after: entries() },
  }),
  'first page of postings': () => ({ query: POSTINGS, variables: {} }),
  'any page of postings': (_, { postings }) => ({ query: POSTINGS, variables: { after: postings() } }),
}

interface Cursors {
  entries(): string
  postings(): string
}

const momentOf = ({ first, last, random }: Ledger & { random: () => number }): Date =>
  new Date(first.getTime() + Math.floor(random() * (last.getTime() - first.getTime())))

async function answerOf({ server, token, agent }: Ledger, question: Question): Promise<string> {
  const answer = await send(server.url, { body: JSON.stringify(question), token }, agent)
  if (answer.includes('"errors"') || answer.includes('null}')) throw new Error(answer)
  return answer
}

async function measure(ledgers: readonly Ledger[], rounds: number): Promise<void> {
  const scans = await Promise.all(ledgers.map(tableScans))
  const heads = ledgers.flatMap(({ transfers }) => ['p50', 'p95'].map((name) => `${name} at ${transfers}`))
  const rows: [string, ...string[]][] = []
  let byKey: number | undefined
  for (const [kind, questionOf] of Object.entries(KINDS)) {
    const times = ledgers.map((): number[] => [])
    const sources = await Promise.all(ledgers.map(sourceOf))
    for (let round = -WARM_UP; round < rounds; round++) {
      // In turn, so that both have the same share of what disturbs the machine.
      for (const [index, { ledger: one, cursors }] of sources.entries()) {
        const question = questionOf(one, cursors)
        const startedAt = performance.now()
        await answerOf(one, question)
        if (round >= 0) times[index]?.push(performance.now() - startedAt)
      }
    }
    const figures = times
      .map((all) => all.sort((one, other) => one - other))
      .map((all) => [percentile(all, 0.5), percentile(all, 0.95)])
    const [small, large] = [figures[0]?.[0] ?? 0, figures[1]?.[0] ?? 0]
    byKey ??= large
    rows.push([
      kind,
      ...figures.flat().map((ms) => ms.toFixed(1)),
      (large / small).toFixed(2),
      (large / byKey).toFixed(1),
    ])
  }
  printTable('Requests on the ledger, ms', [...heads, 'times as slow (p50)', 'times a look-up by id (p50)'], rows)
  for (const [index, one] of ledgers.entries()) {
    const after = await tableScans(one)
    if (after !== scans[index]) throw new Error(`${after - (scans[index] ?? 0)} requests read a whole table.`)
  }
  printSentence('No request read a whole table of postings, entries or balances.')
}

/** A ledger with its random numbers, and cursors of random rows. */
async function sourceOf(one: Ledger) {
  const random = seededRandom(one.transfers)
  const { rows } = await one.client.query<{ sequence: string; id: string }>(
    `select posting.sequence, entry.id
    from generate_series(1, 100) step
    join ledger_transactions posting on posting.sequence = step * ${Math.floor((3 * one.transfers) / 101)}
    join ledger_entries entry on entry.transaction_id = posting.id and entry.account_id in ($1, $2)`,
    [one.accounts.clearing, one.accounts.fees],
  )
  const any = () => rows[Math.floor(random() * rows.length)] ?? { sequence: '1', id: '' }
  const cursors: Cursors = { entries: () => toCursor(any().id), postings: () => toCursor(any().sequence) }
  return { ledger: { ...one, random }, cursors }
}

/** The number of times that a table of the ledger was read from beginning to end. */
async function tableScans({ client }: Ledger): Promise<number> {
  await new Promise((waited) => setTimeout(waited, STATISTICS_MS))
  const { rows } = await client.query<{ scans: string }>(
    'select sum(seq_scan) as scans from pg_stat_user_tables where relname = any($1)',
    [TABLES],
  )
  return Number(rows[0]?.scans)
}

/** Balances at random moments, as the server answers, and as the sum of all entries until then. */
async function expectReplay(one: Ledger): Promise<void> {
  const random = seededRandom(one.transfers + 1)
  const signs = { clearing: 1n, fees: -1n, payable: -1n, hold: -1n }
  for (const [name, sign] of Object.entries(signs)) {
    const id = one.accounts[name as keyof typeof signs]
    const moments = Array.from({ length: REPLAYS }, () => momentOf({ ...one, random }))
    const { rows } = await one.client.query<{ sums: string[] }>(REPLAY, [id, ...moments])
    for (const [index, at] of moments.entries()) {
      const answer = await answerOf(one, { query: BALANCE, variables: { id: lac(id), at } })
      const expected = String(BigInt(rows[0]?.sums[index] ?? 0) * sign)
      const found = /"minorUnits":"(-?\d+)"/.exec(answer)?.[1]
      if (found !== expected)
        throw new Error(`The balance of ${name} at ${at.toISOString()} is ${found}, not ${expected}.`)
    }
  }
  printSentence(`${one.transfers} transfers: ${REPLAYS * 4} balances at random moments equal a replay of all entries.`)
}

/** The check of the whole ledger, by time and by the processor time of PostgreSQL. A busy machine may not finish a statement in 60 s. */
async function measureHealth({ connectionString, transfers }: Ledger): Promise<void> {
  const database = new Database({ connectionString, connectionsMax: 1, onError: () => {} })
  const backend = await database.row<{ pid: number }>`
    /* benchBackend */
    select pg_backend_pid() as pid`
  const cpuSeconds = async () => (await cpuNanoseconds(backend?.pid ?? 0)) / 1e9
  const [startedAt, cpuBefore] = [performance.now(), await cpuSeconds()]
  const health = await withTransaction(database, checkLedger).catch((error: unknown) => {
    if (sqlState(error) === '57014') return undefined
    throw error
  })
  const took = `${((performance.now() - startedAt) / 1_000).toFixed(1)} s, ${((await cpuSeconds()) - cpuBefore).toFixed(1)} s of a processor`
  await database.close()
  if (!health) return printSentence(`${transfers} transfers: ledgerHealth is refused after ${took}.`)
  const faults = health.unbalancedTransactions + health.accountsOffBySum + health.tasksOutOfBalance
  if (faults > 0) throw new Error(`The ledger has faults: ${JSON.stringify(health)}`)
  printSentence(`${transfers} transfers: ledgerHealth takes ${took}, and finds no fault.`)
}

const sumUntil = (parameter: number) => `
    coalesce(
      sum(case entry.direction when 'DEBIT' then entry.amount_minor else -entry.amount_minor end)
        filter (where posting.posted_at <= $${parameter}),
      0
    )`

// One pass over the entries of the account, for all moments.
const REPLAY = `
  select array[${Array.from({ length: REPLAYS }, (_, index) => sumUntil(index + 2)).join(',')}] as sums
  from ledger_entries entry
  join ledger_transactions posting on posting.id = entry.transaction_id
  where entry.account_id = $1`

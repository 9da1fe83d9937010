/** Query plans of reads of the API in the large world, explained on a connection of the server's pool. */
import pg from 'pg'
import { expect } from 'vitest'
import { send } from './people.ts'
import {
  intendedPlanOf,
  nodesOf,
  type PlanNode,
  planOf,
  rowsReadBy,
  type SentStatement,
  statementsOf,
} from './plans.ts'
import { type IdPrefix, toPublicId } from './publicIds.ts'
import { startAppOn, type TestApp } from './servers/app.ts'
import { createDatabase } from './servers/database.ts'
import { makeLargeWorld, PERSON } from './worlds/largeWorld.ts'
import { signInTo } from './worlds/readerWorld.ts'

export const PAGE = 20

// Tables of about twenty rows, for which a sequential scan is right.
const SMALL: ReadonlySet<string | undefined> = new Set([
  'categories',
  'agents',
  'clock',
  'event_readers',
  'fee_rules',
  'provider',
  'reconciliation_nights',
  'status_transitions',
])
// Background statements of the server, and the only statement that is not a query.
const NOT_EXPLAINED = new Set([
  '',
  'readLatestPosition',
  'sequenceWaitingEvents',
  'readLiveSession',
  'readLiveSessions',
  'allowLongStatements',
])

export type Viewer = keyof typeof PERSON | 'nobody'

/** The rows that a statement reads, in the worse of its plans. */
export interface Read {
  statement: string
  rows: number
  /** The largest input of a sort. */
  sorted: number
  /** Tables with a sequential scan. */
  whole: string[]
}

export interface ExplainedWorld {
  app: TestApp
  /** Public ids by name. */
  ids: Record<string, string>
  /** Returns the reads of the second run of a request, when all caches are filled. */
  readsOf(query: string, variables: object, viewer: Viewer): Promise<Read[]>
  /** Returns the sequential scans that the statements of `work` would need. */
  wholeReadsBy(work: () => Promise<unknown>): Promise<string[]>
  answer(query: string, variables: object, viewer: Viewer): Promise<Record<string, unknown>>
  /** Returns how often each non-unique index was used since the world was created. Stops the server. */
  scansByIndex(): Promise<Map<string, number>>
  stop(): Promise<void>
}

const SCANS = `
  select stat.indexrelname, stat.idx_scan
  from pg_stat_user_indexes stat
  join pg_index using (indexrelid)
  where stat.schemaname = 'public'
    and stat.relname not like 'world_%'
    and not indisunique`

const THINGS: readonly (readonly [name: string, prefix: IdPrefix, query: string])[] = [
  ['commonCategory', 'cat', 'select category_id from tasks group by 1 order by count(*) desc limit 1'],
  ['rareCategory', 'cat', 'select category_id from tasks group by 1 order by count(*) limit 1'],
  ['task', 'tsk', `select id from tasks where status = 'COMPLETED' order by id limit 1`],
  ['transfer', 'trf', 'select id from transfers order by id limit 1'],
  ['dispute', 'dsp', `select id from disputes where status = 'OPEN' order by id limit 1`],
  ['chargeback', 'cbk', `select id from chargebacks where status = 'NEEDS_RESPONSE' order by id limit 1`],
  ['posting', 'ltx', 'select id from ledger_transactions order by id limit 1'],
  [
    'reconciliation',
    'rcn',
    'select reconciliation_id from reconciliation_findings group by 1 order by count(*) desc limit 1',
  ],
  ['clearing', 'lac', `select id from ledger_accounts where kind = 'PROVIDER_CLEARING'`],
  ['chat', 'tch', 'select id from chats where last_sequence = 2000'],
  ['endpoint', 'whe', 'select endpoint_id from webhook_deliveries group by 1 order by count(*) desc limit 1'],
  ['delivery', 'whd', 'select id from webhook_deliveries order by id limit 1'],
  ['notification', 'ntf', 'select id from notifications order by id limit 1'],
  ['supportChat', 'sch', `select id from chats where status = 'ASSIGNED' order by id limit 1`],
]

export async function explainedWorld(): Promise<ExplainedWorld> {
  const database = await createDatabase()
  await makeLargeWorld(database.connectionString)
  const app = await startAppOn(database.connectionString, { reader: 'sql' })
  const headers: Partial<Record<Viewer, Record<string, string>>> = { nobody: {} }
  const ids: Record<string, string> = {}
  const uuidOf = async (text: string, ...values: unknown[]) => {
    const { rows } = await app.database.pool.query<[string]>({ text, values, rowMode: 'array' })
    return String(rows[0]?.[0])
  }
  for (const [name, number] of Object.entries(PERSON)) {
    const uuid = await uuidOf('select id from world_people where n = $1', number)
    headers[name as Viewer] = await signInTo(app, uuid)
    ids[name] = toPublicId('usr', uuid)
  }
  for (const [name, prefix, query] of THINGS) ids[name] = toPublicId(prefix, await uuidOf(query))

  let isStopped = false
  const stopApp = async () => {
    if (!isStopped) await app.stop()
    isStopped = true
  }
  const explained = async <Result>(
    work: () => Promise<unknown>,
    explain: (client: pg.PoolClient, sent: SentStatement) => Promise<Result>,
  ): Promise<Result[]> => {
    const sent = (await statementsOf(work)).filter(({ name }) => !NOT_EXPLAINED.has(name))
    const client = await app.database.pool.connect()
    try {
      const results: Result[] = []
      for (const one of sent) results.push(await explain(client, one))
      return results
    } finally {
      client.release()
    }
  }
  const answer = async (query: string, variables: object, viewer: Viewer) => {
    const { data, errors } = await send(app, query, { ...variables }, headers[viewer])
    expect(errors).toBeUndefined()
    return data ?? {}
  }
  return {
    app,
    ids,
    answer,
    async readsOf(query, variables, viewer) {
      await answer(query, variables, viewer)
      return explained(() => answer(query, variables, viewer), readOf)
    },
    async wholeReadsBy(work) {
      const whole = await explained(work, async (client, sent) =>
        readBy(await intendedPlanOf(client, sent)).whole.map((table) => `${sent.name} of ${table}`),
      )
      return whole.flat()
    },
    async scansByIndex() {
      // Connections report their statistics when they end.
      await stopApp()
      const client = new pg.Client(database.connectionString)
      await client.connect()
      const { rows } = await client.query<[string, string]>({ text: SCANS, rowMode: 'array' })
      await client.end()
      return new Map(rows.map(([name, scans]) => [name, Number(scans)]))
    },
    async stop() {
      await stopApp()
      await database.drop()
    },
  }
}

async function readOf(client: pg.PoolClient, sent: SentStatement): Promise<Read> {
  const reads = [readBy(await planOf(client, sent, 'force_custom_plan'))]
  // PostgreSQL may switch a prepared statement to a generic plan.
  if (sent.isPrepared) reads.push(readBy(await planOf(client, sent, 'force_generic_plan')))
  return worst(sent.name, reads)
}

function readBy(plan: PlanNode): Omit<Read, 'statement'> {
  const nodes = nodesOf(plan).filter((node) => !SMALL.has(node['Relation Name']))
  const sorted = nodes.map((node) => (node['Node Type'] === 'Sort' ? (node.Plans?.[0]?.['Actual Rows'] ?? 0) : 0))
  const whole = nodes.filter((node) => node['Node Type'] === 'Seq Scan').map((node) => String(node['Relation Name']))
  return { rows: nodes.reduce((sum, node) => sum + rowsReadBy(node), 0), sorted: Math.max(...sorted), whole }
}

const worst = (statement: string, reads: Omit<Read, 'statement'>[]): Read => ({
  statement,
  rows: Math.max(...reads.map(({ rows }) => rows)),
  sorted: Math.max(...reads.map(({ sorted }) => sorted)),
  whole: reads.flatMap(({ whole }) => whole),
})

/** A list of the API, read in pages. */
export interface List {
  query: string
  /** The path of the connection in the data. */
  path: string[]
}

const PAGE_ARGUMENTS = 'first: $first, after: $after, last: $last, before: $before'
const PAGE_VARIABLES = '$first: Int, $after: String, $last: Int, $before: String'

/** Returns the list at this path, such as `viewer.tasks`; variables that are not in the path become its arguments. */
export function list(path: string, variables: string, selection: string): List {
  const fields = path.split('.')
  const [name = ''] = fields.slice(-1)
  const given = [...variables.matchAll(/\$(\w+)/g)]
    .filter(([variable]) => !path.includes(variable))
    .map(([, argument]) => `${argument}: $${argument}`)
    .join(', ')
  const field = `${name}(${given} ${PAGE_ARGUMENTS}) { nodes { ${selection} } pageInfo { startCursor endCursor } }`
  const body = fields.slice(0, -1).reduceRight((inner, outer) => `${outer} { ${inner} }`, field)
  return {
    query: `query(${variables} ${PAGE_VARIABLES}) { ${body} }`,
    path: fields.map((each) => each.replace(/\(.*/, '')),
  }
}

/** Returns page variables: first page, last page, and both pages around the cursor 100 entries before the end. */
export async function pagesOf(world: ExplainedWorld, { query, path }: List, variables: object, viewer: Viewer) {
  const data = await world.answer(query, { ...variables, last: 100 }, viewer)
  const connection = path.reduce<unknown>((value, field) => (value as Record<string, unknown>)[field], data)
  const { startCursor } = (connection as { pageInfo: { startCursor: string | null } }).pageInfo
  const ends = [{ first: PAGE }, { last: PAGE }]
  return startCursor === null
    ? ends
    : [...ends, { first: PAGE, after: startCursor }, { last: PAGE, before: startCursor }]
}

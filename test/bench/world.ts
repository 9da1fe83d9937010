/**
 * The world of the benches: 20,000 people, 200,000 tasks, 600,000 applications, 50,000 chats and a million messages, always the same.
 * Recent tasks are mostly open, old ones mostly ended.
 */
import pg from 'pg'
import { COUNTS, planOf, ROWS, type Step } from './worldRows.ts'

// For two processors. With fewer, two connections cost nothing; with more, the disk is the limit.
const CONNECTIONS = 2

export interface WorldOptions {
  /** Factor for the number of applications of each task; at most 10, so that no person applies twice. */
  applicationsTimes?: number
}

/** Fills a migrated, empty database, checks the number of rows, and prints the duration of each step. */
export async function makeWorld(connectionString: string, { applicationsTimes = 1 }: WorldOptions = {}): Promise<void> {
  const startedAt = performance.now()
  const clients = Array.from({ length: CONNECTIONS }, () => new pg.Client({ connectionString }))
  for (const client of clients) await connect(client)
  const [first] = clients
  if (!first) throw new Error('There is no connection.')
  try {
    await relaxCheckpoints(first)
    await runInTurn([first], planOf({ applicationsTimes }))
    const indexes = await dropIndexes(first)
    await runInTurn(clients, ROWS)
    await runInTurn(clients, indexes)
    await runInTurn(clients, STATISTICS)
    await first.query('alter system reset all')
    await first.query('select pg_reload_conf()')
    await runInTurn([first], [{ what: 'everything on disk', sql: 'checkpoint' }])
    await refuseOtherCounts(first, applicationsTimes)
  } finally {
    for (const client of clients) await client.end()
  }
  console.log(`the world: ${seconds(startedAt)} s`)
}

// Skips the foreign-key checks of three million rows; the generated rows satisfy them.
async function connect(client: pg.Client): Promise<void> {
  await client.connect()
  await client.query(`
    set session_replication_role = replica;
    set synchronous_commit = off;
    set maintenance_work_mem = '256MB';
    set work_mem = '128MB';
    set jit = off`)
}

// One checkpoint at the end instead of one for each gigabyte of WAL, after which each page is logged whole again.
async function relaxCheckpoints(client: pg.Client): Promise<void> {
  await client.query(`alter system set max_wal_size = '16GB'`)
  await client.query(`alter system set checkpoint_timeout = '1h'`)
  await client.query('select pg_reload_conf()')
}

/**
 * Drops the indexes that belong to no constraint and returns the steps that rebuild them, the longest first. An index that is built from
 * all rows at once costs a fraction of one that grows row by row.
 */
async function dropIndexes(client: pg.Client): Promise<Step[]> {
  const { rows } = await client.query<{ name: string; sql: string }>(
    `select index.relname as name, pg_get_indexdef(indexrelid) as sql
    from pg_index
    join pg_class index on index.oid = indexrelid
    join pg_class made on made.oid = indrelid
    join pg_am method on method.oid = index.relam
    where made.relname = any($1)
      and not exists (select from pg_constraint where conindid = indexrelid)
    order by method.amname = 'gin' desc, array_position($1, made.relname::text), index.relname`,
    [['messages', 'task_applications', 'tasks', 'chats', 'chat_participants', 'users', 'sessions']],
  )
  for (const { name } of rows) await client.query(`drop index ${name}`)
  return rows.map(({ name, sql }) => ({ what: name, sql }))
}

// Without it the planner would have no statistics, and the first reads would set the hint bits of every row.
const STATISTICS: readonly Step[] = [
  { what: 'statistics of messages and people', sql: 'vacuum (analyze) messages, users, sessions' },
  { what: 'statistics of all else', sql: 'vacuum (analyze) task_applications, tasks, chats, chat_participants' },
]

/** Each connection takes the next step when it has finished one. */
async function runInTurn(clients: readonly pg.Client[], steps: readonly Step[]): Promise<void> {
  const waiting = steps.values()
  const work = async (client: pg.Client): Promise<void> => {
    for (const { what, sql } of waiting) {
      const stepAt = performance.now()
      await client.query(sql)
      console.log(`  ${what}: ${seconds(stepAt)} s`)
    }
  }
  await Promise.all(clients.map(work))
}

async function refuseOtherCounts(client: pg.Client, applicationsTimes: number): Promise<void> {
  for (const [table, count] of Object.entries(COUNTS)) {
    const expected = table === 'task_applications' ? count * applicationsTimes : count
    const { rows } = await client.query<{ made: number }>(`select count(*)::integer as made from ${table}`)
    if (rows[0]?.made !== expected) throw new Error(`There are ${rows[0]?.made} ${table} instead of ${expected}.`)
  }
}

const seconds = (since: number): string => ((performance.now() - since) / 1_000).toFixed(1)

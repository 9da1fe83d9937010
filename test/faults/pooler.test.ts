/** Poolers: one that does not keep sessions is refused before anything is changed; one that does works. */
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { migrate } from '../../src/db/migrate.ts'
import { UnfitDatabaseError } from '../../src/db/unfitDatabaseError.ts'
import { startAppOn } from '../support/servers/app.ts'
import { createEmptyDatabase, type TestDatabase } from '../support/servers/database.ts'
import { noPgbouncer, type Pgbouncer, startPgbouncer } from '../support/servers/pgbouncer.ts'
import { rowsOf } from '../support/servers/server.ts'
import { actor } from '../support/story.ts'

let database: TestDatabase
let pooler: Pgbouncer | undefined

beforeEach(async () => {
  database = await createEmptyDatabase()
})
afterEach(async () => {
  await pooler?.stop()
  pooler = undefined
  await database.drop()
})

/** The message of a refused start, or the number of migrations that it applied. */
async function outcome(settings: Record<string, string | number>): Promise<string> {
  pooler = await startPgbouncer(database.connectionString, settings)
  return migrate(pooler.connectionString).then(
    (names) => `applied ${names.length}`,
    (error: unknown) => {
      if (error instanceof UnfitDatabaseError) return error.message
      throw error
    },
  )
}

const SHARED =
  /^DATABASE_URL connects through a pooler that gives each transaction another connection .*: set .* or .*\.$/

const leftBehind = () =>
  rowsOf<{ tables: number; locks: number }>(
    database.connectionString,
    `select
       (select count(*)::int from pg_class join pg_namespace on pg_namespace.oid = relnamespace
        where relkind = 'r' and nspname not in ('pg_catalog', 'information_schema')) as tables,
       (select count(*)::int from pg_locks where locktype = 'advisory'
         and database = (select oid from pg_database where datname = current_database())) as locks`,
  )

describe.skipIf(noPgbouncer)('PgBouncer', () => {
  test.each([
    ['pool_mode = transaction', { pool_mode: 'transaction' }],
    ['taking its connections in turn', { pool_mode: 'transaction', server_round_robin: 1 }],
    ['with a single connection', { pool_mode: 'transaction', default_pool_size: 1 }],
    ['with connections at hand', { pool_mode: 'transaction', min_pool_size: 5, server_round_robin: 1 }],
    ['pool_mode = statement', { pool_mode: 'statement' }],
  ])('that shares connections (%s) is refused, and nothing is changed or left behind', async (_, settings) => {
    expect(await outcome(settings)).toMatch(SHARED)
    expect(await leftBehind()).toEqual([{ tables: 0, locks: 0 }])
  })

  test('with a single connection is refused', async () => {
    expect(await outcome({ pool_mode: 'session', default_pool_size: 2 })).toMatch(
      /^DATABASE_URL connects through a pooler that does not give two connections at once: /,
    )
    expect(await leftBehind()).toEqual([{ tables: 0, locks: 0 }])
  })

  test('that keeps sessions works, from an empty database to a paid task', async () => {
    expect(await outcome({ pool_mode: 'session', default_pool_size: 40 })).toMatch(/^applied \d+$/)
    expect(await leftBehind()).toMatchObject([{ locks: 0 }])
    const app = await startAppOn(String(pooler?.connectionString))
    try {
      const [anna, ben] = [await actor(app, 'Anna'), await actor(app, 'Ben')]
      const task = await anna.posts()
      await ben.accepts(task)
      await anna.funds(task)
      await ben.submits(task)
      await anna.approves(task)
      expect(await rowsOf(database.connectionString, 'select status from tasks')).toEqual([{ status: 'COMPLETED' }])
    } finally {
      await app.stop()
    }
  })
})

test('a start that waits for the migration lock logs its holder after two seconds', async () => {
  const holder = new pg.Client({ connectionString: database.connectionString, application_name: 'another server' })
  await holder.connect()
  await holder.query('select pg_advisory_lock(72707369)')
  const startedAt = performance.now()
  const told: unknown[] = []
  const names = await migrate(database.connectionString, {
    onWait(who) {
      told.push(who)
      expect(performance.now() - startedAt).toBeGreaterThan(2_000)
      void holder.end()
    },
  })
  expect(names.length).toBeGreaterThan(0)
  expect(told).toEqual([{ pid: expect.any(Number), application: 'another server', since: expect.any(Date) }])
})

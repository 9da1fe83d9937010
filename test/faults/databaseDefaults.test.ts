/** Databases with other defaults: the server behaves the same on each. */
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { allJobs } from '../../src/background/jobs.ts'
import { startWorker } from '../../src/background/worker.ts'
import { migrate } from '../../src/db/migrate.ts'
import { type DatabaseFacts, unfitBecause } from '../../src/db/unfitDatabase.ts'
import { startAppOn, type TestApp } from '../support/servers/app.ts'
import { createEmptyDatabase, type TestDatabase } from '../support/servers/database.ts'
import { rowsOf, runStatement, urlOfDatabase } from '../support/servers/server.ts'
import { actor } from '../support/story.ts'
import { failuresOf, runWholeStory } from '../support/worlds/wholeStory.ts'

/** Settings that a role, a database or a server may have, by their effect. */
const DEFAULTS: Record<string, string> = {
  // Formats of values.
  datestyle: 'German, DMY',
  intervalstyle: 'sql_standard',
  timezone: 'Asia/Kathmandu',
  extra_float_digits: '-10',
  bytea_output: 'escape',
  array_nulls: 'off',
  standard_conforming_strings: 'off',
  lc_messages: 'C',
  // Transactions.
  default_transaction_isolation: 'repeatable read',
  default_transaction_read_only: 'on',
  default_transaction_deferrable: 'on',
  synchronous_commit: 'off',
  // Short time limits.
  statement_timeout: '1s',
  lock_timeout: '1ms',
  idle_in_transaction_session_timeout: '10ms',
  idle_session_timeout: '2s',
  // Other plans, little memory.
  plan_cache_mode: 'force_generic_plan',
  enable_indexscan: 'off',
  enable_bitmapscan: 'off',
  enable_nestloop: 'off',
  enable_material: 'off',
  work_mem: '64kB',
  jit: 'on',
  jit_above_cost: '0',
  gin_fuzzy_search_limit: '1',
  // Names.
  search_path: 'elsewhere, pg_catalog',
  // Other settings that change the meaning of statements.
  client_encoding: 'LATIN1',
  client_min_messages: 'debug5',
  transform_null_equals: 'on',
  quote_all_identifiers: 'on',
  xmlbinary: 'hex',
  row_security: 'off',
  check_function_bodies: 'off',
}

let database: TestDatabase
let name: string
let app: TestApp | undefined

beforeEach(async () => {
  database = await createEmptyDatabase()
  name = new URL(database.connectionString).pathname.slice(1)
})
afterEach(async () => {
  await app?.stop()
  app = undefined
  await database.drop()
})

/** Migrates the database and runs the whole story on it. Returns the server. */
async function serve(connectionString: string): Promise<TestApp> {
  await migrate(connectionString)
  const served = await startAppOn(connectionString)
  app = served
  const { work, timers } = served
  const worker = startWorker({ connectionString, work, jobs: allJobs, timers })
  try {
    await runWholeStory(served)
    await expect.poll(() => countJobs(served), { timeout: 10_000 }).toBe(0)
  } finally {
    await worker.stop()
  }
  expect(failuresOf(served)).toEqual([])
  return served
}

/** The number of jobs that are not done. */
const countJobs = ({ database }: TestApp): Promise<number> =>
  database.run`/* testJobs */ select from graphile_worker.jobs`

async function refusalOf(connectionString: string): Promise<string> {
  return migrate(connectionString).then(
    () => 'none',
    (error: Error) => error.message,
  )
}

describe('a database', () => {
  test('with every default changed is migrated and served', async () => {
    await runStatement(database.connectionString, 'create schema elsewhere')
    const server = urlOfDatabase(database.connectionString, 'postgres')
    for (const [setting, value] of Object.entries(DEFAULTS)) {
      await runStatement(server, `alter database ${name} set ${setting} = ${pg.escapeLiteral(value)}`)
    }
    const [shown] = await rowsOf(database.connectionString, 'select now()::text as now')
    expect(shown).toEqual({ now: expect.stringMatching(/^\d\d\.\d\d\.\d{4} /) })
    const { database: served } = await serve(database.connectionString)
    const [settings] = await served.rows`
      /* testSettings */
      select
        current_setting('datestyle') as dates,
        current_setting('default_transaction_isolation') as isolation,
        current_setting('synchronous_commit') as commits,
        current_setting('statement_timeout') as statements,
        current_setting('lock_timeout') as locks,
        current_setting('idle_session_timeout') as idle,
        current_setting('search_path') as path`
    expect(settings).toEqual({
      dates: 'ISO, MDY',
      isolation: 'read committed',
      commits: 'on',
      statements: '8s',
      locks: '2s',
      idle: '0',
      path: 'public',
    })
  })

  test('with another isolation level accepts concurrent applications', async () => {
    await migrate(database.connectionString)
    await runStatement(
      database.connectionString,
      `alter database ${name} set default_transaction_isolation = 'repeatable read'`,
    )
    app = await startAppOn(database.connectionString)
    const here = app
    const anna = await actor(here, 'Anna')
    const task = await anna.posts({ acceptanceMode: 'POSTER_CHOICE' })
    const people = await Promise.all(Array.from({ length: 24 }, (_, number) => actor(here, `Ben ${number}`)))
    const outcomes = await Promise.all(people.map((one) => one.asks('applyToTask', { taskId: task.id })))
    expect(outcomes.map(({ __typename }) => __typename)).toEqual(people.map(() => 'ApplicationPayload'))
  })

  test('with its extensions in a schema of their own is served', async () => {
    await runStatement(
      database.connectionString,
      `create schema "the extensions"; create extension cube schema "the extensions"; create extension pg_trgm schema "the extensions"`,
    )
    await serve(database.connectionString)
  })

  test.each([
    ['has Turkish collation and case folding', `locale_provider icu icu_locale 'tr-TR' locale 'C'`],
    ['folds the case of ASCII letters only', `locale_provider libc locale 'C'`],
  ])('that %s is served', async (_, locale) => {
    await recreate(`encoding 'UTF8' ${locale}`)
    await serve(database.connectionString)
  })

  test('with special characters in its name and user is served', async () => {
    const [odd, role, password] = [`Our "own" shop 100 % ü ${name}`, `he"${name}`, 'p@ss:w/o#r?d% ü']
    await runStatement(
      database.connectionString,
      `create role ${pg.escapeIdentifier(role)} login password '${password}'`,
    )
    await runStatement(
      database.connectionString,
      `create database ${pg.escapeIdentifier(odd)} owner ${pg.escapeIdentifier(role)} encoding 'UTF8' template template0`,
    )
    const url = new URL(database.connectionString)
    const [user, secret, path] = [role, password, odd].map(encodeURIComponent)
    try {
      await serve(`postgres://${user}:${secret}@${url.host}/${path}?sslmode=disable`)
    } finally {
      await app?.stop()
      app = undefined
      await runStatement(database.connectionString, `drop database ${pg.escapeIdentifier(odd)} with (force)`)
      await runStatement(database.connectionString, `drop role ${pg.escapeIdentifier(role)}`)
    }
  })

  test.each(['LATIN1', 'SQL_ASCII'])(
    'with the encoding %s is refused, and nothing is created in it',
    async (encoding) => {
      await recreate(`encoding '${encoding}' locale_provider libc locale 'C'`)
      expect(await refusalOf(database.connectionString)).toBe(
        `The database of DATABASE_URL has the encoding ${encoding}, which cannot hold all characters: create one with "create database NAME encoding 'UTF8' template template0", and set DATABASE_URL to it.`,
      )
      expect(await rowsOf(database.connectionString, `select from pg_tables where schemaname = 'public'`)).toEqual([])
    },
  )

  test('whose triggers do not fire is refused', async () => {
    await runStatement(database.connectionString, `alter database ${name} set session_replication_role = replica`)
    expect(await refusalOf(database.connectionString)).toMatch(/session_replication_role = replica/)
  })
})

test('a server that is too old or a standby is refused in one sentence', () => {
  const fit: DatabaseFacts = {
    version: '14.0',
    versionNumber: 140_000,
    encoding: 'UTF8',
    isStandby: false,
    replicationRole: 'origin',
  }
  expect(unfitBecause(fit)).toBeUndefined()
  expect(unfitBecause({ ...fit, version: '13.23', versionNumber: 130_023 })).toBe(
    'The database of DATABASE_URL is PostgreSQL 13.23: PostgreSQL 14 or newer is needed.',
  )
  expect(unfitBecause({ ...fit, isStandby: true })).toMatch(/is a standby, .*: set DATABASE_URL to the primary\.$/)
})

describe('a user', () => {
  const USER = 'errand_test_user'
  let asUser: string

  beforeEach(async () => {
    await migrate(database.connectionString)
    await runStatement(database.connectionString, `create role ${USER} login password 'word'`)
    const url = new URL(database.connectionString)
    url.username = USER
    url.password = 'word'
    asUser = url.href
  })
  afterEach(async () => {
    await app?.stop()
    app = undefined
    await runStatement(database.connectionString, `drop owned by ${USER}; drop role ${USER}`)
  })

  const grant = (rights: string) =>
    runStatement(
      database.connectionString,
      `grant usage on schema public, sandbox, graphile_worker to ${USER};
       grant ${rights} on all tables in schema public, sandbox, graphile_worker to ${USER};`,
    )

  test('without the privilege to create can serve a fully migrated database', async () => {
    await grant('select, insert, update, delete')
    await serve(asUser)
  })

  test('without privileges on the tables is refused in a sentence that names some', async () => {
    await grant('select, insert, update, delete')
    await runStatement(database.connectionString, `revoke all on holds, refunds from ${USER}`)
    expect(await refusalOf(asUser)).toMatch(
      /^The database user errand_test_user lacks rights to public\.holds, public\.refunds: let .* grant it .*\.$/,
    )
  })

  test('with the privilege to select only is refused', async () => {
    await grant('select')
    expect(await refusalOf(asUser)).toMatch(
      /^The database user errand_test_user lacks rights to .* and \d+ more tables: /,
    )
  })
})

async function recreate(options: string): Promise<void> {
  const server = urlOfDatabase(database.connectionString, 'postgres')
  await runStatement(server, `drop database ${name}`)
  await runStatement(server, `create database ${name} template template0 ${options}`)
}

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { MigrationError, migrate } from '../../src/db/migrate.ts'
import { createEmptyDatabase, type TestDatabase } from '../support/servers/database.ts'

let database: TestDatabase
let client: pg.Client
let directory: string

beforeEach(async () => {
  database = await createEmptyDatabase()
  client = new pg.Client({ connectionString: database.connectionString })
  await client.connect()
  directory = await mkdtemp(join(tmpdir(), 'errand-migrations-'))
  await write('1_shelf', 'create table shelf (id int primary key);')
})

afterEach(async () => {
  await client.end()
  await database.drop()
  await rm(directory, { recursive: true })
})

async function write(name: string, sql: string): Promise<void> {
  await mkdir(join(directory, name), { recursive: true })
  await writeFile(join(directory, name, 'migration.sql'), sql)
}

function run(): Promise<readonly string[]> {
  return migrate(database.connectionString, { directory })
}

async function refusal(): Promise<string> {
  const outcome = await run().then(
    (names) => `applied ${names}`,
    (error: unknown) => error,
  )
  if (outcome instanceof MigrationError) return outcome.message
  throw new Error(`Expected a MigrationError, got ${outcome}`)
}

async function bookkeeping(): Promise<readonly object[]> {
  const { rows } = await client.query(
    `select migration_name, finished_at is not null as finished, applied_steps_count, logs, length(checksum) as digits
     from _prisma_migrations
     order by migration_name`,
  )
  return rows
}

async function relationExists(name: string): Promise<boolean> {
  const { rows } = await client.query('select to_regclass($1) is not null as found', [name])
  return rows[0].found
}

describe('migrate', () => {
  test('applies the missing migrations in the order of their names, and records them as Prisma does', async () => {
    await write('2_book', 'alter table shelf add column book text; insert into shelf values (1, $$a$$);')
    expect(await run()).toEqual(['1_shelf', '2_book'])
    expect(await run()).toEqual([])
    await write('3_more', 'insert into shelf values (2, null);')
    expect(await run()).toEqual(['3_more'])
    expect((await client.query('select * from shelf order by id')).rows).toEqual([
      { id: 1, book: 'a' },
      { id: 2, book: null },
    ])
    const row = { finished: true, applied_steps_count: 1, logs: null, digits: 64 }
    expect(await bookkeeping()).toEqual(
      ['1_shelf', '2_book', '3_more'].map((name) => ({ migration_name: name, ...row })),
    )
  })

  test('migrates the job queue first, because our migrations may call it', async () => {
    await write('2_job', `select graphile_worker.add_job('greet');`)
    expect(await run()).toEqual(['1_shelf', '2_job'])
  })

  test('runs in one of many servers that start at once; the others have nothing left to do', async () => {
    await write('2_slow', 'insert into shelf values (1); select pg_sleep(0.2);')
    const outcomes = await Promise.all(Array.from({ length: 5 }, run))
    expect(outcomes.map((names) => names.length).sort()).toEqual([0, 0, 0, 0, 2])
    expect((await client.query('select count(*)::int as count from shelf')).rows).toEqual([{ count: 1 }])
  })

  test('refuses a migration that was changed after it was applied', async () => {
    await run()
    await write('1_shelf', 'create table shelf (id bigint primary key);')
    await write('2_book', 'create table book (id int);')
    expect(await refusal()).toBe(
      'The migration 1_shelf was changed after it was applied: restore its file, and put the change into a new migration.',
    )
    expect(await relationExists('book')).toBe(false)
  })

  test('refuses a migration that began and did not finish', async () => {
    await run()
    await client.query(`update _prisma_migrations set finished_at = null, started_at = '2026-01-02 03:04:05Z'`)
    expect(await refusal()).toBe(
      'The migration 1_shelf began at 2026-01-02T03:04:05.000Z and did not finish: undo what it left behind, delete its row from _prisma_migrations, and start again.',
    )
    await client.query('update _prisma_migrations set rolled_back_at = now()')
    await client.query('drop table shelf')
    expect(await run()).toEqual(['1_shelf'])
  })

  test('refuses a database that is newer than the program', async () => {
    await write('2_book', 'create table book (id int);')
    await run()
    await rm(join(directory, '2_book'), { recursive: true })
    expect(await refusal()).toBe(
      'The database is newer than this program, which has no migration 2_book: start the newer version.',
    )
  })

  test('leaves nothing of a migration that fails, and applies it once it is corrected', async () => {
    await write('2_book', 'create table book (id int);\n\nselect nonsense;')
    expect(await refusal()).toBe('The migration 2_book failed: column "nonsense" does not exist (line 3).')
    expect(await relationExists('book')).toBe(false)
    expect(await bookkeeping()).toHaveLength(1)
    await write('2_book', 'create table book (id int);')
    expect(await run()).toEqual(['2_book'])
  })

  test('builds an index concurrently from a file of its own', async () => {
    await write('2_index', '-- Long; may be built beforehand.\ncreate index concurrently shelf_by_id on shelf (id);')
    expect(await run()).toEqual(['1_shelf', '2_index'])
    expect(await relationExists('shelf_by_id')).toBe(true)
  })

  test('refuses a concurrent index beside other statements', async () => {
    await write('2_index', 'create table book (id int); create unique index concurrently one on shelf (id);')
    expect(await refusal()).toBe(
      'The migration 2_index builds an index concurrently: put this statement into a migration of its own.',
    )
    expect(await relationExists('book')).toBe(false)
  })

  test('records a concurrent index that failed as unfinished', async () => {
    await write('2_rows', 'create table book (id int); insert into book values (1), (1);')
    await write('3_index', 'create unique index concurrently book_by_id on book (id);')
    expect(await refusal()).toMatch(/^The migration 3_index failed: could not create unique index "book_by_id"\.$/)
    expect(await refusal()).toMatch(/^The migration 3_index began at .* and did not finish: /)
  })
})

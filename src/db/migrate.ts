// Applies migrations at the start. The table and the lock are those of Prisma's own engine, so its tools work beside this.
import { createHash, randomUUID } from 'node:crypto'
import { access, readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Logger, runMigrations } from 'graphile-worker'
import pg from 'pg'
import { DatabaseClient, poolOf } from './databaseClient.ts'
import { refuseMissingRights } from './missingRights.ts'
import { refuseUnfitDatabase } from './unfitDatabase.ts'

type Migration = Readonly<{ name: string; sql: string; checksum: string }>
type Applied = Readonly<{ name: string; checksum: string; startedAt: Date; finishedAt: Date | null }>

const MIGRATION_LOCK = 72_707_369 // The lock of Prisma's own engine.
const LOCK_WAIT_MS = 300_000 // Another server may be building an index.
const LOCK_POLL_MS = 100
const NOTICE_AFTER_MS = 2_000 // By then an operator wonders what the start waits for.
const CONNECT_WAIT_MS = 10_000
const TABLE_LOCK_WAIT_MS = 30_000 // While it waits, all other statements on the table queue: better to fail and start again.

/** The reason why this program cannot use the database, in one sentence with the next step. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError'
}

/** The connection that holds the migration lock. */
export type Holder = Readonly<{ pid: number; application: string; since: Date }>

interface Options {
  directory?: string
  /** Called once, after two seconds of waiting for the migration lock. */
  onWait?: (holder: Holder | undefined) => void
}

/**
 * Applies the missing migrations, one server at a time, and returns their names. If none is missing, nothing is created, so a user
 * without the privilege to create can start a server. Refuses, before it changes anything, an unsuitable database, an edited or
 * unfinished migration, and a database newer than the program.
 */
export async function migrate(connectionString: string, options: Options = {}): Promise<readonly string[]> {
  const migrations = await readMigrations(options.directory ?? (await migrationsDirectory()))
  await refuseUnfitDatabase(connectionString)
  const client = new DatabaseClient({
    connectionString,
    connectionTimeoutMillis: CONNECT_WAIT_MS,
    application_name: 'errand migrations',
  })
  client.on('error', () => {}) // The running statement rejects with the same error.
  await client.connect()
  try {
    await takeLock(client, options.onWait)
    const applied = await readApplied(client)
    refuseMismatch(migrations, applied)
    // First, because our functions call `graphile_worker.add_job`.
    await migrateJobQueue(connectionString)
    const missing = migrations.filter(({ name }) => !applied.some((row) => row.name === name))
    for (const migration of missing) await apply(client, migration)
    await refuseMissingRights(client)
    return missing.map(({ name }) => name)
  } finally {
    // The lock ends with the connection, but a pooler keeps its connection open.
    await client.query('rollback; select pg_advisory_unlock_all()').catch(() => {})
    await client.end()
  }
}

async function migrateJobQueue(connectionString: string): Promise<void> {
  const pool = poolOf({ connectionString, max: 1, connectionTimeoutMillis: CONNECT_WAIT_MS })
  pool.on('error', () => {}) // The running statement rejects with the same error.
  pool.on('connect', (client) => client.on('error', () => {}))
  try {
    await runMigrations({ pgPool: pool, logger: new Logger(() => () => {}) })
  } finally {
    await pool.end()
  }
}

// By polling: `create index concurrently` waits for every running statement, so it would wait for a statement that waits for its lock.
async function takeLock(client: pg.Client, onWait: Options['onWait']): Promise<void> {
  const startedAt = Date.now()
  let isNoticed = false
  while (Date.now() < startedAt + LOCK_WAIT_MS) {
    const { rows } = await client.query('select pg_try_advisory_lock($1) as locked', [MIGRATION_LOCK])
    if (rows[0].locked) return
    if (!isNoticed && Date.now() >= startedAt + NOTICE_AFTER_MS) {
      isNoticed = true
      onWait?.(await readHolder(client))
    }
    await pause(LOCK_POLL_MS)
  }
  throw new MigrationError(
    `Another server has been migrating this database for ${LOCK_WAIT_MS / 1000} s: wait until it has finished, or end it, then start again.`,
  )
}

// pg_locks shows the number of a lock as two halves. The upper half of this one is 0.
async function readHolder(client: pg.Client): Promise<Holder | undefined> {
  const { rows } = await client.query<Holder>(
    `select activity.pid, activity.application_name as application, activity.backend_start as since
     from pg_locks held
     join pg_stat_activity activity on activity.pid = held.pid
     where held.locktype = 'advisory'
       and held.granted
       and held.database = (select oid from pg_database where datname = current_database())
       and held.classid = 0
       and held.objid = $1
       and held.objsubid = 1`,
    [MIGRATION_LOCK],
  )
  return rows[0]
}

async function readMigrations(directory: string): Promise<readonly Migration[]> {
  const entries = await readdir(directory, { withFileTypes: true })
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  return Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(join(directory, name, 'migration.sql'), 'utf8')
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    }),
  )
}

async function readApplied(client: pg.Client): Promise<readonly Applied[]> {
  const { rows: found } = await client.query(`select to_regclass('public._prisma_migrations') is not null as exists`)
  if (!found[0].exists) await createMigrationTable(client)
  const { rows } = await client.query<Applied>(`
    select migration_name as name, checksum, started_at as "startedAt", finished_at as "finishedAt"
    from _prisma_migrations
    where rolled_back_at is null
    order by migration_name`)
  return rows
}

async function createMigrationTable(client: pg.Client): Promise<void> {
  await client.query(`
    create table if not exists _prisma_migrations (
      id varchar(36) primary key not null,
      checksum varchar(64) not null,
      finished_at timestamptz,
      migration_name varchar(255) not null,
      logs text,
      rolled_back_at timestamptz,
      started_at timestamptz not null default now(),
      applied_steps_count integer not null default 0
    )`)
}

function refuseMismatch(migrations: readonly Migration[], applied: readonly Applied[]): void {
  for (const { name, checksum, startedAt, finishedAt } of applied) {
    const migration = migrations.find((one) => one.name === name)
    if (migration === undefined) {
      throw new MigrationError(
        `The database is newer than this program, which has no migration ${name}: start the newer version.`,
      )
    }
    if (finishedAt === null) {
      throw new MigrationError(
        `The migration ${name} began at ${startedAt.toISOString()} and did not finish: undo what it left behind, delete its row from _prisma_migrations, and start again.`,
      )
    }
    if (migration.checksum !== checksum) {
      throw new MigrationError(
        `The migration ${name} was changed after it was applied: restore its file, and put the change into a new migration.`,
      )
    }
  }
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  const concurrent = buildsConcurrently(migration)
  try {
    // The migration and its row are in one transaction, so a killed process leaves both or neither.
    if (!concurrent) await client.query(`begin; set local lock_timeout = ${TABLE_LOCK_WAIT_MS}`)
    await client.query('insert into _prisma_migrations (id, checksum, migration_name) values ($1, $2, $3)', [
      randomUUID(),
      migration.checksum,
      migration.name,
    ])
    await client.query(migration.sql)
    await client.query(
      `update _prisma_migrations set finished_at = clock_timestamp(), applied_steps_count = 1
       where migration_name = $1 and finished_at is null and rolled_back_at is null`,
      [migration.name],
    )
    if (!concurrent) await client.query('commit')
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error
    throw new MigrationError(`The migration ${migration.name} failed: ${error.message}${lineOf(error, migration)}.`)
  }
}

// PostgreSQL refuses it in a transaction, and several statements sent together are one.
function buildsConcurrently({ name, sql }: Migration): boolean {
  const statements = sql
    .replace(/--.*$|\/\*[\s\S]*?\*\//gm, '')
    .split(';')
    .filter((statement) => statement.trim() !== '')
  if (!statements.some((statement) => /\b(create|drop)\s+(unique\s+)?index\s+concurrently\b/i.test(statement)))
    return false
  if (statements.length === 1) return true
  throw new MigrationError(
    `The migration ${name} builds an index concurrently: put this statement into a migration of its own.`,
  )
}

function lineOf(error: pg.DatabaseError, { sql }: Migration): string {
  return error.position ? ` (line ${sql.slice(0, Number(error.position)).split('\n').length})` : ''
}

// Searched upwards from src/db or dist/src/db, because migrations are not copied into dist.
async function migrationsDirectory(): Promise<string> {
  let directory = dirname(fileURLToPath(import.meta.url))
  while (directory !== dirname(directory)) {
    const found = await access(join(directory, 'package.json')).then(
      () => true,
      () => false,
    )
    if (found) return join(directory, 'prisma', 'migrations')
    directory = dirname(directory)
  }
  throw new MigrationError(
    'No package.json was found above the program, so its migrations cannot be found: install the program again.',
  )
}

import { randomBytes } from 'node:crypto'
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { inject } from 'vitest'
import { migrate } from '../../../src/db/migrate.ts'
import { runStatement, urlOfDatabase } from './server.ts'

export type TestDatabase = Readonly<{ connectionString: string; drop(): Promise<void> }>

const OBJECT_IN_USE = '55006' // PostgreSQL allows only one copy of a template at a time.
const COPY_WAIT_MS = 30_000
const RETRY_MS = 50
const MIGRATIONS = join(import.meta.dirname, '../../../prisma/migrations')

/** Creates a migrated database from the template: one per test file, dropped in its `afterAll`. */
export async function createDatabase(): Promise<TestDatabase> {
  return copyOf(inject('templateName'))
}

/** Creates an empty database, for tests of migrations. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  return copyOf('template0')
}

/** Creates a database with the locale C, in which only ASCII has case. Empty, or with the migrations before this one. */
export async function createDatabaseInLocaleC({ before }: { before?: string } = {}): Promise<TestDatabase> {
  const database = await create("template template0 encoding 'UTF8' locale_provider libc locale 'C'")
  if (before === undefined) return database
  const directory = await mkdtemp(join(tmpdir(), 'errand-migrations-'))
  for (const name of (await readdir(MIGRATIONS)).filter((name) => name < before)) {
    await cp(join(MIGRATIONS, name), join(directory, name), { recursive: true })
  }
  await migrate(database.connectionString, { directory })
  await rm(directory, { recursive: true })
  return database
}

const copyOf = (template: string): Promise<TestDatabase> => create(`template ${template}`)

async function create(options: string): Promise<TestDatabase> {
  const serverUrl = inject('serverUrl')
  const name = `errand_test_${randomBytes(6).toString('hex')}`
  const deadline = Date.now() + COPY_WAIT_MS
  for (;;) {
    try {
      await runStatement(serverUrl, `create database ${name} ${options}`)
      break
    } catch (error) {
      const busy = error instanceof pg.DatabaseError && error.code === OBJECT_IN_USE
      if (!busy || Date.now() > deadline) throw error
      await pause(RETRY_MS)
    }
  }
  return {
    connectionString: urlOfDatabase(serverUrl, name),
    drop: () => runStatement(serverUrl, `drop database if exists ${name} with (force)`),
  }
}

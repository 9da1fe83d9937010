import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { inject } from 'vitest'
import { runStatement, urlOfDatabase } from './server.ts'

export type TestDatabase = Readonly<{ connectionString: string; drop(): Promise<void> }>

const OBJECT_IN_USE = '55006' // PostgreSQL copies a template for one at a time.
const COPY_WAIT_MS = 30_000
const RETRY_MS = 50

/** A migrated database of one's own, copied from the template: once a test file, dropped in its `afterAll`. */
export async function createDatabase(): Promise<TestDatabase> {
  return copyOf(inject('templateName'))
}

/** A database of one's own in which nothing was ever done, for what migrates by itself. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  return copyOf('template0')
}

async function copyOf(template: string): Promise<TestDatabase> {
  const serverUrl = inject('serverUrl')
  const name = `errand_test_${randomBytes(6).toString('hex')}`
  const deadline = Date.now() + COPY_WAIT_MS
  for (;;) {
    try {
      await runStatement(serverUrl, `create database ${name} template ${template}`)
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

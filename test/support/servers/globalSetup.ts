// Starts one PostgreSQL for the whole run, with a migrated template database that every test file copies.
import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import type { TestProject } from 'vitest/node'
import { migrate } from '../../../src/db/migrate.ts'
import { startEmbeddedPostgres } from '../../../src/embeddedPostgres/embedded.ts'
import { runStatement, urlOfDatabase } from './server.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The server of the test databases. */
    serverUrl: string
    templateName: string
  }
}

export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const server = await startServer()
  const templateName = `errand_template_${randomBytes(6).toString('hex')}`
  const tearDown = async () => {
    await runStatement(server.url, `drop database if exists ${templateName} with (force)`)
    await server.stop()
  }
  try {
    await runStatement(server.url, `create database ${templateName}`)
    await migrate(urlOfDatabase(server.url, templateName))
  } catch (error) {
    await tearDown()
    throw error
  }
  project.provide('serverUrl', server.url)
  project.provide('templateName', templateName)
  return tearDown
}

async function startServer(): Promise<{ url: string; stop(): Promise<void> }> {
  const given = process.env.TEST_DATABASE_URL
  if (given) return { url: given, stop: async () => {} }
  const directory = await mkdtemp(join(tmpdir(), 'errand-test-'))
  await chmod(directory, 0o711) // If root runs the tests, PostgreSQL runs as another user, which needs access.
  const postgres = await startEmbeddedPostgres({
    dataDirectory: join(directory, 'postgres'),
    log: pino({ level: 'error' }),
    durable: false,
  })
  const stop = async () => {
    await postgres.stop()
    await rm(directory, { recursive: true, force: true })
  }
  return { url: postgres.connectionString, stop }
}

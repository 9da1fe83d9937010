/** The complete server under test, in this process, on its own database. */
import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino, { type Logger } from 'pino'
import type { App, AppOptions } from '../../../src/app.ts'
import { type Config, readConfig } from '../../../src/config.ts'
import { readPersistedDocuments } from '../../../src/engine/documents/persistedDocuments.ts'
import { loggedCause } from '../../../src/http/responses/loggedCause.ts'
import { createDatabase } from './database.ts'

export interface TestApp extends Omit<App, 'listen'> {
  connectionString: string
  authSecret: Uint8Array
  /** Has its own data directory, which `stop` removes. */
  config: Config
  log: Logger
  /** The parsed log lines. */
  logLines: Record<string, unknown>[]
  /** Listens on a free port, and returns the URL without a path. */
  listen(): Promise<string>
}

/** Options besides the configuration. */
type TestOptions = Pick<AppOptions, 'makeProvider'>

/** Starts the server; `stop` also drops its database. */
export async function startApp(changes: Partial<Config> = {}, options: TestOptions = {}): Promise<TestApp> {
  const { connectionString, drop } = await createDatabase()
  const app = await startAppOn(connectionString, changes, options)
  return {
    ...app,
    async stop() {
      await app.stop()
      await drop()
    },
  }
}

/** Starts the server on an existing, migrated database, which `stop` keeps. */
export async function startAppOn(
  connectionString: string,
  changes: Partial<Config> = {},
  options: TestOptions = {},
): Promise<TestApp> {
  // Imported here because it builds the schema, to which a test file may have added types.
  const { createApp } = await import('../../../src/app.ts')
  const authSecret = randomBytes(32)
  const logLines: Record<string, unknown>[] = []
  const log = pino(
    { level: 'debug', serializers: { err: loggedCause } },
    { write: (line: string) => void logLines.push(JSON.parse(line)) },
  )
  const folder = join(tmpdir(), `errand-test-${randomBytes(6).toString('hex')}`)
  const config = { ...readConfig({ RATE_LIMITS: 'off', REQUIRE_VERIFIED_EMAIL: 'off', DATA_DIR: folder }), ...changes }
  const persistedDocuments = await readPersistedDocuments(config)
  const app = createApp({ config, connectionString, authSecret, log, persistedDocuments, ...options })
  return {
    ...app,
    connectionString,
    authSecret,
    logLines,
    config,
    log,
    listen: () => app.listen({ host: '127.0.0.1', port: 0 }),
    async stop() {
      await app.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

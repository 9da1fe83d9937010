/** The server under test: the whole of it, in this process, on a database of its own. */
import { randomBytes } from 'node:crypto'
import pino from 'pino'
import { type App, createApp } from '../../src/app.ts'
import { type Config, readConfig } from '../../src/config.ts'
import { createDatabase } from './database.ts'

export interface TestApp extends App {
  connectionString: string
  authSecret: Uint8Array
  /** Everything that was logged, a parsed line each. */
  logLines: Record<string, unknown>[]
}

/** Starts it; `stop` ends it and drops its database. */
export async function startApp(changes: Partial<Config> = {}): Promise<TestApp> {
  const { connectionString, drop } = await createDatabase()
  const authSecret = randomBytes(32)
  const logLines: Record<string, unknown>[] = []
  const log = pino({ level: 'debug' }, { write: (line: string) => void logLines.push(JSON.parse(line)) })
  const config = { ...readConfig({ RATE_LIMITS: 'off' }), ...changes }
  const app = createApp({ config, connectionString, authSecret, log })
  return {
    ...app,
    connectionString,
    authSecret,
    logLines,
    async stop() {
      await app.stop()
      await drop()
    },
  }
}

/** Starts another server on the same database, with its own pool, sequencer and event follower, like another process. */

import pino from 'pino'
import { type App, createApp } from '../../../src/app.ts'
import { type Config, readConfig } from '../../../src/config.ts'
import type { TestApp } from './app.ts'

export type SecondServer = App & { url: string }

export async function secondServer(app: TestApp, changes: Partial<Config> = {}): Promise<SecondServer> {
  const { connectionString, authSecret } = app
  const config = { ...readConfig({ RATE_LIMITS: 'off', REQUIRE_VERIFIED_EMAIL: 'off' }), ...changes }
  const second = createApp({ config, connectionString, authSecret, log: pino({ level: 'silent' }) })
  return { ...second, url: await second.listen({ host: '127.0.0.1', port: 0 }) }
}

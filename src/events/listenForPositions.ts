/** Hears when another process has numbered events. Without it readers look each second, so a lost connection is no loss. */

import type { Logger } from 'pino'
import { DatabaseClient } from '../db/databaseClient.ts'
import { type Repetition, repeat } from '../domain/repeat.ts'

// number_events() notifies under this name, once a batch.
const CHANNEL = 'events_numbered'
// How soon a broken connection is noticed and made anew.
const CHECK_EVERY_MS = 1_000
const CONNECT_TIMEOUT_MS = 5_000

/** Calls `onNumbered` at each notice, over a connection of its own that is made anew whenever it breaks, until `stop`. */
export function listenForPositions(options: {
  connectionString: string
  log: Logger
  onNumbered: () => void
}): Repetition {
  let client: DatabaseClient | undefined

  async function connect(): Promise<void> {
    if (client) return
    const connecting = new DatabaseClient({
      connectionString: options.connectionString,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
      application_name: 'errand events',
    })
    const forget = () => {
      if (client === connecting) client = undefined
    }
    connecting.on('error', forget)
    connecting.on('end', forget)
    connecting.on('notification', options.onNumbered)
    try {
      await connecting.connect()
      await connecting.query(`listen ${CHANNEL}`)
      client = connecting
      // What was numbered while nobody listened.
      options.onNumbered()
    } catch (error) {
      connecting.end().catch(() => {})
      throw error
    }
  }

  const repetition = repeat({ name: 'listenForPositions', everyMs: CHECK_EVERY_MS, log: options.log, turn: connect })
  return {
    async stop() {
      await repetition.stop()
      await client?.end().catch(() => {})
    },
  }
}

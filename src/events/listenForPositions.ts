/** LISTENs for events that another process has sequenced. Readers also poll each second, so a lost connection loses nothing. */

import type { Logger } from 'pino'
import { DatabaseClient } from '../db/databaseClient.ts'
import { type Repetition, repeat } from '../domain/repeat.ts'

// number_events() notifies on this channel, once per batch.
const CHANNEL = 'events_numbered'
// A broken connection is noticed and replaced within this time.
const CHECK_EVERY_MS = 1_000
const CONNECT_TIMEOUT_MS = 5_000

/** Calls `onSequenced` at each notification until `stop`, on its own connection, which is replaced when it breaks. */
export function listenForPositions(options: {
  connectionString: string
  log: Logger
  onSequenced: () => void
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
    const discard = () => {
      if (client === connecting) client = undefined
    }
    connecting.on('error', discard)
    connecting.on('end', discard)
    connecting.on('notification', options.onSequenced)
    try {
      await connecting.connect()
      await connecting.query(`listen ${CHANNEL}`)
      client = connecting
      // For events that were sequenced while it did not listen.
      options.onSequenced()
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

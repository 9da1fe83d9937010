/** Liveness of a worker: it holds an advisory lock on its name, on a connection that ends with the process. */
import { once } from 'node:events'
import type { Logger } from 'pino'
import { DatabaseClient } from '../db/databaseClient.ts'
import { Statements } from '../db/statements.ts'
import { type Repetition, repeat } from '../domain/repeat.ts'
import { lockWorkerName } from './jobs.sql.ts'

const CONNECT_TIMEOUT_MS = 5_000
const RETRY_AFTER_MS = 1_000

/** Holds the lock until it is stopped, and takes it again after a lost connection. */
export function holdWorkerName(options: { connectionString: string; name: string; log: Logger }): Repetition {
  const { connectionString, name, log } = options
  const stopping = new AbortController()
  const stopped = once(stopping.signal, 'abort')

  async function hold(): Promise<void> {
    const client = new DatabaseClient({
      connectionString,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
      application_name: 'errand worker',
    })
    client.on('error', () => {}) // Followed by the event `end`.
    const ended = new Promise((resolve) => client.once('end', resolve))
    try {
      await client.connect()
      await lockWorkerName(new Statements(client), { name })
      await Promise.race([ended, stopped])
    } finally {
      await client.end()
    }
  }

  const repetition = repeat({ name: 'workerName', everyMs: RETRY_AFTER_MS, log, turn: hold })
  return {
    stop() {
      stopping.abort()
      return repetition.stop()
    },
  }
}

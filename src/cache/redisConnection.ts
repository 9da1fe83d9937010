/** Connections to Redis: short time-outs, no command sent twice, and reconnection until they are closed. */
import { Redis } from 'ioredis'

export interface RedisSettings {
  url: string
  connectionsMax: number
  connectTimeoutMs: number
  /** A connection on which a command got no byte for so long is closed and opened again. */
  socketTimeoutMs: number
  healthCheckEveryMs: number
}

const KEEP_ALIVE_MS = 30_000
const RECONNECT_FIRST_MS = 100
const RECONNECT_MAX_MS = 10_000
// For a server that accepts connections without answering, and may hold as many of ours as it is allowed to.
const RECONNECT_WHEN_FULL_MS = 300_000

/**
 * The connections of a process, at most `connectionsMax` at the server. A paused server accepts connections and does not notice that we
 * close them, so those that it has never answered on count until it answers again.
 */
export class RedisConnections {
  readonly #settings: RedisSettings
  #open = 0
  #unanswered = 0

  constructor(settings: RedisSettings) {
    this.#settings = settings
  }

  /** Returns a connection that is not connected yet. Throws at the maximum. */
  open(name: string): Redis {
    const { url, connectionsMax, connectTimeoutMs, socketTimeoutMs } = this.#settings
    if (this.#open === connectionsMax) throw new Error(`All ${connectionsMax} connections to Redis are in use.`)
    this.#open++
    const connection = new Redis(url, {
      connectionName: `errand:${name}`,
      lazyConnect: true,
      connectTimeout: connectTimeoutMs,
      socketTimeout: socketTimeoutMs,
      keepAlive: KEEP_ALIVE_MS,
      // A late command is useless, and one that was sent may have run: nothing is queued, nothing repeated.
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      autoResubscribe: false,
      retryStrategy: (attempt) => this.#reconnectAfter(attempt),
    })
    connection.on('connect', () => {
      this.#unanswered++
    })
    // Redis reads in order, so it has seen the end of all connections before this one.
    connection.on('ready', () => {
      this.#unanswered = 0
    })
    return connection
  }

  #reconnectAfter(attempt: number): number {
    if (this.#open + this.#unanswered >= this.#settings.connectionsMax) return RECONNECT_WHEN_FULL_MS
    return Math.min(RECONNECT_FIRST_MS * 2 ** (attempt - 1), RECONNECT_MAX_MS)
  }
}

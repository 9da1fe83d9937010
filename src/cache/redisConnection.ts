/** How a connection to Redis behaves: it gives up soon, sends nothing twice, and is made anew for as long as it is wanted. */
import { Redis } from 'ioredis'

export interface RedisSettings {
  url: string
  connectionsMax: number
  connectTimeoutMs: number
  /** A connection on which a command has got no byte for so long is closed and made anew. */
  socketTimeoutMs: number
  healthCheckEveryMs: number
}

const KEEP_ALIVE_MS = 30_000
const RECONNECT_FIRST_MS = 100
const RECONNECT_MAX_MS = 10_000
// For a server that takes connections and does not answer on them, and may have as many of ours as it is allowed to have.
const RECONNECT_WHEN_FULL_MS = 300_000

/**
 * The connections of a process, at most `connectionsMax` of them at the server. A paused server goes on taking connections, and does
 * not notice when we close them: those that it has never answered on are counted too, until it answers again.
 */
export class RedisConnections {
  readonly #settings: RedisSettings
  #open = 0
  #unanswered = 0

  constructor(settings: RedisSettings) {
    this.#settings = settings
  }

  /** One more, which connects when it is told to. Refuses to be more than the maximum. */
  open(name: string): Redis {
    const { url, connectionsMax, connectTimeoutMs, socketTimeoutMs } = this.#settings
    if (this.#open === connectionsMax) throw new Error(`There are ${connectionsMax} connections to Redis already.`)
    this.#open++
    const connection = new Redis(url, {
      connectionName: `errand:${name}`,
      lazyConnect: true,
      connectTimeout: connectTimeoutMs,
      socketTimeout: socketTimeoutMs,
      keepAlive: KEEP_ALIVE_MS,
      // What cannot be sent now is not wanted later, and what was sent may have been done: nothing waits, nothing is repeated.
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      autoResubscribe: false,
      retryStrategy: (attempt) => this.#reconnectAfter(attempt),
    })
    connection.on('connect', () => {
      this.#unanswered++
    })
    // It answers in the order in which they came, so it has seen the end of all before this one.
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

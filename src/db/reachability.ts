/**
 * Probes the database. Without it, each statement would notice a dead host or a stopped process only at its own time-out; with it,
 * running statements fail and new ones are refused within seconds.
 */
import pg from 'pg'
import { DatabaseClient } from './databaseClient.ts'

// An outage and its end are noticed within seconds, for one statement a second.
const PROBE_EVERY_MS = 1_000
// Far more than a busy machine needs for `select 1`.
const PROBE_TIMEOUT_MS = 3_000
// One time-out may be an overloaded machine (seen at a load of 17 on two cores). The second one in a row counts as an outage.
const TIMEOUTS_MAX = 2
const RECONNECT_EVERY_MS = 250

/** The database does not answer. The same request may succeed later. */
export class DatabaseLostError extends Error {
  override readonly name = 'DatabaseLostError'
  constructor(cause?: unknown) {
    super('The database does not answer.', { cause })
  }
}

/** Probes the database on a connection of its own until `stop`. Calls `onLost` and `onBack` in turn. */
export class Reachability {
  #reachable = true
  #client: pg.Client | undefined
  #timer: NodeJS.Timeout | undefined
  #stopped = false
  #timeouts = 0
  readonly #connectionString: string
  readonly #onLost: (cause: unknown) => void
  readonly #onBack: () => void

  constructor(options: { connectionString: string; onLost: (cause: unknown) => void; onBack: () => void }) {
    this.#connectionString = options.connectionString
    this.#onLost = options.onLost
    this.#onBack = options.onBack
    this.#probeIn(PROBE_EVERY_MS)
  }

  get reachable(): boolean {
    return this.#reachable
  }

  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#timer)
    const client = this.#client
    this.#client = undefined
    if (client) await within(PROBE_TIMEOUT_MS, client.end()).catch(() => {})
  }

  #probeIn(waitMs: number): void {
    this.#timer = setTimeout(() => void this.#probe(), waitMs)
    this.#timer.unref() // Probing keeps no process alive.
  }

  async #probe(): Promise<void> {
    try {
      this.#client ??= await this.#connect()
      await within(PROBE_TIMEOUT_MS, this.#client.query('/* probeDatabase */ select 1'))
      if (!this.#stopped) this.#found()
    } catch (error) {
      this.#client?.end().catch(() => {})
      this.#client = undefined
      if (error instanceof ProbeTimeoutError) this.#timeouts++
      const isTolerated = error instanceof ProbeTimeoutError && this.#timeouts < TIMEOUTS_MAX
      if (!this.#stopped && !isTolerated && !isRefusal(error)) this.#lose(error)
    }
    if (!this.#stopped) this.#probeIn(this.#reachable ? PROBE_EVERY_MS : RECONNECT_EVERY_MS)
  }

  async #connect(): Promise<pg.Client> {
    const client = new DatabaseClient({
      connectionString: this.#connectionString,
      connectionTimeoutMillis: PROBE_TIMEOUT_MS,
      application_name: 'errand reachability',
    })
    client.on('error', (error) => {
      if (client !== this.#client || this.#stopped) return
      this.#client = undefined
      this.#lose(error)
    })
    await client.connect()
    return client
  }

  #lose(cause: unknown): void {
    if (!this.#reachable) return
    this.#reachable = false
    this.#onLost(cause)
  }

  #found(): void {
    this.#timeouts = 0
    if (this.#reachable) return
    this.#reachable = true
    this.#onBack()
  }
}

/** Neither an answer nor an error came in time. */
class ProbeTimeoutError extends Error {}

/** True if PostgreSQL itself refused, as it does when it has too many connections. While it starts or stops, it counts as lost. */
function isRefusal(error: unknown): boolean {
  return error instanceof pg.DatabaseError && !error.code?.startsWith('57P')
}

/** Rejects if the promise takes longer. A process that was busy for so long reads what has arrived before the time-out counts. */
async function within<Value>(timeoutMs: number, promise: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => setImmediate(() => reject(new ProbeTimeoutError(`No answer in ${timeoutMs} ms.`))),
      timeoutMs,
    )
    timer.unref()
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

/**
 * Knows whether the database answers. Without it, a database that is gone without a word (a dead host, a stopped process)
 * is noticed by each statement only after its own time-out; with it, work in flight ends and new work is refused at once.
 */
import pg from 'pg'
import { DatabaseClient } from './databaseClient.ts'

// Often enough that an outage and its end are noticed within seconds; one statement a second costs nothing.
const PROBE_EVERY_MS = 1_000
// Far above what a busy machine needs for `select 1`.
const PROBE_TIMEOUT_MS = 3_000
// One silence may be an overloaded machine (seen at a load of 17 on two cores); all work in flight is given up after the second.
const SILENCES_MAX = 2
const RECONNECT_EVERY_MS = 250

/** Nobody can be reached who could answer; the same request may succeed later. */
export class DatabaseLostError extends Error {
  override readonly name = 'DatabaseLostError'
  constructor(cause?: unknown) {
    super('The database does not answer.', { cause })
  }
}

/** Asks the database again and again over a connection of its own, until `stop`; `onLost` and `onBack` alternate. */
export class Reachability {
  #reachable = true
  #client: pg.Client | undefined
  #timer: NodeJS.Timeout | undefined
  #stopped = false
  #silences = 0
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
    this.#timer.unref() // What it watches keeps the process alive, not the watching.
  }

  async #probe(): Promise<void> {
    try {
      this.#client ??= await this.#connect()
      await within(PROBE_TIMEOUT_MS, this.#client.query('/* probeDatabase */ select 1'))
      if (!this.#stopped) this.#found()
    } catch (error) {
      this.#client?.end().catch(() => {})
      this.#client = undefined
      if (error instanceof SilenceError) this.#silences++
      const isPatient = error instanceof SilenceError && this.#silences < SILENCES_MAX
      if (!this.#stopped && !isPatient && !isAnswer(error)) this.#lose(error)
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
    this.#silences = 0
    if (this.#reachable) return
    this.#reachable = true
    this.#onBack()
  }
}

/** Nothing came in time, neither an answer nor an error. */
class SilenceError extends Error {}

/** Is it the database that says no, as when it has too many connections? While it starts or stops it counts as lost. */
function isAnswer(error: unknown): boolean {
  return error instanceof pg.DatabaseError && !error.code?.startsWith('57P')
}

/** What the promise gives in time. A process that was busy for as long itself reads what has arrived before it judges. */
async function within<Value>(timeoutMs: number, promise: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => setImmediate(() => reject(new SilenceError(`No answer in ${timeoutMs} ms.`))), timeoutMs)
    timer.unref()
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

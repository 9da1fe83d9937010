/**
 * A proxy in front of PostgreSQL that reads the protocol and can freeze one connection at a named statement, before PostgreSQL has
 * it or before the client has its result. A process that is killed meanwhile dies at exactly that point.
 */
import { connect, createServer, type Server, type Socket } from 'node:net'
import { BackendReader, Frontend, type Unit } from './postgresMessages.ts'

/** A point in the work of one connection. */
export interface Stop {
  /** `before`: PostgreSQL has carried out all before this statement, and never gets it. `after`: the client never gets the result. */
  when: 'before' | 'after'
  /** True for the statement, by its name (the leading comment), or its text if it has none, such as `commit`. */
  isStatement(label: string): boolean
  /** A statement that the same transaction has sent before. */
  within?: string
  /** A statement that any connection has sent since the stop was set. */
  once?: string
}

/** Asks PostgreSQL for the results so far, without an end of the pipeline. */
const FLUSH = Buffer.from([0x48, 0, 0, 0, 4])

export class DatabaseTap {
  readonly #server: Server
  readonly #connections = new Set<Connection>()
  #stop: (Stop & { reached: () => void }) | undefined
  #hasSeenOnce = false

  private constructor(databasePort: number) {
    this.#server = createServer((client) => {
      const connection = new Connection(client, connect(databasePort, '127.0.0.1'), this)
      this.#connections.add(connection)
      client.once('close', () => this.#connections.delete(connection))
    })
  }

  /** Starts a proxy on a free port. */
  static async start(databasePort: number): Promise<DatabaseTap> {
    const tap = new DatabaseTap(databasePort)
    await new Promise<void>((listening) => tap.#server.listen(0, '127.0.0.1', listening))
    return tap
  }

  get port(): number {
    const address = this.#server.address()
    return typeof address === 'object' && address ? address.port : 0
  }

  /** Freezes the first connection that comes to this point. Resolves once it has. */
  stopAt(stop: Stop): Promise<void> {
    this.#hasSeenOnce = stop.once === undefined
    return new Promise((reached) => {
      this.#stop = { ...stop, reached }
    })
  }

  /** Returns the stop if this statement is its statement; then no other connection gets it. */
  take(label: string, transaction: ReadonlySet<string>): (Stop & { reached: () => void }) | undefined {
    const stop = this.#stop
    if (!stop) return undefined
    const isHere = this.#hasSeenOnce && stop.isStatement(label) && (!stop.within || transaction.has(stop.within))
    if (label === stop.once) this.#hasSeenOnce = true
    if (!isHere) return undefined
    this.#stop = undefined
    return stop
  }

  async close(): Promise<void> {
    for (const connection of this.#connections) connection.end()
    await new Promise<void>((closed) => this.#server.close(() => closed()))
  }
}

class Connection {
  readonly #client: Socket
  readonly #database: Socket
  readonly #tap: DatabaseTap
  readonly #frontend = new Frontend()
  readonly #backend = new BackendReader()
  /** The labels of the statements since the last end of a transaction. */
  readonly #transaction = new Set<string>()
  #isFrozen = false
  #onAnswered: (() => void) | undefined

  constructor(client: Socket, database: Socket, tap: DatabaseTap) {
    this.#client = client
    this.#database = database
    this.#tap = tap
    client.on('data', (piece) => this.#send(piece))
    database.on('data', (piece) => this.#answer(piece))
    for (const socket of [client, database]) {
      socket.setNoDelay()
      socket.on('error', () => {}) // `close` follows, and closes the other side.
      socket.once('close', () => this.end())
    }
  }

  end(): void {
    this.#client.destroy()
    this.#database.destroy()
  }

  #send(piece: Buffer): void {
    if (this.#isFrozen) return
    for (const unit of this.#frontend.read(piece)) {
      const stop = unit.label === undefined ? undefined : this.#tap.take(unit.label, this.#transaction)
      if (stop) this.#freezeAt(unit, stop)
      else this.#forward(unit)
      if (this.#isFrozen) return
    }
  }

  #forward(unit: Unit): void {
    if (unit.label !== undefined) this.#transaction.add(unit.label)
    this.#backend.expect(unit)
    this.#database.write(unit.bytes)
  }

  #freezeAt(unit: Unit, { when, reached }: Stop & { reached: () => void }): void {
    this.#isFrozen = true
    if (when === 'after') this.#forward(unit)
    this.#database.write(FLUSH)
    if (this.#backend.isAnswered) reached()
    else this.#onAnswered = reached
  }

  #answer(piece: Buffer): void {
    const { hasEndedTransaction } = this.#backend.read(piece)
    if (hasEndedTransaction) this.#transaction.clear()
    // A frozen client has no further byte, not even of the statements before: it could go on.
    if (!this.#isFrozen) this.#client.write(piece)
    else if (this.#backend.isAnswered) {
      this.#onAnswered?.()
      this.#onAnswered = undefined
    }
  }
}

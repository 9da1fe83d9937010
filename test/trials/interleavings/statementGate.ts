/**
 * A proxy between a server and PostgreSQL that holds each statement of a transaction until it is released: on the wire, so the server
 * runs unchanged. A pipeline is passed on statement by statement, each with a Flush, so that its answer is there before the next
 * one is sent. That is as fine as PostgreSQL is: each statement of a pipeline has its own snapshot, and other transactions may
 * commit between two of them.
 */
import { connect, createServer, type Server, type Socket } from 'node:net'
import { FLUSH, MessageReader, sqlStateIn, statementName, textsOf, type WireMessage } from './wireMessages.ts'

/** A statement that waits for its release. */
export interface HeldStatement {
  name: string
  /** True before BEGIN, so outside of any transaction. */
  isStart: boolean
  release(): void
}

/** A statement of a transaction that PostgreSQL is executing. */
export interface RunningStatement {
  name: string
  /** The process id of the backend. */
  pid: number
}

/** The gate of one server. Closed only while it is armed; statements outside of transactions always pass. */
export class StatementGate {
  isArmed = false
  /** True lets the next BEGIN pass, and its first statement with it. */
  passesBegin = false
  held: HeldStatement | undefined
  running: RunningStatement | undefined
  /** The backend of the open transaction. */
  openPid: number | undefined
  /** Called when a statement is held, and when one is answered. */
  onChange: () => void = () => {}
  /** Called with the SQLSTATE of each failed statement of a transaction. */
  onFailure: (sqlState: string) => void = () => {}
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  private constructor(target: { host: string; port: number }) {
    this.#server = createServer({ noDelay: true }, (client) => {
      const database = connect({ ...target, noDelay: true })
      const connection = new GatedConnection(this, client, database)
      client.on('data', (piece) => connection.fromClient(piece))
      database.on('data', (piece) => connection.fromDatabase(piece))
      for (const [one, other] of [
        [client, database],
        [database, client],
      ] as const) {
        this.#sockets.add(one)
        one.on('error', () => {}) // `close` follows, and closes the other side.
        one.once('close', () => {
          this.#sockets.delete(one)
          other.destroy()
        })
      }
    })
  }

  /** Opens a gate in front of the database at this address. */
  static async open(connectionString: string): Promise<{ gate: StatementGate; connectionString: string }> {
    const url = new URL(connectionString)
    const gate = new StatementGate({ host: url.hostname, port: Number(url.port) })
    await new Promise<void>((resolve) => gate.#server.listen(0, '127.0.0.1', resolve))
    const address = gate.#server.address()
    url.hostname = '127.0.0.1'
    url.port = String(typeof address === 'object' ? address?.port : '')
    return { gate, connectionString: url.href }
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise<void>((resolve) => this.#server.close(() => resolve()))
  }
}

/** The messages of a client up to an Execute, a simple query, or the end of a pipeline. */
interface Unit {
  kind: 'statement' | 'simple' | 'sync'
  name: string
  bytes: Buffer
}

class GatedConnection {
  readonly #gate: StatementGate
  readonly #client: Socket
  readonly #database: Socket
  readonly #fromClient = new MessageReader({ hasTypes: false })
  readonly #fromDatabase = new MessageReader({ hasTypes: true })
  /** The names of prepared statements, by the name under which they are prepared. */
  readonly #names = new Map<string, string>()
  /** Messages before the next Execute. */
  #parts: Buffer[] = []
  #nextName = ''
  readonly #queue: Unit[] = []
  #awaited: Unit | undefined
  /** True if the next unit waits for its release. */
  #isHeld = false
  #transaction: 'none' | 'begun' | 'open' = 'none'
  /** True after an error: PostgreSQL ignores the rest of the pipeline. */
  #skips = false
  #pid = 0

  constructor(gate: StatementGate, client: Socket, database: Socket) {
    this.#gate = gate
    this.#client = client
    this.#database = database
  }

  fromClient(piece: Buffer): void {
    for (const message of this.#fromClient.read(piece)) this.#gather(message)
    this.#send()
  }

  fromDatabase(piece: Buffer): void {
    this.#client.write(piece)
    for (const message of this.#fromDatabase.read(piece)) this.#follow(message)
    this.#send()
  }

  #gather({ type, bytes, body }: WireMessage): void {
    if (type === 'Q') {
      const [text = ''] = textsOf(body, 1)
      this.#queue.push({ kind: 'simple', name: statementName(text), bytes })
    } else if (type === 'S') this.#queue.push({ kind: 'sync', name: 'sync', bytes })
    else if (type === 'P' || type === 'B' || type === 'D' || type === 'C' || type === 'E') {
      if (type === 'P') {
        const [name = '', text = ''] = textsOf(body, 2)
        this.#names.set(name, statementName(text))
      } else if (type === 'B') {
        const [, name = ''] = textsOf(body, 2)
        this.#nextName = this.#names.get(name) ?? name
      }
      this.#parts.push(bytes)
      if (type === 'E') {
        this.#queue.push({ kind: 'statement', name: this.#nextName, bytes: Buffer.concat(this.#parts.splice(0)) })
      }
    } else this.#database.write(bytes)
  }

  /** Sends the next unit, one at a time, unless it has to wait for its release. */
  #send(): void {
    for (;;) {
      const [next] = this.#queue
      if (!next || this.#awaited || this.#isHeld) return
      if (this.#skips && next.kind === 'statement') this.#queue.shift()
      else if (this.#mustWait(next)) this.#hold(next)
      else this.#forward(next)
    }
  }

  #mustWait({ kind, name }: Unit): boolean {
    if (!this.#gate.isArmed || kind === 'sync') return false
    if (name !== 'begin') return this.#transaction === 'open'
    const passes = this.#gate.passesBegin
    this.#gate.passesBegin = false
    return !passes
  }

  #hold({ name }: Unit): void {
    if (this.#gate.held) throw new Error(`Two transactions of one server are open: ${this.#gate.held.name}, ${name}.`)
    this.#isHeld = true
    this.#gate.held = { name, isStart: name === 'begin', release: () => this.#release() }
    this.#gate.onChange()
  }

  #release(): void {
    this.#gate.held = undefined
    this.#isHeld = false
    const [next] = this.#queue
    if (next) this.#forward(next)
  }

  #forward(unit: Unit): void {
    this.#queue.shift()
    this.#awaited = unit
    if (unit.name === 'begin') {
      this.#transaction = 'begun'
      if (this.#gate.isArmed) this.#gate.openPid = this.#pid
    } else if (this.#transaction === 'begun' && unit.kind !== 'sync') this.#transaction = 'open'
    if (this.#gate.isArmed && this.#transaction !== 'none') this.#gate.running = { name: unit.name, pid: this.#pid }
    this.#database.write(unit.kind === 'statement' ? Buffer.concat([unit.bytes, FLUSH]) : unit.bytes)
  }

  #follow({ type, body }: WireMessage): void {
    if (type === 'K') this.#pid = body.readInt32BE(0)
    else if (type === 'E') {
      if (this.#transaction !== 'none') this.#gate.onFailure(sqlStateIn(body))
      this.#skips = true
    } else if (type === 'Z') {
      this.#skips = false
      if (body.toString() === 'I') this.#end()
    }
    const kind = this.#awaited?.kind
    const isAnswered = kind === 'statement' ? type === 'C' || type === 'I' || type === 'E' : type === 'Z'
    if (!kind || !isAnswered) return
    if (kind === 'statement' && type === 'C' && /^(COMMIT|ROLLBACK)/.test(body.toString())) this.#end()
    this.#awaited = undefined
    if (this.#gate.running?.pid === this.#pid) this.#gate.running = undefined
    this.#gate.onChange()
  }

  #end(): void {
    if (this.#transaction === 'none') return
    this.#transaction = 'none'
    if (this.#gate.openPid === this.#pid) this.#gate.openPid = undefined
  }
}

/** The messages of PostgreSQL's protocol (https://www.postgresql.org/docs/current/protocol-message-formats.html), as far as a proxy needs. */

const INT = 4
const HEAD = 1 + INT

/** Messages that are forwarded together: all that belong to one statement, or others. */
export interface Unit {
  bytes: Buffer
  /** The name of the statement, or its text; undefined for other messages. */
  label?: string
  /** The answers to wait for: of a statement, of a simple query, and of the end of a pipeline. */
  kind: 'statement' | 'query' | 'sync' | 'other'
}

const LABEL = /^\s*\/\*\s*(.+?)\s*\*\//

/** The name in the leading comment of a statement, or its text. */
const labelOf = (sql: string): string => LABEL.exec(sql)?.[1] ?? sql.trim().toLowerCase()

/** Splits the stream of a client into units. */
export class Frontend {
  #rest: Buffer = Buffer.alloc(0)
  #hasStarted = false
  /** Messages of the statement that is not executed yet. */
  #parts: Buffer[] = []
  readonly #labels = new Map<string, string>()
  #bound = ''

  read(piece: Buffer): Unit[] {
    this.#rest = this.#rest.length > 0 ? Buffer.concat([this.#rest, piece]) : piece
    const units: Unit[] = []
    for (;;) {
      const message = this.#next()
      if (!message) return units
      const unit = this.#unitOf(message)
      if (unit) units.push(unit)
    }
  }

  #next(): Buffer | undefined {
    // The first message has no type.
    const head = this.#hasStarted ? HEAD : INT
    if (this.#rest.length < head) return undefined
    const length = this.#rest.readInt32BE(head - INT) + head - INT
    if (this.#rest.length < length) return undefined
    const message = this.#rest.subarray(0, length)
    this.#rest = this.#rest.subarray(length)
    return message
  }

  #unitOf(message: Buffer): Unit | undefined {
    if (!this.#hasStarted) {
      this.#hasStarted = true
      return { bytes: message, kind: 'other' }
    }
    const type = String.fromCharCode(message[0] ?? 0)
    if (type === 'P') {
      const [name, sql] = texts(message, 2)
      this.#labels.set(name, labelOf(sql))
    }
    if (type === 'B') {
      const [, name] = texts(message, 2)
      this.#bound = this.#labels.get(name) ?? name
    }
    this.#parts.push(message)
    if (type === 'P' || type === 'B' || type === 'D') return undefined
    const bytes = Buffer.concat(this.#parts)
    this.#parts = []
    if (type === 'E') return { bytes, kind: 'statement', label: this.#bound }
    if (type === 'Q') return { bytes, kind: 'query', label: labelOf(texts(message, 1)[0]) }
    return { bytes, kind: type === 'S' ? 'sync' : 'other' }
  }
}

/** The texts, each ended by a zero, at the beginning of a message. */
function texts(message: Buffer, count: 1): [string]
function texts(message: Buffer, count: 2): [string, string]
function texts(message: Buffer, count: number): string[] {
  const found: string[] = []
  let at = HEAD
  while (found.length < count) {
    const end = message.indexOf(0, at)
    found.push(message.toString('utf8', at, end))
    at = end + 1
  }
  return found
}

/** Follows the answers of the server. */
export class BackendReader {
  #rest: Buffer = Buffer.alloc(0)
  #expected: Unit['kind'][] = []
  #isQueryComplete = false

  expect({ kind }: Unit): void {
    if (kind !== 'other') this.#expected.push(kind)
  }

  /** True if every statement that was sent has been carried out. */
  get isAnswered(): boolean {
    const waiting = this.#expected.filter((kind) => kind !== 'sync')
    return waiting.length === 0 || (waiting.length === 1 && waiting[0] === 'query' && this.#isQueryComplete)
  }

  /** Reads a piece; true if a transaction has ended in it. */
  read(piece: Buffer): { hasEndedTransaction: boolean } {
    this.#rest = this.#rest.length > 0 ? Buffer.concat([this.#rest, piece]) : piece
    let hasEndedTransaction = false
    while (this.#rest.length >= HEAD) {
      const length = this.#rest.readInt32BE(1) + 1
      if (this.#rest.length < length) break
      if (this.#take(this.#rest.subarray(0, length))) hasEndedTransaction = true
      this.#rest = this.#rest.subarray(length)
    }
    return { hasEndedTransaction }
  }

  #take(message: Buffer): boolean {
    const type = String.fromCharCode(message[0] ?? 0)
    // Complete, empty or suspended.
    if (type === 'C' || type === 'I' || type === 's') {
      if (this.#expected[0] === 'statement') this.#expected.shift()
      else this.#isQueryComplete = true
    }
    if (type !== 'Z') return false
    // Ends a query or a pipeline, whose last statements may have been left out after an error.
    const end = this.#expected.findIndex((kind) => kind !== 'statement')
    this.#expected.splice(0, end + 1)
    this.#isQueryComplete = false
    return String.fromCharCode(message[HEAD] ?? 0) === 'I'
  }
}

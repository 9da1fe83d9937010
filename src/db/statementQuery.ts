/** A statement of a rule: rows with their columns in camelCase. PostgreSQL describes it once a connection, when it prepares it. */
import pg from 'pg'
import {
  BEGIN,
  type Connection,
  isPreparedOn,
  type NamedStatement,
  type ReadAlong,
  type TextRow,
  writePacket,
} from './packets.ts'

const BIGINT = 20

/** Amounts are exact: int8 becomes bigint, never a float. Text stays as PostgreSQL writes it (numeric, uuid). */
export const parsers = new pg.TypeOverrides()
parsers.setTypeParser(BIGINT, (text: string) => BigInt(text))

// pg's types have the type's number where the text is.
const parserOf = (type: number) => parsers.getTypeParser(type, 'text') as unknown as (text: string) => unknown

export type Row = Record<string, unknown>

export interface Answer {
  rows: Row[]
  /** How many rows the statement touched. */
  rowCount: number
  /** What went wrong with what was read along. The statement is done all the same. */
  readFailure: Error | null
}

interface Column {
  name: string
  parse: (text: string) => unknown
}

type Client = pg.PoolClient & { connection: Connection }
type Done = (failure: Error | null, answer: Answer) => void

const NO_COLUMNS: readonly Column[] = []

/** What each connection has described, by the name of the statement. */
const described = new WeakMap<Connection, Map<string, readonly Column[]>>()

/** What a statement is in its transaction: with it begins, or ends, all of it. */
export interface Part {
  begins: boolean
  /** What goes before it, in the same packet. */
  earlier: readonly NamedStatement[]
  commits: boolean
  /** What is read behind the end. */
  reads: readonly ReadAlong[]
}

/** What is a transaction of its own. */
export const WHOLE: Part = { begins: false, earlier: [], commits: false, reads: [] }

/** Runs a statement on a connection, with what goes along in the same packet. */
export async function runStatement(client: pg.PoolClient, statement: NamedStatement, part: Part): Promise<Answer> {
  const { connection } = client as Client
  const isPrepared = ({ name }: NamedStatement) => isPreparedOn(connection, name)
  // Of a packet pg takes all that is prepared for the statement's own, so what the connection has not prepared comes before it by
  // itself; and is not read along, but as soon as it is asked for.
  const isReady = (!part.begins || isPrepared(BEGIN)) && part.earlier.every(isPrepared)
  if (!isReady) {
    if (part.begins) await runStatement(client, BEGIN, WHOLE)
    for (const one of part.earlier) await runStatement(client, one, WHOLE)
  }
  const { begins, earlier } = isReady ? part : WHOLE
  const reads = part.reads.filter(isPrepared)
  return new Promise((resolve, reject) => {
    const done: Done = (failure, answer) => (failure ? reject(failure) : resolve(answer))
    const sent: Part = { begins, earlier, commits: part.commits, reads }
    client.query<pg.Submittable>(new StatementQuery(statement, sent, done))
  })
}

export class StatementQuery {
  readonly name: string
  readonly #statement: NamedStatement
  readonly #part: Part
  readonly #done: Done
  #columns: readonly Column[] | undefined
  #columnsOfConnection: Map<string, readonly Column[]> | undefined
  #rows: Row[] = []
  #rowsRead: TextRow[] = []
  #rowCount = 0
  #commands = 0

  /** The connection has prepared what goes along. Calls `done` once. */
  constructor(statement: NamedStatement, part: Part, done: Done) {
    this.name = statement.name
    this.#statement = statement
    this.#part = part
    this.#done = done
  }

  /** All that is sent, in its order, but for what begins and ends a transaction. */
  get statements(): readonly NamedStatement[] {
    return [...this.#part.earlier, this.#statement, ...this.#part.reads]
  }

  /** pg notes it under the name. */
  get text(): string {
    return this.#statement.text
  }

  get values(): readonly unknown[] {
    return this.#statement.values
  }

  submit(connection: Connection): Error | undefined {
    let ofConnection = described.get(connection)
    if (!ofConnection) {
      ofConnection = new Map()
      described.set(connection, ofConnection)
    }
    this.#columnsOfConnection = ofConnection
    this.#columns = isPreparedOn(connection, this.name) ? ofConnection.get(this.name) : undefined
    const { begins, earlier, commits, reads } = this.#part
    return writePacket(connection, this.#statement, { described: !this.#columns, begins, earlier, commits, reads })
  }

  handleRowDescription({ fields }: { fields: { name: string; dataTypeID: number }[] }): void {
    this.#columns = fields.map(({ name, dataTypeID }) => ({ name: camelCase(name), parse: parserOf(dataTypeID) }))
  }

  handleDataRow({ fields }: { fields: TextRow }): void {
    if (this.#commands !== this.#ownPlace) {
      this.#rowsRead.push(fields)
      return
    }
    const columns = this.#columns ?? NO_COLUMNS
    const row: Row = {}
    for (let index = 0; index < columns.length; index++) {
      const { name, parse } = columns[index] as Column
      const text = fields[index] as string | null
      row[name] = text === null ? null : parse(text)
    }
    this.#rows.push(row)
  }

  /** Called for all that goes along, too. */
  handleCommandComplete({ text }: { text: string }): void {
    const place = this.#commands++
    if (place === this.#ownPlace) this.#rowCount = Number(/\d+$/.exec(text)?.[0] ?? 0)
    const read = this.#part.reads[place - this.#readsPlace]
    if (read) read.rows = this.#rowsRead
    this.#rowsRead = []
  }

  get #ownPlace(): number {
    return this.#part.earlier.length + (this.#part.begins ? 1 : 0)
  }

  get #readsPlace(): number {
    return this.#ownPlace + (this.#part.commits ? 2 : 1)
  }

  handleReadyForQuery(): void {
    this.#finish(null)
  }

  #finish(readFailure: Error | null): void {
    if (this.#commands > this.#ownPlace) this.#columnsOfConnection?.set(this.name, this.#columns ?? NO_COLUMNS)
    const rows = this.#rows
    this.#rows = []
    this.#done(null, { rows, rowCount: this.#rowCount, readFailure })
  }

  // What is committed is not taken back by a read behind it that fails: whoever asks for that reads it again.
  handleError(failure: Error): void {
    if (this.#part.reads.length > 0 && this.#commands >= this.#readsPlace) {
      this.#finish(failure)
      return
    }
    this.#rows = []
    this.#done(failure, { rows: [], rowCount: 0, readFailure: null })
  }
}

const columnNames = new Map<string, string>()

function camelCase(column: string): string {
  let name = columnNames.get(column)
  if (!name) {
    name = column.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
    columnNames.set(column, name)
  }
  return name
}

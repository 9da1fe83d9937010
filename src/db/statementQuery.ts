/** A statement of a rule: rows with their columns in camelCase. PostgreSQL describes it once a connection, when it prepares it. */
import pg from 'pg'
import {
  type Connection,
  executionOf,
  executionOfText,
  isPreparedOn,
  type PreparedStatement,
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

/** One that has a name. */
export type NamedStatement = PreparedStatement & { name: string }

interface Column {
  name: string
  parse: (text: string) => unknown
}

type Client = pg.PoolClient & { connection: Connection }
type Done = (failure: Error | null, answer: Answer) => void

const BEGIN = { name: 'begin', text: 'begin' }
const BEGINNING = executionOf(BEGIN.name)
const COMMITTING = executionOfText('commit')
const NO_COLUMNS: readonly Column[] = []

/** What each connection has described, by the name of the statement. */
const described = new WeakMap<Connection, Map<string, readonly Column[]>>()

/** What a statement is in its transaction: with it begins, or ends, all of it; and what is read behind its end, in the same packet. */
export interface Part {
  begins: boolean
  commits: boolean
  reads: readonly ReadAlong[]
}

const WHOLE: Part = { begins: false, commits: false, reads: [] }

/** Runs a statement on a connection. */
export async function runStatement(
  client: pg.PoolClient,
  statement: NamedStatement,
  part: Part = WHOLE,
): Promise<Answer> {
  // The first transaction of a connection prepares what the others send along: of a packet pg takes all that is prepared for the
  // statement's own. What it has not prepared is not read along, but by itself, as soon as it is asked for.
  const { connection } = client as Client
  const isReady = !part.begins || isPreparedOn(connection, BEGIN.name)
  if (!isReady) await client.query(BEGIN)
  const reads = part.reads.filter(({ name }) => isPreparedOn(connection, name))
  return new Promise((resolve, reject) => {
    const done: Done = (failure, answer) => (failure ? reject(failure) : resolve(answer))
    const begins = part.begins && isReady
    client.query<pg.Submittable>(new StatementQuery(statement, { begins, commits: part.commits, reads, done }))
  })
}

export class StatementQuery {
  readonly name: string
  readonly #statement: NamedStatement
  readonly #begins: boolean
  readonly #commits: boolean
  readonly #done: Done
  /** What goes along. */
  readonly reads: readonly ReadAlong[]
  #columns: readonly Column[] | undefined
  #columnsOfConnection: Map<string, readonly Column[]> | undefined
  #rows: Row[] = []
  #rowsRead: TextRow[] = []
  #rowCount = 0
  #commands = 0

  /** A transaction that begins or commits with it does so in the same packet, if the connection is prepared. Calls `done` once. */
  constructor(statement: NamedStatement, { begins, commits, reads, done }: Part & { done: Done }) {
    this.name = statement.name
    this.reads = reads
    this.#statement = statement
    this.#begins = begins
    this.#commits = commits
    this.#done = done
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
    return writePacket(connection, this.#statement, {
      described: !this.#columns,
      before: this.#begins ? BEGINNING : undefined,
      after: this.#commits ? COMMITTING : undefined,
      reads: this.reads,
    })
  }

  handleRowDescription({ fields }: { fields: { name: string; dataTypeID: number }[] }): void {
    this.#columns = fields.map(({ name, dataTypeID }) => ({ name: camelCase(name), parse: parserOf(dataTypeID) }))
  }

  handleDataRow({ fields }: { fields: TextRow }): void {
    if (this.#commands > this.#ownPlace) {
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

  /** Called for `begin`, `commit` and what is read along too. */
  handleCommandComplete({ text }: { text: string }): void {
    const place = this.#commands++
    if (place === this.#ownPlace) this.#rowCount = Number(/\d+$/.exec(text)?.[0] ?? 0)
    const read = this.reads[place - this.#readsPlace]
    if (!read) return
    read.rows = this.#rowsRead
    this.#rowsRead = []
  }

  get #ownPlace(): number {
    return this.#begins ? 1 : 0
  }

  get #readsPlace(): number {
    return this.#ownPlace + (this.#commits ? 2 : 1)
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
    if (this.reads.length > 0 && this.#commands >= this.#readsPlace) {
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

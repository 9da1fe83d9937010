/** A statement of a rule: rows with their columns in camelCase. PostgreSQL describes it once a connection, when it prepares it. */
import pg from 'pg'
import {
  type Connection,
  executionOf,
  executionOfText,
  isPreparedOn,
  type PreparedStatement,
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

/** What a statement is in its transaction: with it begins, or ends, all of it. */
export interface Part {
  begins: boolean
  commits: boolean
}

const WHOLE: Part = { begins: false, commits: false }

/** Runs a statement on a connection. */
export async function runStatement(
  client: pg.PoolClient,
  statement: NamedStatement,
  part: Part = WHOLE,
): Promise<Answer> {
  // The first transaction of a connection prepares what the others send along: of a packet pg takes all that is prepared for the
  // statement's own.
  const isReady = !part.begins || isPreparedOn((client as Client).connection, BEGIN.name)
  if (!isReady) await client.query(BEGIN)
  return new Promise((resolve, reject) => {
    const done: Done = (failure, answer) => (failure ? reject(failure) : resolve(answer))
    const begins = part.begins && isReady
    client.query<pg.Submittable>(new StatementQuery(statement, { begins, commits: part.commits, done }))
  })
}

export class StatementQuery {
  readonly name: string
  readonly #statement: NamedStatement
  readonly #begins: boolean
  readonly #commits: boolean
  readonly #done: Done
  #columns: readonly Column[] | undefined
  #columnsOfConnection: Map<string, readonly Column[]> | undefined
  #rows: Row[] = []
  #rowCount = 0
  #commands = 0

  /** A transaction that begins or commits with it does so in the same packet, if the connection is prepared. Calls `done` once. */
  constructor(statement: NamedStatement, { begins, commits, done }: Part & { done: Done }) {
    this.name = statement.name
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
    })
  }

  handleRowDescription({ fields }: { fields: { name: string; dataTypeID: number }[] }): void {
    this.#columns = fields.map(({ name, dataTypeID }) => ({ name: camelCase(name), parse: parserOf(dataTypeID) }))
  }

  handleDataRow({ fields }: { fields: (string | null)[] }): void {
    const columns = this.#columns ?? NO_COLUMNS
    const row: Row = {}
    for (let index = 0; index < columns.length; index++) {
      const { name, parse } = columns[index] as Column
      const text = fields[index] as string | null
      row[name] = text === null ? null : parse(text)
    }
    this.#rows.push(row)
  }

  /** Called for `begin` and `commit` too. */
  handleCommandComplete({ text }: { text: string }): void {
    this.#commands++
    if (this.#commands === this.#ownCommand) this.#rowCount = Number(/\d+$/.exec(text)?.[0] ?? 0)
  }

  get #ownCommand(): number {
    return this.#begins ? 2 : 1
  }

  handleReadyForQuery(): void {
    if (this.#commands >= this.#ownCommand) this.#columnsOfConnection?.set(this.name, this.#columns ?? NO_COLUMNS)
    const rows = this.#rows
    this.#rows = []
    this.#done(null, { rows, rowCount: this.#rowCount })
  }

  handleError(failure: Error): void {
    this.#rows = []
    this.#done(failure, { rows: [], rowCount: 0 })
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

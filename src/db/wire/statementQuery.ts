/** A statement of a rule: rows with their columns in camelCase. PostgreSQL describes it once a connection, when it prepares it. */
import pg from 'pg'
import {
  type Connection,
  isPreparedOn,
  type NamedStatement,
  type PrefetchRead,
  type TextRow,
  writePipeline,
} from './pipeline.ts'

const BIGINT = 20

/** Amounts are exact: int8 becomes bigint, never a float. Text stays as PostgreSQL writes it (numeric, uuid). */
export const parsers = new pg.TypeOverrides()
parsers.setTypeParser(BIGINT, (text: string) => BigInt(text))

// pg's types have the type's number where the text is.
const parserOf = (type: number) => parsers.getTypeParser(type, 'text') as unknown as (text: string) => unknown

export type Row = Record<string, unknown>

export interface StatementResult {
  rows: Row[]
  /** How many rows the statement touched. */
  rowCount: number
}

interface Column {
  name: string
  parse: (text: string) => unknown
}

/** Called once, when the packet is done: with what went wrong, and with what went wrong behind its end. */
export type OnDone = (failure: Error | null, readFailure: Error | null) => void

const NO_COLUMNS: readonly Column[] = []

const described = new WeakMap<Connection, Map<string, readonly Column[]>>()

/** A statement that is sent, and what it gives. */
export class PipelinedStatement {
  readonly statement: NamedStatement
  readonly answer: StatementResult = { rows: [], rowCount: 0 }
  columns: readonly Column[] | undefined
  isDone = false

  constructor(statement: NamedStatement) {
    this.statement = statement
  }

  addRow(fields: TextRow): void {
    const columns = this.columns ?? NO_COLUMNS
    const row: Row = {}
    for (let index = 0; index < columns.length; index++) {
      const { name, parse } = columns[index] as Column
      const text = fields[index] as string | null
      row[name] = text === null ? null : parse(text)
    }
    this.answer.rows.push(row)
  }

  complete(tag: string): void {
    this.answer.rowCount = Number(/\d+$/.exec(tag)?.[0] ?? 0)
    this.isDone = true
  }
}

/** What statements are in their transaction: with them begins, or ends, all of it. */
export interface PipelineFrame {
  begins: boolean
  commits: boolean
  /** What is read behind the end. */
  reads: readonly PrefetchRead[]
}

/** What is a transaction of its own. */
export const AUTOCOMMITTED: PipelineFrame = { begins: false, commits: false, reads: [] }

/** Statements that are sent in one packet, with what goes along: they begin a transaction, or end it, or read behind its end. */
export class StatementQuery {
  #pending: readonly PipelinedStatement[]
  /** The last one. */
  readonly #statement: NamedStatement
  readonly #part: PipelineFrame
  readonly #done: OnDone
  #columnsOfConnection: Map<string, readonly Column[]> | undefined
  #rowsRead: TextRow[] = []
  /** How many are done, with what begins and ends the transaction. */
  #commands = 0

  /** The connection knows all that goes along, and all statements but the last. */
  constructor(pending: readonly PipelinedStatement[], part: PipelineFrame, done: OnDone) {
    this.#pending = pending
    this.#statement = (pending.at(-1) as PipelinedStatement).statement
    this.#part = part
    this.#done = done
  }

  /** All that is sent, in its order, but for what begins and ends a transaction. */
  get statements(): readonly NamedStatement[] {
    return [...this.#pending.map(({ statement }) => statement), ...this.#part.reads]
  }

  /** pg notes the text under the name. */
  get name(): string {
    return this.#statement.name
  }

  get text(): string {
    return this.#statement.text
  }

  get values(): readonly unknown[] {
    return this.#statement.values
  }

  submit(connection: Connection): Error | undefined {
    const columnsOf = columnsOn(connection)
    this.#columnsOfConnection = columnsOf
    for (const one of this.#pending) one.columns = columnsOf.get(one.statement.name)
    const last = this.#last
    if (!isPreparedOn(connection, this.#statement)) last.columns = undefined
    const { begins, commits, reads } = this.#part
    return writePipeline(connection, this.#statement, {
      described: !last.columns,
      begins,
      earlier: this.#pending.length > 1 ? this.#pending.slice(0, -1).map(({ statement }) => statement) : [],
      commits,
      reads,
    })
  }

  handleRowDescription({ fields }: { fields: { name: string; dataTypeID: number }[] }): void {
    this.#last.columns = fields.map(({ name, dataTypeID }) => ({ name: camelCase(name), parse: parserOf(dataTypeID) }))
  }

  handleDataRow({ fields }: { fields: TextRow }): void {
    const pending = this.#pending[this.#commands - this.#place]
    if (pending) pending.addRow(fields)
    else this.#rowsRead.push(fields)
  }

  /** Called for all that goes along, too. */
  handleCommandComplete({ text }: { text: string }): void {
    const place = this.#commands++
    this.#pending[place - this.#place]?.complete(text)
    const read = this.#part.reads[place - this.#readsPlace]
    if (!read) return
    read.rows = this.#rowsRead
    this.#rowsRead = []
  }

  get #last(): PipelinedStatement {
    return this.#pending.at(-1) as PipelinedStatement
  }

  get #place(): number {
    return this.#part.begins ? 1 : 0
  }

  get #readsPlace(): number {
    return this.#place + this.#pending.length + (this.#part.commits ? 1 : 0)
  }

  handleReadyForQuery(): void {
    this.#finish(null, null)
  }

  // What is committed is not taken back by a read behind it that fails: whoever asks for that reads it again.
  handleError(failure: Error): void {
    const isBehind = this.#part.reads.length > 0 && this.#commands >= this.#readsPlace
    this.#finish(isBehind ? null : failure, isBehind ? failure : null)
  }

  #finish(failure: Error | null, readFailure: Error | null): void {
    const last = this.#pending.at(-1)
    if (!last) return
    const { isDone, columns = NO_COLUMNS } = last
    if (isDone && !failure) this.#columnsOfConnection?.set(this.name, columns)
    // The engine lets go of queries late, and what they hold would be kept until then.
    this.#pending = []
    this.#done(failure, readFailure)
  }
}

/** What a connection has described, by the name of the statement. */
export function columnsOn(connection: Connection): Map<string, readonly Column[]> {
  let columns = described.get(connection)
  if (!columns) {
    columns = new Map()
    described.set(connection, columns)
  }
  return columns
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

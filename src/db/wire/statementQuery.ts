/** Statements of rules: rows of parsed values, keys in camelCase. PostgreSQL describes a statement once per connection. */
import pg from 'pg'
import type { Connection, SubmittedQuery } from './pgInternals.ts'
import { isPreparedOn, type NamedStatement, type PrefetchRead, type TextRow, writePipeline } from './pipeline.ts'

const BIGINT = 20

/** Amounts are exact: int8 becomes bigint, never a float. Types such as numeric and uuid stay text. */
export const parsers = new pg.TypeOverrides()
parsers.setTypeParser(BIGINT, (text: string) => BigInt(text))

// @types/pg declares the type's number as the parameter of a parser.
const parserOf = (type: number) => parsers.getTypeParser(type, 'text') as unknown as (text: string) => unknown

export type Row = Record<string, unknown>

export interface StatementResult {
  rows: Row[]
  /** The number of rows touched. */
  rowCount: number
}

interface Column {
  name: string
  parse: (text: string) => unknown
}

/** Called once, at the end of the pipeline, with the error that undid the statements and with the error of a prefetch. */
export type OnDone = (failure: Error | null, readFailure: Error | null) => void

const NO_COLUMNS: readonly Column[] = []

const describedColumns = new WeakMap<Connection, Map<string, readonly Column[]>>()

/** A statement of a pipeline, and its result. */
export class PipelinedStatement {
  readonly statement: NamedStatement
  readonly result: StatementResult = { rows: [], rowCount: 0 }
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
    this.result.rows.push(row)
  }

  complete(tag: string): void {
    this.result.rowCount = Number(/\d+$/.exec(tag)?.[0] ?? 0)
    this.isDone = true
  }
}

/** The frame of a pipeline's statements: BEGIN before them, COMMIT after them, and prefetches after the commit. */
export interface PipelineFrame {
  begins: boolean
  commits: boolean
  reads: readonly PrefetchRead[]
}

/** Statements alone: in an open transaction, or each a transaction of its own. */
export const NO_FRAME: PipelineFrame = { begins: false, commits: false, reads: [] }

/** Receives the rows and the completion of one command. */
interface Receiver {
  addRow(fields: TextRow): void
  complete(tag: string): void
}

const NO_RECEIVER: Receiver = { addRow() {}, complete() {} }

class ReadReceiver implements Receiver {
  readonly #read: PrefetchRead
  readonly #rows: TextRow[] = []

  constructor(read: PrefetchRead) {
    this.#read = read
  }

  addRow(fields: TextRow): void {
    this.#rows.push(fields)
  }

  complete(): void {
    this.#read.rows = this.#rows
  }
}

/** One receiver for each command of a pipeline, in the order of the wire: PostgreSQL numbers nothing, it answers in order. */
function receiversOf(statements: readonly PipelinedStatement[], { begins, commits, reads }: PipelineFrame) {
  if (!begins && !commits && reads.length === 0) return statements
  const receivers: Receiver[] = [...statements]
  if (begins) receivers.unshift(NO_RECEIVER)
  if (commits) receivers.push(NO_RECEIVER)
  for (const read of reads) receivers.push(new ReadReceiver(read))
  return receivers
}

/** A pipeline of statements in its frame, as a query of pg. */
export class StatementQuery implements SubmittedQuery {
  #statements: readonly PipelinedStatement[]
  readonly #last: NamedStatement
  readonly #frame: PipelineFrame
  readonly #done: OnDone
  #receivers: readonly Receiver[]
  #completed = 0
  #columnsOfConnection: Map<string, readonly Column[]> | undefined

  /** All reads, and all statements but the last, are prepared on the connection that the query is submitted to. */
  constructor(statements: readonly PipelinedStatement[], frame: PipelineFrame, done: OnDone) {
    this.#statements = statements
    this.#last = (statements.at(-1) as PipelinedStatement).statement
    this.#frame = frame
    this.#done = done
    this.#receivers = receiversOf(statements, frame)
  }

  /** All statements and reads, in the order in which they are sent. */
  get statements(): readonly NamedStatement[] {
    return [...this.#statements.map(({ statement }) => statement), ...this.#frame.reads]
  }

  get name(): string {
    return this.#last.name
  }

  get text(): string {
    return this.#last.text
  }

  get values(): readonly unknown[] {
    return this.#last.values
  }

  submit(connection: Connection): Error | undefined {
    const columnsOf = columnsOn(connection)
    this.#columnsOfConnection = columnsOf
    for (const one of this.#statements) one.columns = columnsOf.get(one.statement.name)
    const last = this.#statements.at(-1) as PipelinedStatement
    if (!isPreparedOn(connection, this.#last)) last.columns = undefined
    const { begins, commits, reads } = this.#frame
    return writePipeline(connection, this.#last, {
      described: !last.columns,
      begins,
      earlier: this.#statements.length > 1 ? this.#statements.slice(0, -1).map(({ statement }) => statement) : [],
      commits,
      reads,
    })
  }

  handleRowDescription({ fields }: { fields: { name: string; dataTypeID: number }[] }): void {
    const last = this.#statements.at(-1) as PipelinedStatement
    last.columns = fields.map(({ name, dataTypeID }) => ({ name: camelCase(name), parse: parserOf(dataTypeID) }))
  }

  handleDataRow({ fields }: { fields: TextRow }): void {
    this.#receivers[this.#completed]?.addRow(fields)
  }

  handleCommandComplete({ text }: { text: string }): void {
    this.#receivers[this.#completed++]?.complete(text)
  }

  handleReadyForQuery(): void {
    this.#finish(null, null)
  }

  // A prefetch that fails after the commit undoes nothing: its caller reads again.
  handleError(failure: Error): void {
    const { reads } = this.#frame
    const isRead = reads.length > 0 && this.#completed >= this.#receivers.length - reads.length
    this.#finish(isRead ? null : failure, isRead ? failure : null)
  }

  #finish(failure: Error | null, readFailure: Error | null): void {
    const last = this.#statements.at(-1)
    if (!last) return
    const { isDone, columns = NO_COLUMNS } = last
    if (isDone && !failure) this.#columnsOfConnection?.set(this.name, columns)
    // Finished queries stay reachable for a while: drop the rows now.
    this.#statements = []
    this.#receivers = []
    this.#done(failure, readFailure)
  }
}

/** The columns that a connection has described, by the name of their statement. */
export function columnsOn(connection: Connection): Map<string, readonly Column[]> {
  let columns = describedColumns.get(connection)
  if (!columns) {
    columns = new Map()
    describedColumns.set(connection, columns)
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

/**
 * Reads of one row each that are asked for at the same moment and differ only in the id go in one statement: `nodes(ids)`
 * asks so, and so do fields of one object that read it again.
 */
import type { Database } from '../../db/client.ts'
import type { PrefetchRead, TextRow } from '../../db/wire/pipeline.ts'
import type { Row } from './rows.ts'
import { runStatement } from './runStatement.ts'
import type { Statement } from './sql/statement.ts'
import { type CachedStatement, named } from './sql/statementCache.ts'

type Found = Row | null

interface Read {
  statement: CachedStatement
  values: unknown[]
  /** Compiles the same read for a list of ids. */
  compileBatch: (idParameter: number) => Statement
  resolve: (row: Found | PromiseLike<Found>) => void
  reject: (failure: unknown) => void
}

/** One that was sent before it was asked for, along with a commit. */
export class PrefetchedRead implements PrefetchRead {
  readonly statement: CachedStatement
  readonly values: unknown[]
  rows: TextRow[] | undefined

  constructor(statement: CachedStatement, values: unknown[]) {
    this.statement = statement
    this.values = values
  }

  get name(): string {
    return this.statement.name
  }

  get text(): string {
    return this.statement.text
  }

  get shapeKey(): string {
    return this.statement.key
  }
}

const NONE: readonly PrefetchedRead[] = []

/** Those of one operation. */
export class RowBatches {
  readonly #database: Database
  #waiting: Read[] = []
  #kept = NONE

  constructor(database: Database) {
    this.#database = database
  }

  /** The row, or null. */
  read(
    statement: CachedStatement,
    values: unknown[],
    compileBatch: (idParameter: number) => Statement,
  ): Promise<Found> {
    const kept = this.#kept.length > 0 ? this.#takeKept(statement, values) : undefined
    if (kept) return Promise.resolve(rowOf(statement, kept))
    return new Promise((resolve, reject) => {
      // After all promises that are ready now, so that everything asked for in one step of an answer is together.
      if (this.#waiting.length === 0) process.nextTick(() => this.#send())
      this.#waiting.push({ statement, values, compileBatch, resolve, reject })
    })
  }

  /** Keeps what was read along for whoever asks for the same in this moment: later it would be the past. */
  keep(reads: readonly PrefetchedRead[]): void {
    this.#kept = reads
    process.nextTick(() => {
      this.#kept = NONE
    })
  }

  // Each serves once: rows belong to whoever asked.
  #takeKept(statement: CachedStatement, values: unknown[]): TextRow[] | undefined {
    const read = this.#kept.find((one) => one.rows && one.statement === statement && areSame(one.values, values))
    const rows = read?.rows
    if (read) read.rows = undefined
    return rows
  }

  #send(): void {
    const waiting = this.#waiting
    this.#waiting = []
    while (waiting.length > 0) {
      const [first] = waiting as [Read]
      const alike = waiting.filter((read) => read === first || differOnlyInId(first, read))
      if (alike.length === 1) first.resolve(readAlone(this.#database, first.statement, first.values))
      else this.#sendTogether(alike)
      for (const read of alike) waiting.splice(waiting.indexOf(read), 1)
    }
  }

  #sendTogether(reads: readonly Read[]): void {
    readMany(this.#database, reads).then(
      (rows) => {
        for (const read of reads) read.resolve(rows.get(idOf(read)) ?? null)
      },
      (failure) => {
        for (const read of reads) read.reject(failure)
      },
    )
  }
}

async function readAlone(database: Database, statement: CachedStatement, values: unknown[]): Promise<Found> {
  return rowOf(statement, await runStatement(database, statement, values))
}

const rowOf = ({ rowShape }: CachedStatement, [row]: readonly TextRow[]): Found =>
  row ? rowShape.row(JSON.parse(String(row[0]))) : null

async function readMany(database: Database, reads: readonly Read[]): Promise<ReadonlyMap<string, Row>> {
  const [{ statement, values, compileBatch }] = reads as [Read]
  const { idParameter = 1 } = statement
  statement.batch ??= named(`batch of ${statement.key}`, compileBatch(idParameter))
  const { batch } = statement
  const ids = [...new Set(reads.map(idOf))]
  const rows = await runStatement(database, batch, values.with(idParameter - 1, ids))
  return new Map(rows.map(([id, row]) => [String(id), batch.rowShape.row(JSON.parse(String(row)))]))
}

// PostgreSQL writes a UUID in lower case, however it was asked for.
const idOf = ({ statement, values }: Read): string => String(values[(statement.idParameter ?? 1) - 1]).toLowerCase()

function differOnlyInId(one: Read, other: Read): boolean {
  const { statement, values } = one
  const { idParameter } = statement
  if (other.statement !== statement || idParameter === undefined) return false
  return values.every((value, index) => index === idParameter - 1 || isSame(value, other.values[index]))
}

const areSame = (values: readonly unknown[], others: readonly unknown[]): boolean =>
  values.every((value, index) => isSame(value, others[index]))

const isSame = (left: unknown, right: unknown): boolean =>
  left === right || (left instanceof Date && right instanceof Date && left.getTime() === right.getTime())

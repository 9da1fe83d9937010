/**
 * Batches reads of one row, as a DataLoader does: reads of one tick that differ only in the id are one statement. `nodes(ids)` reads so,
 * and so do fields of one object that read its row again.
 */
import type { Database } from '../../db/client.ts'
import type { PrefetchRead, TextRow } from '../../db/wire/pipeline.ts'
import type { Row } from './rows.ts'
import { runStatement } from './runStatement.ts'
import type { Statement } from './sql/statement.ts'
import { type CachedStatement, named } from './sql/statementCache.ts'

interface Read {
  statement: CachedStatement
  values: unknown[]
  /** Compiles the same read for a list of ids. */
  compileBatch: (idParameter: number) => Statement
  resolve: (row: Row | null | PromiseLike<Row | null>) => void
  reject: (failure: unknown) => void
}

/** A read of a payload prefetch: its rows arrive with the commit. */
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

/** The batches of one operation. */
export class RowBatches {
  readonly #database: Database
  #pending: Read[] = []
  #kept = NONE

  constructor(database: Database) {
    this.#database = database
  }

  /** The row, or null. */
  read(
    statement: CachedStatement,
    values: unknown[],
    compileBatch: (idParameter: number) => Statement,
  ): Promise<Row | null> {
    const kept = this.#kept.length > 0 ? this.#takeKept(statement, values) : undefined
    if (kept) return Promise.resolve(rowOf(statement, kept))
    return new Promise((resolve, reject) => {
      // After all resolved promises, so that all reads of one step of the execution are in the batch.
      if (this.#pending.length === 0) process.nextTick(() => this.#send())
      this.#pending.push({ statement, values, compileBatch, resolve, reject })
    })
  }

  /** Keeps prefetched rows for this tick only: later they would be stale. */
  keep(reads: readonly PrefetchedRead[]): void {
    this.#kept = reads
    process.nextTick(() => {
      this.#kept = NONE
    })
  }

  // Each is taken once, because the caller may change its row.
  #takeKept(statement: CachedStatement, values: unknown[]): TextRow[] | undefined {
    const read = this.#kept.find((kept) => kept.rows && kept.statement === statement && areSame(kept.values, values))
    const rows = read?.rows
    if (read) read.rows = undefined
    return rows
  }

  #send(): void {
    const pending = this.#pending
    this.#pending = []
    while (pending.length > 0) {
      const [first] = pending as [Read]
      const batch = pending.filter((read) => read === first || differOnlyInId(first, read))
      if (batch.length === 1) first.resolve(readOne(this.#database, first.statement, first.values))
      else this.#sendBatch(batch)
      for (const read of batch) pending.splice(pending.indexOf(read), 1)
    }
  }

  #sendBatch(reads: readonly Read[]): void {
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

async function readOne(database: Database, statement: CachedStatement, values: unknown[]): Promise<Row | null> {
  return rowOf(statement, await runStatement(database, statement, values))
}

const rowOf = ({ rowShape }: CachedStatement, [row]: readonly TextRow[]): Row | null =>
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

// PostgreSQL returns a UUID in lower case, also for a parameter in upper case.
const idOf = ({ statement, values }: Read): string => String(values[(statement.idParameter ?? 1) - 1]).toLowerCase()

function differOnlyInId(read: Read, other: Read): boolean {
  const { statement, values } = read
  const { idParameter } = statement
  if (other.statement !== statement || idParameter === undefined) return false
  return values.every((value, index) => index === idParameter - 1 || isSame(value, other.values[index]))
}

const areSame = (values: readonly unknown[], others: readonly unknown[]): boolean =>
  values.every((value, index) => isSame(value, others[index]))

const isSame = (left: unknown, right: unknown): boolean =>
  left === right || (left instanceof Date && right instanceof Date && left.getTime() === right.getTime())

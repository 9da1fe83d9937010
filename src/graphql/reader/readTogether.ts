/**
 * Reads of one row each that are asked for at the same moment and differ only in the id go in one statement: `nodes(ids)`
 * asks so, and so do fields of one object that read it again.
 */
import type { DatabasePool } from '../../db/client.ts'
import type { Row } from './rows.ts'
import { runStatement } from './runStatement.ts'
import type { Statement } from './statement.ts'
import { type CachedStatement, named } from './statementCache.ts'

type Found = Row | null

interface Batch {
  values: readonly unknown[]
  rows: Map<string, Promise<Found>>
  ids: string[]
  answer: Promise<ReadonlyMap<string, Row>>
}

export class ReadsOfOneRow {
  readonly #pool: DatabasePool
  readonly #waiting = new Map<CachedStatement, Batch[]>()

  constructor(pool: DatabasePool) {
    this.#pool = pool
  }

  /** The row, or null. `compileBatch` compiles the same read for a list of ids. */
  read(
    statement: CachedStatement,
    values: unknown[],
    compileBatch: (idParameter: number) => Statement,
  ): Promise<Found> {
    const { idParameter } = statement
    if (idParameter === undefined) return this.#readAlone(statement, values)
    const batch = this.#batchFor(statement, values, idParameter, compileBatch)
    // PostgreSQL writes a UUID in lower case, however it was asked for.
    const id = String(values[idParameter - 1]).toLowerCase()
    let row = batch.rows.get(id)
    if (!row) {
      batch.ids.push(id)
      row = batch.answer.then((rows) => rows.get(id) ?? null)
      batch.rows.set(id, row)
    }
    return row
  }

  #batchFor(
    statement: CachedStatement,
    values: unknown[],
    idParameter: number,
    compileBatch: (idParameter: number) => Statement,
  ): Batch {
    const batches = this.#waiting.get(statement) ?? []
    const open = batches.find((batch) => differOnlyIn(idParameter - 1, batch.values, values))
    if (open) return open
    const batch: Batch = {
      values,
      rows: new Map(),
      ids: [],
      answer: this.#afterThisTick(statement, () => batch, compileBatch),
    }
    this.#waiting.set(statement, [...batches, batch])
    return batch
  }

  // After all promises that are ready now, so that everything asked for in one step of an answer is together.
  async #afterThisTick(
    statement: CachedStatement,
    batchOf: () => Batch,
    compileBatch: (idParameter: number) => Statement,
  ): Promise<ReadonlyMap<string, Row>> {
    await new Promise<void>((resolve) => process.nextTick(resolve))
    this.#waiting.delete(statement)
    const { ids, values } = batchOf()
    const [first] = ids
    if (ids.length === 1 && first !== undefined) {
      const row = await this.#readAlone(statement, [...values])
      return new Map(row ? [[first, row]] : [])
    }
    return this.#readMany(statement, values, ids, compileBatch)
  }

  async #readAlone(statement: CachedStatement, values: unknown[]): Promise<Found> {
    const [row] = await runStatement(this.#pool, statement, values)
    return row ? statement.finish.row(JSON.parse(String(row[0]))) : null
  }

  async #readMany(
    statement: CachedStatement,
    values: readonly unknown[],
    ids: readonly string[],
    compileBatch: (idParameter: number) => Statement,
  ): Promise<ReadonlyMap<string, Row>> {
    const index = (statement.idParameter ?? 0) - 1
    statement.batch ??= named(compileBatch(index + 1))
    const { batch } = statement
    const rows = await runStatement(this.#pool, batch, values.with(index, ids))
    return new Map(rows.map(([id, row]) => [String(id), batch.finish.row(JSON.parse(String(row)))]))
  }
}

function differOnlyIn(index: number, left: readonly unknown[], right: readonly unknown[]): boolean {
  return left.length === right.length && left.every((value, at) => at === index || isSame(value, right[at]))
}

const isSame = (left: unknown, right: unknown): boolean =>
  left === right || (left instanceof Date && right instanceof Date && left.getTime() === right.getTime())

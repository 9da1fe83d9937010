/** What an operation reads: each read is planned, and sent as one statement. */
import type { Database } from '../../db/client.ts'
import type { Model } from './dataModel.ts'
import type { ReadArguments } from './planning/planTypes.ts'
import { PrefetchedRead, RowBatches } from './rowBatching.ts'
import type { Row } from './rows.ts'
import { runStatement } from './runStatement.ts'
import { type CountArguments, compileCount, compileGroups, keyOfCount } from './sql/countStatement.ts'
import { KeyConditions, keyOfArguments } from './sql/shapeKey.ts'
import { type Cardinality, compile, compileBatch, type Statement } from './sql/statement.ts'
import { type CachedStatement, StatementCache } from './sql/statementCache.ts'

/** The reads of one operation. Each method plans at once, so that Unsupported is thrown and not promised. */
export class Reads {
  readonly database: Database
  readonly #planner: Planner
  #readsOfOneRow: RowBatches | undefined
  /** Where somebody finds out what would be read, what has been asked so far. */
  #foreseen: PrefetchedRead[] | undefined

  constructor(planner: Planner, database: Database) {
    this.#planner = planner
    this.database = database
  }

  many(model: Model, read: ReadArguments): Promise<Row[]> {
    const { statement, values } = this.#planner.plan('many', model, read)
    return runStatement(this.database, statement, values).then(([row]) =>
      statement.rowShape.list(JSON.parse(String(row?.[0])), statement.backward),
    )
  }

  one(model: Model, read: ReadArguments): Promise<Row | null> {
    const { statement, values } = this.#planner.plan('one', model, read)
    return this.#ofOneRow.read(statement, values, (idParameter) => compileBatch(model, read, idParameter))
  }

  get isForeseeing(): boolean {
    return this.#foreseen !== undefined
  }

  /** What `ask` would read of one row each, as soon as it is called. Nothing is read, and none of its promises is ever kept. */
  recordReads(ask: () => void): readonly PrefetchedRead[] {
    const foreseen: PrefetchedRead[] = []
    this.#foreseen = foreseen
    try {
      ask()
    } finally {
      this.#foreseen = undefined
    }
    return foreseen
  }

  /** Notes a read, where it is one that can be foreseen. Refuses with Unsupported. */
  foreseen(model: Model, method: string, read: ReadArguments): Promise<never> {
    if (method === 'findUniqueOrThrow') {
      const { statement, values } = this.#planner.plan('one', model, read)
      this.#foreseen?.push(new PrefetchedRead(statement, values))
    }
    return new Promise(() => {})
  }

  /** What was foreseen and is read, for whoever asks for the same in this moment. */
  keep(reads: readonly PrefetchedRead[]): void {
    this.#ofOneRow.keep(reads)
  }

  get #ofOneRow(): RowBatches {
    this.#readsOfOneRow ??= new RowBatches(this.database)
    return this.#readsOfOneRow
  }

  count(model: Model, read: CountArguments): Promise<number> {
    const { statement, values } = this.#planner.planCount('count', model, read, compileCount)
    return runStatement(this.database, statement, values).then(([row]) => Number(row?.[0]))
  }

  groups(model: Model, read: CountArguments): Promise<Row[]> {
    const { statement, values } = this.#planner.planCount('groups', model, read, compileGroups)
    return runStatement(this.database, statement, values).then(([row]) =>
      statement.rowShape.list(JSON.parse(String(row?.[0])), false),
    )
  }
}

/** The statement of a read, compiled when its shape is new, and what this read has of its own. */
export class Planner {
  readonly #statements = new StatementCache()

  plan(cardinality: Cardinality, model: Model, read: ReadArguments): Plan {
    const values: unknown[] = []
    const key = `${cardinality} ${model.name} ${keyOfArguments(model, read, values)}`
    return this.#planned(key, values, () => compile(model, read, cardinality))
  }

  planCount(
    kind: string,
    model: Model,
    read: CountArguments,
    compileOne: (model: Model, read: CountArguments) => Statement,
  ): Plan {
    const values: unknown[] = []
    const key = `${kind} ${model.name} ${keyOfCount(new KeyConditions(values), model, read)}`
    return this.#planned(key, values, () => compileOne(model, read))
  }

  #planned(key: string, values: unknown[], compileOne: () => Statement): Plan {
    const statement = this.#statements.of(key, compileOne)
    if (statement.parameters !== values.length) throw new Error('A read has a shape that is not its own.')
    return { statement, values }
  }
}

interface Plan {
  statement: CachedStatement
  values: unknown[]
}

/** The reads of an operation: each is planned and sent as one statement. */
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

/** Each method plans synchronously, so that UnsupportedByReader is thrown and is not a rejection. */
export class Reads {
  readonly database: Database
  readonly #planner: StatementPlanner
  #lazyBatches: RowBatches | undefined
  /** The reads recorded so far, while `recordReads` runs. */
  #recorded: PrefetchedRead[] | undefined

  constructor(planner: StatementPlanner, database: Database) {
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
    return this.#batches.read(statement, values, (idParameter) => compileBatch(model, read, idParameter))
  }

  get isRecording(): boolean {
    return this.#recorded !== undefined
  }

  /** The reads of one row that `issueReads` issues synchronously. They are recorded only: nothing is read, and no promise is settled. */
  recordReads(issueReads: () => void): readonly PrefetchedRead[] {
    const recorded: PrefetchedRead[] = []
    this.#recorded = recorded
    try {
      issueReads()
    } finally {
      this.#recorded = undefined
    }
    return recorded
  }

  /** Records a read if it can be prefetched. Throws UnsupportedByReader. */
  record(model: Model, method: string, read: ReadArguments): Promise<never> {
    if (method === 'findUniqueOrThrow') {
      const { statement, values } = this.#planner.plan('one', model, read)
      this.#recorded?.push(new PrefetchedRead(statement, values))
    }
    return new Promise(() => {})
  }

  /** Keeps prefetched rows for the same reads in this tick. */
  keep(reads: readonly PrefetchedRead[]): void {
    this.#batches.keep(reads)
  }

  get #batches(): RowBatches {
    this.#lazyBatches ??= new RowBatches(this.database)
    return this.#lazyBatches
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

/** Plans reads: the statement of a read's shape, from the cache or compiled, and the values of the read. */
export class StatementPlanner {
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
    if (statement.parameters !== values.length)
      throw new Error('The shape key of a read has another number of values than its statement has parameters.')
    return { statement, values }
  }
}

interface Plan {
  statement: CachedStatement
  values: unknown[]
}

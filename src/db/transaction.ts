/**
 * Transactions: begin, work, commit or roll back, retry. The branded `Tx` is made here only, so a function with a `Tx` parameter
 * always runs in its caller's transaction, and a pool passed by mistake does not compile.
 */
import pg from 'pg'
import type { Database } from './client.ts'
import { Statements, type Writer } from './statements.ts'
import { NO_READS, TransactionConnection } from './transactionConnection.ts'
import type { PrefetchRead } from './wire/pipeline.ts'
import { isStale } from './wire/staleStatements.ts'

// A third failure in a row is a bug or an overload, not bad luck.
const ATTEMPTS_MAX = 3

/** The SQLSTATEs that rules and the transaction decide by. */
export const SQLSTATE = {
  UNIQUE_VIOLATION: '23505',
  SERIALIZATION_FAILURE: '40001',
  DEADLOCK_DETECTED: '40P01',
  LOCK_NOT_AVAILABLE: '55P03',
  QUERY_CANCELED: '57014',
} as const

const RETRYABLE: ReadonlySet<string> = new Set([SQLSTATE.SERIALIZATION_FAILURE, SQLSTATE.DEADLOCK_DETECTED])

declare const brand: unique symbol

/** Predicts the reads that follow a commit, so that they share its round trip. */
export interface PayloadPrefetch {
  /** The reads that this result will cause. */
  readsOf(result: object): readonly PrefetchRead[]
  /** Keeps the rows for those reads. */
  keep(reads: readonly PrefetchRead[]): void
}

let resultOf: <Result>(committed: Committed<Result>) => Result
let commit: <Result>(result: Result) => Committed<Result>

/**
 * The result of a transaction that has committed already. Only `withTransaction` opens it, so a rule can do nothing with it but
 * return it.
 */
export class Committed<Result> {
  readonly #result: Result

  static {
    resultOf = (committed) => committed.#result
    commit = (result) => new Committed(result)
  }

  private constructor(result: Result) {
    this.#result = result
  }

  map<Other>(change: (result: Result) => Other): Committed<Other> {
    return new Committed(change(this.#result))
  }
}

/** A rule's result: still to be committed, or committed by the rule's last statement. */
export type RuleResult<Result> = Result | Committed<Result>

/** Changes the result of a rule, committed or not. */
export const mapResult = <Result, Other>(
  result: RuleResult<Result>,
  change: (result: Result) => Other,
): RuleResult<Other> => (result instanceof Committed ? result.map(change) : change(result))

/** A transaction, as a rule sees it. README.md in this folder has its kinds of statements and their round trips. */
export class Tx extends Statements {
  declare private readonly [brand]: true
  readonly #database: Database
  readonly #connection: TransactionConnection
  readonly #prefetch: PayloadPrefetch | undefined
  readonly #effects = new Set<(database: Database) => void>()

  private constructor(database: Database, connection: TransactionConnection, prefetch: PayloadPrefetch | undefined) {
    super(connection)
    this.#database = database
    this.#connection = connection
    this.#prefetch = prefetch
  }

  /**
   * For a first statement that does all of a rule's work if it touches a row: it commits itself, and the rule returns its value, which
   * is this result. If it touches no row, the value is undefined and the rule goes on. In a transaction that has begun it is an
   * ordinary statement, and its value the plain result.
   */
  autocommit<Result extends object>(result: Result): Writer<RuleResult<Result> | undefined> {
    if (!this.#connection.isIdle) return new ResultWriter(this, (count) => (count > 0 ? result : undefined))
    const reads = this.#readsOf(result)
    const statements =
      reads.length > 0
        ? new Statements({ query: (statement) => this.#connection.queryAndAutocommit(statement, reads) })
        : this.#database
    return new ResultWriter(statements, (count) => (count > 0 ? commit(result) : undefined))
  }

  /**
   * For statements whose result the rule ignores: each is sent with the next statement or with the commit, in the same pipeline. Its
   * error surfaces there.
   */
  get deferred(): Writer {
    return new Statements({ query: (statement) => this.#connection.defer(statement) })
  }

  /** For the last statement of a rule: the commit is sent with it. The rule returns its value, which is this result. */
  commitWith<Result extends object>(result: Result): Writer<Committed<Result>> {
    const reads = this.#readsOf(result)
    const statements = new Statements({ query: (statement) => this.#connection.queryAndCommit(statement, reads) })
    return new ResultWriter(statements, () => commit(result))
  }

  /**
   * Runs `effect` once the transaction has committed, and never if it rolls back: wake a worker, invalidate a cache. A function that
   * is passed twice runs once.
   */
  afterCommit(effect: (database: Database) => void): void {
    this.#effects.add(effect)
  }

  static async run<Result>(
    database: Database,
    work: (tx: Tx) => Promise<RuleResult<Result>>,
    prefetch: PayloadPrefetch | undefined,
  ): Promise<Result> {
    const connection = new TransactionConnection(database)
    const tx = new Tx(database, connection, prefetch)
    try {
      const returned = await work(tx)
      const result = returned instanceof Committed ? resultOf<Result>(returned) : returned
      if (connection.needsCommit) await connection.commit(tx.#readsOf(result))
      for (const effect of tx.#effects) effect(database)
      if (connection.reads.length > 0) prefetch?.keep(connection.reads)
      return result
    } catch (error) {
      await connection.rollBack()
      throw error
    }
  }

  #readsOf(result: unknown): readonly PrefetchRead[] {
    return this.#prefetch && typeof result === 'object' && result ? this.#prefetch.readsOf(result) : NO_READS
  }
}

/** Runs one statement for a value that follows from the number of rows touched. */
class ResultWriter<Value> implements Writer<Value> {
  readonly #statements: Statements
  readonly #toValue: (rowCount: number) => Value

  constructor(statements: Statements, toValue: (rowCount: number) => Value) {
    this.#statements = statements
    this.#toValue = toValue
  }

  async run(strings: TemplateStringsArray, ...values: unknown[]): Promise<Value> {
    return this.#toValue(await this.#statements.run(strings, ...values))
  }
}

/**
 * Runs `work` in one transaction: a return commits, a throw rolls back. After a deadlock, a serialization failure or a stale prepared
 * statement it runs again from the start, at most three times in all: PostgreSQL refuses every further statement of a failed
 * transaction.
 */
export async function withTransaction<Result>(
  database: Database,
  work: (tx: Tx) => Promise<RuleResult<Result>>,
  prefetch?: PayloadPrefetch,
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await Tx.run(database, work, prefetch)
    } catch (error) {
      if (attempt === ATTEMPTS_MAX || !(RETRYABLE.has(sqlState(error) ?? '') || isStale(error))) throw error
    }
  }
}

/** The SQLSTATE of a PostgreSQL error (https://www.postgresql.org/docs/current/errcodes-appendix.html). */
export function sqlState(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined
}

/** True if the statement gave up waiting for a lock. */
export const isLockTimeout = (error: unknown): boolean => sqlState(error) === SQLSTATE.LOCK_NOT_AVAILABLE

/**
 * One way to change something: begin, work, commit. The branded `Tx` is made here only, so a function that takes one
 * is always part of somebody's transaction, and a pool passed by mistake does not compile.
 */
import pg from 'pg'
import type { Database } from './client.ts'
import { type Answer, type NamedStatement, runStatement } from './statementQuery.ts'
import { type Runner, Statements } from './statements.ts'

// A third failure in a row is a bug or an overload, not bad luck.
const ATTEMPTS_MAX = 3

const SQLSTATE = {
  SERIALIZATION_FAILURE: '40001',
  DEADLOCK_DETECTED: '40P01',
  LOCK_NOT_AVAILABLE: '55P03',
  QUERY_CANCELED: '57014',
} as const

const RETRYABLE: ReadonlySet<string> = new Set([SQLSTATE.SERIALIZATION_FAILURE, SQLSTATE.DEADLOCK_DETECTED])

declare const brand: unique symbol

export class Tx extends Statements {
  declare private readonly [brand]: true
  readonly #database: Database
  readonly #connection: LazyConnection
  readonly #effects = new Set<(database: Database) => void>()

  private constructor(database: Database, connection: LazyConnection) {
    super(connection)
    this.#database = database
    this.#connection = connection
  }

  /**
   * Statements that are a transaction of their own where nothing was done in this one before: they commit themselves, and need
   * no begin and no commit. Only for a statement after which the rule has nothing more to do when it has done something.
   */
  get alone(): Statements {
    return this.#connection.hasBegun ? this : this.#database
  }

  /** For one statement more, with which the transaction commits, in the same packet. There is none after it. */
  get last(): Statements {
    return new Statements({ query: (statement) => this.#connection.query(statement, true) })
  }

  /**
   * Runs `effect` once the transaction has committed, and never when it has not: wake a worker, drop a cache.
   * A function that is given twice runs once, and learns which database it was.
   */
  afterCommit(effect: (database: Database) => void): void {
    this.#effects.add(effect)
  }

  static async run<Result>(database: Database, work: (tx: Tx) => Promise<Result>): Promise<Result> {
    const connection = new LazyConnection(database)
    const tx = new Tx(database, connection)
    try {
      const result = await work(tx)
      await connection.commit()
      for (const effect of tx.#effects) effect(database)
      return result
    } catch (error) {
      await connection.rollBack()
      throw error
    }
  }
}

/** The connection of a transaction: taken when the first statement needs it, with which the transaction begins. */
class LazyConnection implements Runner {
  readonly #database: Database
  #client: Promise<pg.PoolClient> | undefined
  #hasEnded = false

  constructor(database: Database) {
    this.#database = database
  }

  get hasBegun(): boolean {
    return this.#client !== undefined
  }

  async query(statement: NamedStatement, commits = false): Promise<Answer> {
    if (this.#hasEnded) throw new Error('The transaction has ended.')
    const begins = !this.#client
    this.#hasEnded = commits
    this.#client ??= this.#database.pool.connect()
    const client = await this.#client
    return this.#database.countingOne(() => runStatement(client, statement, { begins, commits }))
  }

  async commit(): Promise<void> {
    if (!this.#client) return
    const client = await this.#client
    if (!this.#hasEnded) await client.query('commit')
    this.#client = undefined
    this.#database.pool.giveBack(client)
  }

  /** Gives the connection back clean, or not at all: one whose rollback fails is closed, which rolls back as well. */
  async rollBack(): Promise<void> {
    const client = await this.#client?.catch(() => undefined)
    if (!client) return
    const isClean = await client.query('rollback').then(
      () => true,
      () => false,
    )
    this.#database.pool.giveBack(client, !isClean)
  }
}

/**
 * Runs `work` in one transaction: its return commits, its throw rolls back. On a deadlock or a serialization failure the
 * whole of it runs again, at most three times; inside the failed transaction PostgreSQL refuses every further statement.
 */
export async function withTransaction<Result>(database: Database, work: (tx: Tx) => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await Tx.run(database, work)
    } catch (error) {
      if (attempt === ATTEMPTS_MAX || !RETRYABLE.has(sqlState(error) ?? '')) throw error
    }
  }
}

/** The five characters by which PostgreSQL names an error (https://www.postgresql.org/docs/current/errcodes-appendix.html). */
export function sqlState(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined
}

/** Did the statement give up waiting for a lock? */
export const isLockTimeout = (error: unknown): boolean => sqlState(error) === SQLSTATE.LOCK_NOT_AVAILABLE

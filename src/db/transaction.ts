/**
 * One way to change something: begin, work, commit. The branded `Tx` is made here only, so a function that takes one
 * is always part of somebody's transaction, and a pool passed by mistake does not compile.
 */
import pg from 'pg'
import type { Database } from './client.ts'
import { Statements, type Writer } from './statements.ts'
import { CommitWith, Deferred, NO_READS, TransactionConnection } from './transactionConnection.ts'
import type { PrefetchRead } from './wire/pipeline.ts'
import { isStale } from './wire/staleStatements.ts'

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

/** Knows what will be asked for as soon as a transaction has committed, so that it can be read in the packet of the commit. */
export interface PayloadPrefetch {
  /** What will be read of this result. */
  readsOf(result: object): readonly PrefetchRead[]
  /** Takes what was read. */
  keep(reads: readonly PrefetchRead[]): void
}

export class Tx extends Statements {
  declare private readonly [brand]: true
  readonly #database: Database
  readonly #connection: TransactionConnection
  readonly #foresight: PayloadPrefetch | undefined
  readonly #effects = new Set<(database: Database) => void>()

  private constructor(database: Database, connection: TransactionConnection, foresight: PayloadPrefetch | undefined) {
    super(connection)
    this.#database = database
    this.#connection = connection
    this.#foresight = foresight
  }

  /**
   * For one statement that is a transaction of its own where nothing was done in this one before: it commits itself. Only for one
   * after which the rule has nothing more to do, and gives this result, when it has done something.
   */
  autocommit(result: object): Statements {
    if (this.#connection.hasBegun) return this
    const reads = this.#readsOf(result)
    return reads.length > 0
      ? new Statements(new CommitWith(this.#connection, { reads, isAlone: true }))
      : this.#database
  }

  /**
   * For statements of whose answer the rule makes nothing: each goes with the next one, or with the commit, in the same packet.
   * What is wrong with it is told then.
   */
  get deferred(): Writer {
    return new Statements(new Deferred(this.#connection))
  }

  /** For one statement more, with which the transaction commits with this result, in the same packet. There is none after it. */
  commitWith(result: object): Statements {
    return new Statements(new CommitWith(this.#connection, { reads: this.#readsOf(result), isAlone: false }))
  }

  /**
   * Runs `effect` once the transaction has committed, and never when it has not: wake a worker, drop a cache.
   * A function that is given twice runs once, and learns which database it was.
   */
  afterCommit(effect: (database: Database) => void): void {
    this.#effects.add(effect)
  }

  static async run<Result>(
    database: Database,
    work: (tx: Tx) => Promise<Result>,
    foresight: PayloadPrefetch | undefined,
  ): Promise<Result> {
    const connection = new TransactionConnection(database)
    const tx = new Tx(database, connection, foresight)
    try {
      const result = await work(tx)
      if (connection.isOpen) await connection.commit(tx.#readsOf(result))
      for (const effect of tx.#effects) effect(database)
      if (connection.reads.length > 0) foresight?.keep(connection.reads)
      return result
    } catch (error) {
      await connection.rollBack()
      throw error
    }
  }

  #readsOf(result: unknown): readonly PrefetchRead[] {
    return this.#foresight && typeof result === 'object' && result ? this.#foresight.readsOf(result) : NO_READS
  }
}

/**
 * Runs `work` in one transaction: its return commits, its throw rolls back. On a deadlock, a serialization failure or a stale
 * statement the whole of it runs again, at most three times; inside the failed transaction PostgreSQL refuses every further
 * statement.
 */
export async function withTransaction<Result>(
  database: Database,
  work: (tx: Tx) => Promise<Result>,
  foresight?: PayloadPrefetch,
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await Tx.run(database, work, foresight)
    } catch (error) {
      if (attempt === ATTEMPTS_MAX || !(RETRYABLE.has(sqlState(error) ?? '') || isStale(error))) throw error
    }
  }
}

/** The five characters by which PostgreSQL names an error (https://www.postgresql.org/docs/current/errcodes-appendix.html). */
export function sqlState(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined
}

/** Did the statement give up waiting for a lock? */
export const isLockTimeout = (error: unknown): boolean => sqlState(error) === SQLSTATE.LOCK_NOT_AVAILABLE

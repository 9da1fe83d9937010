/**
 * One way to change something: begin, work, commit. The branded `Tx` is made here only, so a function that takes one
 * is always part of somebody's transaction, and a pool passed by mistake does not compile.
 */
import pg from 'pg'
import type { Database } from './client.ts'
import { Statements } from './statements.ts'

// A third failure in a row is a bug or an overload, not bad luck.
const ATTEMPTS_MAX = 3
const BEGIN = `begin; set local lock_timeout = '2s'; set local statement_timeout = '8s'; set local idle_in_transaction_session_timeout = '10s'`

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
  readonly #effects = new Set<(database: Database) => void>()

  /**
   * Runs `effect` once the transaction has committed, and never when it has not: wake a worker, drop a cache.
   * A function that is given twice runs once, and learns which database it was.
   */
  afterCommit(effect: (database: Database) => void): void {
    this.#effects.add(effect)
  }

  static async run<Result>(
    database: Database,
    client: pg.PoolClient,
    work: (tx: Tx) => Promise<Result>,
  ): Promise<Result> {
    const tx = new Tx(client)
    await client.query(BEGIN)
    const result = await work(tx)
    await client.query('commit')
    for (const effect of tx.#effects) effect(database)
    return result
  }
}

/**
 * Runs `work` in one transaction: its return commits, its throw rolls back. On a deadlock or a serialization failure the
 * whole of it runs again, at most three times; inside the failed transaction PostgreSQL refuses every further statement.
 */
export async function withTransaction<Result>(database: Database, work: (tx: Tx) => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    const client = await database.pool.connect()
    try {
      const result = await Tx.run(database, client, work)
      client.release()
      return result
    } catch (error) {
      await rollBack(client)
      if (attempt === ATTEMPTS_MAX || !RETRYABLE.has(sqlState(error) ?? '')) throw error
    }
  }
}

/** Gives the connection back clean, or not at all: one whose rollback fails is closed, which rolls back as well. */
async function rollBack(client: pg.PoolClient): Promise<void> {
  try {
    await client.query('rollback')
    client.release()
  } catch (error) {
    client.release(error instanceof Error ? error : true)
  }
}

/** The five characters by which PostgreSQL names an error (https://www.postgresql.org/docs/current/errcodes-appendix.html). */
export function sqlState(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined
}

/** Did the statement give up waiting for a lock? */
export const isLockTimeout = (error: unknown): boolean => sqlState(error) === SQLSTATE.LOCK_NOT_AVAILABLE

/** The connection pool, the statements outside a transaction, and what every connection agrees on. */
import pg from 'pg'
import { DatabaseLostError, Reachability } from './reachability.ts'
import { type StatementCount, statementCount } from './statementCount.ts'
import { Statements } from './statements.ts'

const CONNECT_TIMEOUT_MS = 5_000
// A statement outside a transaction is a read of one screen; longer than this is a mistake, not patience.
const STATEMENT_TIMEOUT_MS = 10_000
const IDLE_TIMEOUT_MS = 60_000
// What is read often is in memory, and disks have no arm that moves. By PostgreSQL's own 4, a page out of a long list is sorted
// rather than read in the order of its index: 15,900 rows of a feed for 20 of them.
const RANDOM_PAGE_COST = 1.1

const TYPES = {
  BIGINT: 20,
  TIMESTAMPTZ: 1184,
} as const

// Amounts are exact: int8 becomes bigint, never a float. Text stays as PostgreSQL writes it (numeric, uuid).
const parsers = new pg.TypeOverrides()
parsers.setTypeParser(TYPES.BIGINT, (text: string) => BigInt(text))

export interface DatabaseOptions {
  connectionString: string
  connectionsMax: number
  onError: (error: Error) => void
  /** The database does not answer; work in flight has been given up, new work is refused at once. */
  onLost?: (cause: unknown) => void
  onBack?: () => void
}

export class Database extends Statements {
  readonly pool: DatabasePool
  readonly #reachability: Reachability

  constructor({ connectionString, connectionsMax, onError, onLost, onBack }: DatabaseOptions) {
    const pool = new WatchedPool({
      connectionString,
      max: connectionsMax,
      types: parsers,
      Client: CountingClient,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      idleTimeoutMillis: IDLE_TIMEOUT_MS,
      statement_timeout: STATEMENT_TIMEOUT_MS,
      keepAlive: true,
      application_name: 'errand',
      options: `-c timezone=UTC -c random_page_cost=${RANDOM_PAGE_COST}`,
    })
    // A connection that breaks while idle emits an error; without a listener it would end the process.
    pool.on('error', onError)
    super(pool)
    this.pool = pool
    this.#reachability = new Reachability({
      connectionString,
      onLost: (cause) => {
        pool.giveUp(new DatabaseLostError(cause))
        onLost?.(cause)
      },
      onBack: () => {
        pool.takeUp()
        onBack?.()
      },
    })
  }

  get reachable(): boolean {
    return this.#reachability.reachable
  }

  async close(): Promise<void> {
    await this.#reachability.stop()
    await this.pool.end()
  }
}

/** A pool that hands out no connection while the database is known to be lost. */
class WatchedPool extends pg.Pool {
  #lost: DatabaseLostError | undefined
  readonly #clients = new Set<pg.PoolClient>()

  constructor(options: pg.PoolConfig) {
    super(options)
    this.on('connect', (client) => {
      this.#clients.add(client)
      // One that breaks while it is lent emits an error; the statement that runs on it rejects, and that is answer enough.
      client.on('error', () => {})
    })
    this.on('remove', (client) => this.#clients.delete(client))
  }

  /** Ends every connection, and with it whatever waits for an answer; refuses new work with this error. */
  giveUp(error: DatabaseLostError): void {
    this.#lost = error
    for (const { connection } of this.#clients as Set<pg.PoolClient & { connection: pg.Connection }>) {
      connection.stream.destroy()
    }
  }

  takeUp(): void {
    this.#lost = undefined
  }

  // pg's connect calls back or returns a promise; only the latter is asked of ours.
  override connect(...parameters: unknown[]): never {
    if (this.#lost) return Promise.reject(this.#lost) as never
    return Reflect.apply(super.connect, this, parameters) as never
  }

  // Of pg's ten overloads, those that give a promise: a statement alone, or its text and values.
  override query(...[statement, values]: unknown[]): never {
    const whole = typeof statement === 'string' ? { text: statement, values: values as unknown[] } : statement
    return this.runOnce(whole as pg.QueryConfig) as never
  }

  /**
   * Runs one statement on a connection, which is closed after it where `isSpent` says so. By callbacks: between them a
   * promise for each step costs as much as the rest of a small request.
   */
  runOnce(
    statement: pg.QueryConfig,
    isSpent: (client: pg.PoolClient) => boolean = () => false,
  ): Promise<pg.QueryArrayResult<unknown[]>> {
    if (this.#lost) return Promise.reject(this.#lost)
    // Now: what waited for a connection comes back in the context of whoever gave it back.
    const count = statementCount.getStore()
    return new Promise((resolve, reject) => {
      const run: ConnectCallback = (error, client, release) => {
        if (error || !client) return reject(error)
        const startedAt = performance.now()
        queryUncounted(client, statement, (failure, result) => {
          if (count) {
            count.statements++
            count.durationMs += performance.now() - startedAt
          }
          // What PostgreSQL refused has left the connection sound.
          release(failure ? !(failure instanceof pg.DatabaseError) : isSpent(client))
          if (failure) reject(failure)
          else resolve(result)
        })
      }
      super.connect(run)
    })
  }
}

/** The pool as others know it. */
export type DatabasePool = pg.Pool & Pick<WatchedPool, 'runOnce'>

type ConnectCallback = (
  error: Error | undefined,
  client: pg.PoolClient | undefined,
  release: (spent?: boolean) => void,
) => void

type QueryCallback = (failure: Error | null, result: pg.QueryArrayResult<unknown[]>) => void

function queryUncounted(client: pg.PoolClient, statement: pg.QueryConfig, done: QueryCallback): void {
  Reflect.apply(pg.Client.prototype.query, client, [statement, done])
}

/** Counts statements and their time for the operation that sent them; the slow-operation log prints both. */
class CountingClient extends pg.Client {
  // pg's query has ten overloads and calls back or returns a promise; only its promise form is timed, and ours use no other.
  override query(...parameters: unknown[]): never {
    const count: StatementCount | undefined = statementCount.getStore()
    const result: unknown = Reflect.apply(super.query, this, parameters)
    if (count) {
      count.statements++
      if (result instanceof Promise) {
        const startedAt = performance.now()
        const stop = () => {
          count.durationMs += performance.now() - startedAt
        }
        result.then(stop, stop)
      }
    }
    return result as never
  }
}

/** The connection pool, the statements outside a transaction, and what every connection agrees on. */
import pg from 'pg'
import { type StatementCount, statementCount } from './statementCount.ts'
import { Statements } from './statements.ts'

const CONNECT_TIMEOUT_MS = 5_000
// A statement outside a transaction is a read of one screen; longer than this is a mistake, not patience.
const STATEMENT_TIMEOUT_MS = 10_000
const IDLE_TIMEOUT_MS = 60_000

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
}

export class Database extends Statements {
  readonly pool: pg.Pool

  constructor({ connectionString, connectionsMax, onError }: DatabaseOptions) {
    const pool = new pg.Pool({
      connectionString,
      max: connectionsMax,
      types: parsers,
      Client: CountingClient,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      idleTimeoutMillis: IDLE_TIMEOUT_MS,
      statement_timeout: STATEMENT_TIMEOUT_MS,
      keepAlive: true,
      application_name: 'errand',
      options: '-c timezone=UTC',
    })
    // A connection that breaks while idle emits an error; without a listener it would end the process.
    pool.on('error', onError)
    // One that breaks while it is lent emits the same; the statement that runs on it rejects, and that is answer enough.
    pool.on('connect', (client) => client.on('error', () => {}))
    super(pool)
    this.pool = pool
  }

  async close(): Promise<void> {
    await this.pool.end()
  }
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

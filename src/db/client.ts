/** The database: one pool, and handles on it that count statements for one operation each. */
import type pg from 'pg'
import { ConnectionPool, isBroken } from './connections.ts'
import { DatabaseLostError, Reachability } from './reachability.ts'
import { recordStatements, type StatementCount, type StatementOrigin } from './statementCount.ts'
import { Statements } from './statements.ts'
import { submit } from './wire/pgInternals.ts'
import type { NamedStatement, PrefetchRead, TextRow } from './wire/pipeline.ts'
import { isStale } from './wire/staleStatements.ts'
import { NO_FRAME, PipelinedStatement, parsers, StatementQuery, type StatementResult } from './wire/statementQuery.ts'
import type { TextQuery } from './wire/textQuery.ts'

const CONNECT_TIMEOUT_MS = 5_000
// A statement reads one screen or is one step of a rule, so a longer one is a mistake. A caller that waits longer for a lock is told to
// try again. An idle transaction holds its locks no longer than this.
const STATEMENT_TIMEOUT_MS = 8_000
const LOCK_TIMEOUT_MS = 2_000
const IDLE_IN_TRANSACTION_MS = 10_000
const IDLE_TIMEOUT_MS = 60_000
// Hot rows are in memory, and SSDs have no seek time. With PostgreSQL's default of 4, a page of a long list was sorted instead of read in
// the order of its index: 15,900 rows of a feed for 20 of them.
const RANDOM_PAGE_COST = 1.1

export interface DatabaseOptions {
  connectionString: string
  connectionsMax: number
  onError: (error: Error) => void
  /** The database does not answer: running statements have failed, new ones are refused at once. */
  onLost?: (cause: unknown) => void
  onBack?: () => void
}

interface Server {
  pool: ConnectionPool
  reachability: Reachability
}

/** A handle on the database. Its own statements run outside a transaction; `withTransaction` opens one. */
export class Database extends Statements {
  readonly #server: Server
  readonly #count: StatementCount | undefined

  constructor(target: DatabaseOptions | Server, count?: StatementCount) {
    const server = 'pool' in target ? target : openServer(target)
    super({ query: (statement) => runOnce(server.pool, statement, count) })
    this.#server = server
    this.#count = count
  }

  /** Returns a handle that counts its statements for one operation. */
  counting(count: StatementCount): Database {
    return new Database(this.#server, count)
  }

  get pool(): ConnectionPool {
    return this.#server.pool
  }

  /** Lends a connection for a transaction, and counts the time until it is there. */
  lendForTransaction(): Promise<pg.PoolClient> {
    const client = this.pool.connect()
    const count = this.#count
    if (count) {
      const requestedAt = performance.now()
      const addWait = () => {
        count.poolWaitMs += performance.now() - requestedAt
      }
      client.then(addWait, addWait)
    }
    return client
  }

  get reachable(): boolean {
    return this.#server.reachability.reachable
  }

  /** True if the statements of this handle are recorded, not only counted. */
  get isRecorded(): boolean {
    return this.#count?.sent !== undefined
  }

  /**
   * Runs a statement whose columns are text. Its connection is closed afterwards if `mustClose` returns true. `origin` is needed only
   * if statements are recorded.
   */
  runText(
    query: TextQuery,
    mustClose: (client: pg.PoolClient) => boolean,
    origin?: StatementOrigin,
  ): Promise<TextRow[]> {
    const send = (client: pg.PoolClient, done: (failure: Error | null, rows: TextRow[]) => void) => {
      submit(client, query.whenDone(done))
    }
    return onConnection(this.pool, this.#count, origin, send, mustClose)
  }

  /** Counts a read by Prisma as one statement of this name. */
  countingOne<Result>(name: string, send: () => Promise<Result>): Promise<Result> {
    return this.countingPipeline([{ statement: { name, source: 'fallback' } }], [], send)
  }

  /** Counts these statements, and those of the reads sent with them that have an answer. */
  async countingPipeline<Result>(
    statements: readonly { statement: StatementOrigin }[],
    reads: readonly PrefetchRead[],
    send: () => Promise<Result>,
  ): Promise<Result> {
    const startedAt = performance.now()
    try {
      return await send()
    } finally {
      const answeredReads = reads.filter(({ rows }) => rows)
      addToCount(this.#count, startedAt, statements.length + answeredReads.length)
      if (this.#count?.sent) {
        recordStatements(this.#count.sent, performance.now() - startedAt, [
          ...statements.map(({ statement }) => statement),
          ...answeredReads.map(({ name, text, shapeKey }) => ({ name, text, source: 'prefetch' as const, shapeKey })),
        ])
      }
    }
  }

  async close(): Promise<void> {
    await this.#server.reachability.stop()
    await this.pool.end()
  }
}

function openServer({ connectionString, connectionsMax, onError, onLost, onBack }: DatabaseOptions): Server {
  const pool = new ConnectionPool({
    connectionString,
    max: connectionsMax,
    types: parsers,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: IDLE_TIMEOUT_MS,
    keepAlive: true,
    application_name: 'errand',
    settings: {
      statement_timeout: STATEMENT_TIMEOUT_MS,
      lock_timeout: LOCK_TIMEOUT_MS,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
      random_page_cost: RANDOM_PAGE_COST,
    },
  })
  // A connection that breaks while idle emits an error; without a listener it would end the process.
  pool.on('error', onError)
  const reachability = new Reachability({
    connectionString,
    onLost: (cause) => {
      pool.failAll(new DatabaseLostError(cause))
      onLost?.(cause)
    },
    onBack: () => {
      pool.resume()
      onBack?.()
    },
  })
  return { pool, reachability }
}

const runOnce = (
  pool: ConnectionPool,
  statement: NamedStatement,
  count: StatementCount | undefined,
): Promise<StatementResult> =>
  onConnection<StatementResult>(pool, count, statement, (client, done) => {
    const pipelined = new PipelinedStatement(statement)
    submit(client, new StatementQuery([pipelined], NO_FRAME, (failure) => done(failure, pipelined.result)))
  })

/** Borrows a connection for one statement, which `send` sends. Repeats it once if it was stale. */
function onConnection<Result>(
  pool: ConnectionPool,
  count: StatementCount | undefined,
  origin: StatementOrigin | undefined,
  send: (client: pg.PoolClient, done: (failure: Error | null, result: Result) => void) => void,
  mustClose: (client: pg.PoolClient) => boolean = () => false,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    let isRepeated = false
    let requestedAt = performance.now()
    const use = (client: pg.PoolClient) => {
      const startedAt = performance.now()
      if (count) count.poolWaitMs += startedAt - requestedAt
      send(client, (failure, result) => {
        addToCount(count, startedAt, 1)
        if (origin && count?.sent) recordStatements(count.sent, performance.now() - startedAt, [origin])
        const repeats = isStale(failure) && !isRepeated
        if (repeats) pool.retire(client)
        pool.release(client, isBroken(failure) || mustClose(client))
        if (repeats) {
          isRepeated = true
          requestedAt = performance.now()
          pool.acquire(use, reject)
        } else if (failure) reject(failure)
        else resolve(result)
      })
    }
    pool.acquire(use, reject)
  })
}

function addToCount(count: StatementCount | undefined, startedAt: number, statements: number): void {
  if (!count) return
  count.statements += statements
  count.durationMs += performance.now() - startedAt
}

/** The database as the server uses it: one pool, and handles on it that count for whoever asked. */
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
// A statement is a read of one screen, or a step of a rule; longer than this is a mistake, not patience. Whoever waits for a
// lock so long is told to try again. A transaction in which nothing happens holds its locks no longer than this.
const STATEMENT_TIMEOUT_MS = 8_000
const LOCK_TIMEOUT_MS = 2_000
const IDLE_IN_TRANSACTION_MS = 10_000
const IDLE_TIMEOUT_MS = 60_000
// What is read often is in memory, and disks have no arm that moves. By PostgreSQL's own 4, a page out of a long list is sorted
// rather than read in the order of its index: 15,900 rows of a feed for 20 of them.
const RANDOM_PAGE_COST = 1.1

export interface DatabaseOptions {
  connectionString: string
  connectionsMax: number
  onError: (error: Error) => void
  /** The database does not answer; work in flight has been given up, new work is refused at once. */
  onLost?: (cause: unknown) => void
  onBack?: () => void
}

interface Server {
  pool: ConnectionPool
  reachability: Reachability
}

/** A handle on the database: statements outside a transaction, and the way into one. */
export class Database extends Statements {
  readonly #server: Server
  readonly #count: StatementCount | undefined

  constructor(place: DatabaseOptions | Server, count?: StatementCount) {
    const server = 'pool' in place ? place : openServer(place)
    super({ query: (statement) => runOnce(server.pool, statement, count) })
    this.#server = server
    this.#count = count
  }

  /** The same database, for one operation: what is asked by this handle is counted for it. */
  counting(count: StatementCount): Database {
    return new Database(this.#server, count)
  }

  get pool(): ConnectionPool {
    return this.#server.pool
  }

  get reachable(): boolean {
    return this.#server.reachability.reachable
  }

  /** True if the statements of this handle are recorded, not only counted. */
  get isRecorded(): boolean {
    return this.#count?.sent !== undefined
  }

  /**
   * Runs a statement whose result is text. `isSpent` says whether its connection is to be closed after it. `origin` is needed
   * only if statements are recorded.
   */
  runText(query: TextQuery, isSpent: (client: pg.PoolClient) => boolean, origin?: StatementOrigin): Promise<TextRow[]> {
    const send = (client: pg.PoolClient, done: (failure: Error | null, rows: TextRow[]) => void) => {
      submit(client, query.whenDone(done))
    }
    return onConnection(this.pool, this.#count, origin, send, isSpent)
  }

  /** Counts a read by Prisma as one statement of this name. */
  countingOne<Answer>(name: string, ask: () => Promise<Answer>): Promise<Answer> {
    return this.countingPipeline([{ statement: { name, source: 'fallback' } }], [], ask)
  }

  /** Counts these statements, and those of the reads sent with them that have an answer. */
  async countingPipeline<Answer>(
    statements: readonly { statement: StatementOrigin }[],
    reads: readonly PrefetchRead[],
    ask: () => Promise<Answer>,
  ): Promise<Answer> {
    const startedAt = performance.now()
    try {
      return await ask()
    } finally {
      const answeredReads = reads.filter(({ rows }) => rows)
      countSome(this.#count, startedAt, statements.length + answeredReads.length)
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
      pool.giveUp(new DatabaseLostError(cause))
      onLost?.(cause)
    },
    onBack: () => {
      pool.takeUp()
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

/** Has `send` send one statement on a connection, which goes back when it is done; once more where it was stale. */
function onConnection<Answer>(
  pool: ConnectionPool,
  count: StatementCount | undefined,
  origin: StatementOrigin | undefined,
  send: (client: pg.PoolClient, done: (failure: Error | null, answer: Answer) => void) => void,
  isSpent: (client: pg.PoolClient) => boolean = () => false,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let isRepeated = false
    const use = (client: pg.PoolClient) => {
      const startedAt = performance.now()
      send(client, (failure, answer) => {
        countSome(count, startedAt, 1)
        if (origin && count?.sent) recordStatements(count.sent, performance.now() - startedAt, [origin])
        const isToRepeat = isStale(failure) && !isRepeated
        if (isToRepeat) pool.renew(client)
        pool.giveBack(client, isBroken(failure) || isSpent(client))
        if (isToRepeat) {
          isRepeated = true
          pool.lend(use, reject)
        } else if (failure) reject(failure)
        else resolve(answer)
      })
    }
    pool.lend(use, reject)
  })
}

function countSome(count: StatementCount | undefined, startedAt: number, statements: number): void {
  if (!count) return
  count.statements += statements
  count.durationMs += performance.now() - startedAt
}

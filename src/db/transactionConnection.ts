/** What a transaction speaks through. */
import type pg from 'pg'
import type { Database } from './client.ts'
import { isBroken } from './connections.ts'
import type { Runner } from './statements.ts'
import type { NamedStatement, PrefetchRead } from './wire/pipeline.ts'
import { runStatements } from './wire/runStatements.ts'
import { isStale } from './wire/staleStatements.ts'
import { PipelinedStatement, type PipelineFrame, type StatementResult } from './wire/statementQuery.ts'

export const NO_READS: readonly PrefetchRead[] = []

/** How a transaction ends with a statement. */
interface End {
  reads: readonly PrefetchRead[]
  /** Whether another transaction may follow. */
  isAlone: boolean
}

// A packet of so many statements is long enough: what waits in memory must have an end.
const DEFERRED_MAX = 20

const NOBODY_LOOKS: StatementResult = { rows: [], rowCount: 0 }

const COMMIT: NamedStatement = { name: 'commit', text: 'commit', values: [] }

/** A statement that waits for its packet, and who waits for it. */
class Waiting extends PipelinedStatement {
  resolve: (answer: StatementResult) => void = () => {}
  reject: (failure: Error) => void = () => {}
}

/**
 * The connection of a transaction: taken when the first statement needs it, with which the transaction begins. What is asked at the
 * same time goes in one packet.
 */
export class TransactionConnection implements Runner {
  readonly #database: Database
  #client: Promise<pg.PoolClient> | undefined
  #hasEnded = false
  #waiting: Waiting[] = []
  /** How the packet ends that is sent next. */
  #end: End | undefined
  #isOver = false
  /** Whether a packet waits for whatever else is asked at the same time. */
  #isGathering = false
  #reads = NO_READS

  constructor(database: Database) {
    this.#database = database
  }

  get hasBegun(): boolean {
    return this.#client !== undefined
  }

  /** Whether there is something to commit. */
  get isOpen(): boolean {
    return this.hasBegun && !this.#hasEnded
  }

  /** What went along with the commit, if nothing came behind it. */
  get reads(): readonly PrefetchRead[] {
    return this.#reads
  }

  query(statement: NamedStatement, end?: End): Promise<StatementResult> {
    return new Promise((resolve, reject) => {
      if (this.#hasEnded) throw new Error('The transaction has ended.')
      const waiting = new Waiting(statement)
      waiting.resolve = resolve
      waiting.reject = reject
      this.#waiting.push(waiting)
      this.#end = end
      this.#hasEnded = end !== undefined
      this.#reads = NO_READS
      if (!this.#isGathering) void this.#send()
    })
  }

  /** Keeps a statement for the next packet, once there is a transaction. */
  async defer(statement: NamedStatement): Promise<StatementResult> {
    if (!this.#client || this.#hasEnded || this.#waiting.length >= DEFERRED_MAX) return this.query(statement)
    this.#waiting.push(new Waiting(statement))
    return NOBODY_LOOKS
  }

  async commit(reads: readonly PrefetchRead[]): Promise<void> {
    if (this.#waiting.length > 0 || reads.length > 0) await this.query(COMMIT, { reads, isAlone: false })
    else {
      const client = await this.#client
      if (!client) return
      await client.query('commit')
      this.#giveBack(client, null)
    }
  }

  /** Gives the connection back clean, or not at all: one whose rollback fails is closed, which rolls back as well. */
  async rollBack(): Promise<void> {
    // Whatever is still asked by whom nobody waits for any more, is not sent: it would be outside.
    this.#hasEnded = true
    this.#isOver = true
    const client = await this.#client?.catch(() => undefined)
    if (!client) return
    const isClean = await client.query('rollback').then(
      () => true,
      () => false,
    )
    this.#database.pool.giveBack(client, !isClean)
  }

  async #send(): Promise<void> {
    const begins = !this.#client
    this.#isGathering = true
    this.#client ??= this.#database.pool.connect()
    let statements: readonly Waiting[] | undefined
    try {
      const client = await this.#client
      if (this.#isOver) throw new Error('The transaction has ended.')
      statements = this.#takeWaiting()
      settle(statements, await this.#run(client, statements, begins))
    } catch (error) {
      for (const one of statements ?? this.#takeWaiting()) one.reject(error as Error)
    }
  }

  #takeWaiting(): readonly Waiting[] {
    const statements = this.#waiting
    this.#waiting = []
    this.#isGathering = false
    return statements
  }

  /** Gives what went wrong, or null. */
  async #run(client: pg.PoolClient, statements: readonly Waiting[], begins: boolean): Promise<Error | null> {
    const end = this.#end
    const isCommit = statements.at(-1)?.statement === COMMIT
    const part: PipelineFrame = { begins, commits: end !== undefined && !isCommit, reads: end?.reads ?? NO_READS }
    const counted = isCommit ? statements.slice(0, -1) : statements
    const { failure, readFailure } = await this.#database.countingPipeline(counted, part.reads, () =>
      runStatements(client, statements, part),
    )
    if (isStale(failure)) this.#database.pool.renew(client)
    if (!end || failure) return failure
    this.#giveBack(client, readFailure)
    this.#hasEnded = !end.isAlone
    this.#reads = end.reads
    return null
  }

  #giveBack(client: pg.PoolClient, readFailure: Error | null): void {
    this.#client = undefined
    this.#database.pool.giveBack(client, isBroken(readFailure))
  }
}

// With a commit in the packet, all may be done and not stand.
function settle(statements: readonly Waiting[], failure: Error | null): void {
  const last = statements.length - 1
  statements.forEach((one, place) => {
    if (failure && (place === last || !one.isDone)) one.reject(failure)
    else one.resolve(one.answer)
  })
}

/** For the statement with which a transaction commits. Behind it goes what will be read then. */
export class CommitWith implements Runner {
  readonly #connection: TransactionConnection
  readonly #end: End

  constructor(connection: TransactionConnection, end: End) {
    this.#connection = connection
    this.#end = end
  }

  query(statement: NamedStatement): Promise<StatementResult> {
    return this.#connection.query(statement, this.#end)
  }
}

/** For statements that can wait for the next one. */
export class Deferred implements Runner {
  readonly #connection: TransactionConnection

  constructor(connection: TransactionConnection) {
    this.#connection = connection
  }

  query(statement: NamedStatement): Promise<StatementResult> {
    return this.#connection.defer(statement)
  }
}

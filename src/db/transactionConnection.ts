/**
 * The connection of a transaction: borrowed from the pool for the first statement, which begins the transaction. Statements of the
 * same tick are sent in one pipeline. README.md in this folder has the states and their transitions.
 */
import type pg from 'pg'
import type { Database } from './client.ts'
import { isBroken } from './connections.ts'
import type { Runner } from './statements.ts'
import type { NamedStatement, PrefetchRead } from './wire/pipeline.ts'
import { runStatements } from './wire/runStatements.ts'
import { isStale } from './wire/staleStatements.ts'
import { PipelinedStatement, type StatementResult } from './wire/statementQuery.ts'

/** A commit without prefetches. */
export const NO_READS: readonly PrefetchRead[] = []

/** The commit at the end of a pipeline. */
interface Commit {
  /** Prefetches, pipelined after the commit. */
  reads: readonly PrefetchRead[]
  /** The state after the commit: idle if another transaction may follow. */
  next: 'idle' | 'ended'
}

// Bounds the memory of waiting statements.
const DEFERRED_MAX = 20

const NO_RESULT: StatementResult = { rows: [], rowCount: 0 }

const COMMIT: NamedStatement = { name: 'commit', text: 'commit', values: [] }

const ENDED = 'The transaction has ended.'

/** A statement that waits for its pipeline. */
class GatheredStatement extends PipelinedStatement {
  /** Undefined for a deferred statement: its caller has gone on. */
  readonly caller: { resolve: (result: StatementResult) => void; reject: (failure: Error) => void } | undefined

  constructor(statement: NamedStatement, caller?: GatheredStatement['caller']) {
    super(statement)
    this.caller = caller
  }
}

type Client = Promise<pg.PoolClient>

/** Statements wait for the end of the tick, and for the connection. */
interface Gathering {
  kind: 'gathering'
  client: Client
  begins: boolean
  statements: GatheredStatement[]
  commit: Commit | undefined
}

type State =
  /** No transaction. `reads` are the prefetches of the autocommitted statement before, if any. */
  | { kind: 'idle'; reads: readonly PrefetchRead[] }
  | Gathering
  /** The transaction is open; all statements but the deferred ones are sent. */
  | { kind: 'open'; client: Client; deferred: GatheredStatement[] }
  /** A deferred statement has failed, and no caller has the error yet. */
  | { kind: 'failed'; client: Client; failure: Error }
  /** The commit is sent, or has failed. */
  | { kind: 'committing'; client: Client }
  /** Committed or rolled back. */
  | { kind: 'ended'; reads: readonly PrefetchRead[] }

type Kind = State['kind']

const TRANSITIONS: Readonly<Record<Kind, readonly Kind[]>> = {
  idle: ['gathering', 'ended'],
  gathering: ['open', 'failed', 'committing', 'ended'],
  open: ['gathering', 'failed', 'committing', 'ended'],
  failed: ['ended'],
  committing: ['idle', 'ended'],
  ended: [],
}

/** The connection of one transaction, always in one of six states. */
export class TransactionConnection implements Runner {
  readonly #database: Database
  #state: State = { kind: 'idle', reads: NO_READS }

  constructor(database: Database) {
    this.#database = database
  }

  get isIdle(): boolean {
    return this.#state.kind === 'idle'
  }

  /** True if a statement has been issued since the last commit. */
  get needsCommit(): boolean {
    return this.#state.kind !== 'idle' && this.#state.kind !== 'ended'
  }

  /** The prefetches of the last commit, if no statement has followed it. */
  get reads(): readonly PrefetchRead[] {
    return 'reads' in this.#state ? this.#state.reads : NO_READS
  }

  query(statement: NamedStatement): Promise<StatementResult> {
    return this.#enqueue(statement, undefined)
  }

  /** Runs a statement that commits. Another transaction may follow. */
  queryAndAutocommit(statement: NamedStatement, reads: readonly PrefetchRead[]): Promise<StatementResult> {
    return this.#enqueue(statement, { reads, next: 'idle' })
  }

  /** Runs the last statement, with the commit. */
  queryAndCommit(statement: NamedStatement, reads: readonly PrefetchRead[]): Promise<StatementResult> {
    return this.#enqueue(statement, { reads, next: 'ended' })
  }

  /** Keeps a statement for the next pipeline of the open transaction. */
  async defer(statement: NamedStatement): Promise<StatementResult> {
    const waiting = this.#waiting
    if (!waiting || waiting.length >= DEFERRED_MAX) return this.query(statement)
    waiting.push(new GatheredStatement(statement))
    return NO_RESULT
  }

  async commit(reads: readonly PrefetchRead[]): Promise<void> {
    const state = this.#state
    if (state.kind === 'open' && state.deferred.length === 0 && reads.length === 0)
      await this.#commitAlone(state.client)
    else await this.queryAndCommit(COMMIT, reads)
  }

  /** Returns the connection to the pool, or closes it if the rollback fails: that rolls back as well. */
  async rollBack(): Promise<void> {
    const state = this.#state
    if (state.kind === 'ended') return
    // Statements that are still gathered are not sent: they would run outside the transaction.
    this.#become({ kind: 'ended', reads: NO_READS })
    if (state.kind === 'idle') return
    const client = await state.client.catch(() => undefined)
    if (!client) return
    const isClean = await client.query('rollback').then(
      () => true,
      () => false,
    )
    this.#database.pool.release(client, !isClean)
  }

  #become(next: State): void {
    const { kind } = this.#state
    if (!TRANSITIONS[kind].includes(next.kind)) throw new Error(`A transaction that is ${kind} cannot be ${next.kind}.`)
    this.#state = next
  }

  /** The statements that are not sent yet, if one more may join them. */
  get #waiting(): GatheredStatement[] | undefined {
    const state = this.#state
    if (state.kind === 'gathering') return state.commit ? undefined : state.statements
    return state.kind === 'open' ? state.deferred : undefined
  }

  #enqueue(statement: NamedStatement, commit: Commit | undefined): Promise<StatementResult> {
    return new Promise((resolve, reject) => {
      const state = this.#state
      const gathered = new GatheredStatement(statement, { resolve, reject })
      if (state.kind === 'idle') this.#gather(this.#database.lendForTransaction(), true, [gathered], commit)
      else if (state.kind === 'open') this.#gather(state.client, false, [...state.deferred, gathered], commit)
      else if (state.kind === 'gathering' && !state.commit) {
        state.statements.push(gathered)
        state.commit = commit
      } else throw failureOf(state)
    })
  }

  #gather(client: Client, begins: boolean, statements: GatheredStatement[], commit: Commit | undefined): void {
    const gathering: Gathering = { kind: 'gathering', client, begins, statements, commit }
    this.#become(gathering)
    void this.#send(gathering)
  }

  async #send(gathering: Gathering): Promise<void> {
    const { client, statements } = gathering
    try {
      const connected = await client
      if (this.#state !== gathering) throw failureOf(this.#state)
      this.#becomeSent(gathering)
      const failure = await this.#run(connected, gathering)
      if (!settle(statements, failure) && failure) this.#keepFailure(failure)
    } catch (error) {
      if (this.#state === gathering) this.#becomeSent(gathering)
      for (const { caller } of statements) caller?.reject(error as Error)
    }
  }

  #becomeSent({ client, commit }: Gathering): void {
    this.#become(commit ? { kind: 'committing', client } : { kind: 'open', client, deferred: [] })
  }

  /** For the next statement, or for the commit: PostgreSQL would answer a commit with a rollback, and no error. */
  #keepFailure(failure: Error): void {
    const state = this.#state
    if (state.kind === 'open' || state.kind === 'gathering') {
      this.#become({ kind: 'failed', client: state.client, failure })
    }
  }

  /** Returns the failure, or null. */
  async #run(client: pg.PoolClient, { statements, begins, commit }: Gathering): Promise<Error | null> {
    const isCommit = statements.at(-1)?.statement === COMMIT
    const reads = commit?.reads ?? NO_READS
    const frame = { begins, commits: commit !== undefined && !isCommit, reads }
    const counted = isCommit ? statements.slice(0, -1) : statements
    const { failure, readFailure } = await this.#database.countingPipeline(counted, reads, () =>
      runStatements(client, statements, frame),
    )
    if (isStale(failure)) this.#database.pool.retire(client)
    if (!commit || failure) return failure
    this.#endCommitted(client, readFailure, commit)
    return null
  }

  async #commitAlone(client: Client): Promise<void> {
    this.#become({ kind: 'committing', client })
    const connected = await client
    await connected.query('commit')
    this.#endCommitted(connected, null, { reads: NO_READS, next: 'ended' })
  }

  #endCommitted(client: pg.PoolClient, readFailure: Error | null, { reads, next }: Commit): void {
    // If the rule failed before the commit was answered, `rollBack` returns the connection.
    if (this.#state.kind !== 'committing') return
    this.#become({ kind: next, reads })
    this.#database.pool.release(client, isBroken(readFailure))
  }
}

const failureOf = (state: State): Error => (state.kind === 'failed' ? state.failure : new Error(ENDED))

/**
 * Resolves the statements that are done and rejects the others. With a commit in the pipeline, all may be done and rolled back: then
 * the last is rejected. Returns true if a caller has the failure.
 */
function settle(statements: readonly GatheredStatement[], failure: Error | null): boolean {
  const last = statements.length - 1
  let hasCaller = false
  statements.forEach(({ caller, result, isDone }, index) => {
    if (!failure || (index < last && isDone)) caller?.resolve(result)
    else if (caller) {
      caller.reject(failure)
      hasCaller = true
    }
  })
  return hasCaller
}

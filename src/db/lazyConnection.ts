/** What a transaction speaks through. */
import type pg from 'pg'
import type { Database } from './client.ts'
import { isBroken } from './connections.ts'
import type { NamedStatement, ReadAlong } from './packets.ts'
import { type Answer, type Part, runStatement } from './statementQuery.ts'
import type { Runner } from './statements.ts'

export const NO_READS: readonly ReadAlong[] = []

/** Where a statement stands in a transaction. */
interface Place {
  commits: boolean
  reads: readonly ReadAlong[]
  /** Whether another transaction may follow. */
  isAlone: boolean
}

const IN_BETWEEN: Place = { commits: false, reads: NO_READS, isAlone: false }

// A packet of so many statements is long enough: what waits in memory must have an end.
const DEFERRED_MAX = 20
const NOBODY_LOOKS: Answer = { rows: [], rowCount: 0, readFailure: null }

const COMMIT: NamedStatement = { name: 'commit', text: 'commit', values: [] }

/** The connection of a transaction: taken when the first statement needs it, with which the transaction begins. */
export class LazyConnection implements Runner {
  readonly #database: Database
  #client: Promise<pg.PoolClient> | undefined
  #hasEnded = false
  #deferred: NamedStatement[] = []
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
  get reads(): readonly ReadAlong[] {
    return this.#reads
  }

  async query(statement: NamedStatement, { commits, reads, isAlone }: Place = IN_BETWEEN): Promise<Answer> {
    if (this.#hasEnded) throw new Error('The transaction has ended.')
    const part: Part = { begins: !this.#client, earlier: this.#takeDeferred(), commits, reads }
    this.#hasEnded = commits
    this.#reads = reads
    this.#client ??= this.#database.pool.connect()
    const answer = await this.#run(await this.#client, statement, part, 1 + part.earlier.length)
    if (!commits) return answer
    this.#giveBack(await this.#client, answer)
    this.#hasEnded = !isAlone
    return answer
  }

  /** Keeps a statement for the next packet, once there is a transaction. */
  async defer(statement: NamedStatement): Promise<Answer> {
    if (!this.#client || this.#hasEnded || this.#deferred.length === DEFERRED_MAX) return this.query(statement)
    this.#deferred.push(statement)
    return NOBODY_LOOKS
  }

  async commit(reads: readonly ReadAlong[]): Promise<void> {
    const client = await this.#client
    if (!client) return
    this.#reads = reads
    const part: Part = { begins: false, earlier: this.#takeDeferred(), commits: false, reads }
    const isBare = part.earlier.length === 0 && reads.length === 0
    if (isBare) await client.query('commit')
    const answer = isBare ? undefined : await this.#run(client, COMMIT, part, part.earlier.length)
    this.#giveBack(client, answer)
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

  #takeDeferred(): readonly NamedStatement[] {
    const deferred = this.#deferred
    if (deferred.length > 0) this.#deferred = []
    return deferred
  }

  #run(client: pg.PoolClient, statement: NamedStatement, part: Part, count: number): Promise<Answer> {
    return this.#database.countingPacket(count, part.reads, () => runStatement(client, statement, part))
  }

  #giveBack(client: pg.PoolClient, ended?: Answer): void {
    this.#client = undefined
    this.#database.pool.giveBack(client, isBroken(ended?.readFailure ?? null))
  }
}

/** For the statement with which a transaction commits. Behind it goes what will be read then. */
export class Ending implements Runner {
  readonly #connection: LazyConnection
  readonly #end: Place

  constructor(connection: LazyConnection, { reads, isAlone }: Omit<Place, 'commits'>) {
    this.#connection = connection
    this.#end = { commits: true, reads, isAlone }
  }

  query(statement: NamedStatement): Promise<Answer> {
    return this.#connection.query(statement, this.#end)
  }
}

/** For statements that can wait for the next one. */
export class Deferring implements Runner {
  readonly #connection: LazyConnection

  constructor(connection: LazyConnection) {
    this.#connection = connection
  }

  query(statement: NamedStatement): Promise<Answer> {
    return this.#connection.defer(statement)
  }
}

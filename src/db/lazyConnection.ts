/** What a transaction speaks through. */
import type pg from 'pg'
import type { Database } from './client.ts'
import { isBroken } from './connections.ts'
import type { ReadAlong } from './packets.ts'
import { type Answer, type NamedStatement, type Part, runStatement } from './statementQuery.ts'
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

const COMMIT: NamedStatement = { name: 'commit', text: 'commit', values: [] }

/** The connection of a transaction: taken when the first statement needs it, with which the transaction begins. */
export class LazyConnection implements Runner {
  readonly #database: Database
  #client: Promise<pg.PoolClient> | undefined
  #hasEnded = false
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
    const part: Part = { begins: !this.#client, commits, reads }
    this.#hasEnded = commits
    this.#reads = reads
    this.#client ??= this.#database.pool.connect()
    const client = await this.#client
    const answer = await this.#database.countingPacket(1, reads, () => runStatement(client, statement, part))
    if (!commits) return answer
    this.#giveBack(client, answer)
    this.#hasEnded = !isAlone
    return answer
  }

  async commit(reads: readonly ReadAlong[]): Promise<void> {
    const client = await this.#client
    if (!client) return
    this.#reads = reads
    const part: Part = { begins: false, commits: false, reads }
    let answer: Answer | undefined
    if (reads.length === 0) await client.query('commit')
    else answer = await this.#database.countingPacket(0, reads, () => runStatement(client, COMMIT, part))
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

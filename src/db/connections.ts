/**
 * The pool. A connection that is given back stays at hand for the next statement: pg's own pool sets a time-out and waits a
 * turn of the event loop for each loan, which costs a small read a tenth of its time. Where anybody waits in pg's queue, a
 * connection goes back there, so everybody is served in turn.
 */
import pg from 'pg'
import { DatabaseClient, type PoolOptions } from './databaseClient.ts'
import type { DatabaseLostError } from './reachability.ts'
import { destroy } from './wire/pgInternals.ts'

// What was not used for so long goes back to pg's pool, which closes it when it stays idle there.
const AT_HAND_MS = 30_000

export class ConnectionPool extends pg.Pool {
  #lost: DatabaseLostError | undefined
  readonly #clients = new Set<pg.PoolClient>()
  /** The one used last stands last, and is lent first. */
  readonly #atHand: pg.PoolClient[] = []
  /** The fewest at hand since the last look: so many were not needed. */
  #unused = 0
  readonly #look: NodeJS.Timeout
  /** How often all connections were renewed, and how often they had been when each was made. */
  #generation = 0
  readonly #generations = new WeakMap<pg.PoolClient, number>()

  constructor(options: PoolOptions) {
    super({ ...options, Client: DatabaseClient })
    this.on('connect', (client) => this.#watch(client))
    this.on('remove', (client) => this.#clients.delete(client))
    this.#look = setInterval(() => this.#handBackUnused(), AT_HAND_MS)
    this.#look.unref()
  }

  /**
   * Gives a connection to `use`, at once where one is at hand, which gives it back by `giveBack`. By callbacks: between them a
   * promise for each step costs as much as the rest of a small request.
   */
  lend(use: (client: pg.PoolClient) => void, refuse: (error: Error) => void): void {
    const client = this.#lost ? undefined : this.#take()
    if (this.#lost) refuse(this.#lost)
    else if (client) use(client)
    else {
      super.connect((error, connected) => {
        if (!connected) refuse(error ?? new Error('There is no connection.'))
        else if (this.#isOld(connected)) {
          connected.release(true)
          this.lend(use, refuse)
        } else use(connected)
      })
    }
  }

  /** Takes back what was lent; closes it where it is spent. */
  giveBack(client: pg.PoolClient, spent = false): void {
    const isSpent = spent || this.#isOld(client)
    if (isSpent || this.waitingCount > 0 || this.ending || this.#lost) client.release(isSpent)
    else this.#atHand.push(client)
  }

  /**
   * Closes all connections as old as this one, those in use as soon as they are given back: what one of them has prepared is
   * stale, so it will be on all of them, statement by statement.
   */
  renew(client: pg.PoolClient): void {
    if (this.#isOld(client)) return
    this.#generation++
    this.#unused = 0
    for (const old of this.#atHand.splice(0)) old.release(true)
  }

  /** Ends every connection, and with it whatever waits for an answer; refuses new work with this error. */
  giveUp(error: DatabaseLostError): void {
    this.#lost = error
    for (const client of this.#clients) destroy(client)
  }

  takeUp(): void {
    this.#lost = undefined
  }

  /** How many connections nobody uses. */
  get freeCount(): number {
    return this.idleCount + this.#atHand.length
  }

  override connect(): Promise<pg.PoolClient>
  override connect(callBack: ConnectCallback): void
  override connect(callBack?: ConnectCallback): Promise<pg.PoolClient> | undefined {
    if (!callBack) return new Promise((resolve, reject) => this.lend(resolve, reject))
    this.lend(
      (client) => callBack(undefined, client, (spent) => client.release(spent)),
      (error) => callBack(error, undefined, () => {}),
    )
    return undefined
  }

  override end(): Promise<void>
  override end(callBack: () => void): void
  override end(callBack?: () => void): Promise<void> | undefined {
    clearInterval(this.#look)
    for (const client of this.#atHand.splice(0)) client.release()
    if (!callBack) return super.end()
    super.end(callBack)
    return undefined
  }

  #isOld(client: pg.PoolClient): boolean {
    return this.#generations.get(client) !== this.#generation
  }

  #take(): pg.PoolClient | undefined {
    const client = this.#atHand.pop()
    if (this.#atHand.length < this.#unused) this.#unused = this.#atHand.length
    return client
  }

  // One that breaks emits an error, which would end the process. Where it is lent, the statement on it rejects besides.
  #watch(client: pg.PoolClient): void {
    this.#clients.add(client)
    this.#generations.set(client, this.#generation)
    const drop = (error?: Error) => {
      const index = this.#atHand.indexOf(client)
      if (index < 0) return
      this.#atHand.splice(index, 1)
      client.release(true)
      if (error) this.emit('error', error, client)
    }
    client.on('error', drop)
    client.on('end', () => drop())
  }

  #handBackUnused(): void {
    for (const client of this.#atHand.splice(0, this.#unused)) client.release()
    this.#unused = this.#atHand.length
  }
}

/** Whether a connection is of no more use after this failure: what PostgreSQL refused has left it sound. */
export const isBroken = (failure: Error | null): boolean =>
  failure !== null && (!(failure instanceof pg.DatabaseError) || failure.severity === 'FATAL')

type ConnectCallback = (
  error: Error | undefined,
  client: pg.PoolClient | undefined,
  release: (spent?: Error | boolean) => void,
) => void

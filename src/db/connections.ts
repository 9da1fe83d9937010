/**
 * The connection pool. A released connection stays at hand for the next statement: pg's own pool sets a timer and waits a turn of the
 * event loop for each connection, which is a tenth of the time of a small read. If callers wait in pg's queue, a released connection
 * goes to pg's pool, so they are served in turn.
 */
import pg from 'pg'
import { DatabaseClient, type PoolOptions } from './databaseClient.ts'
import type { DatabaseLostError } from './reachability.ts'
import { destroy } from './wire/pgInternals.ts'

// A connection that is not needed for so long returns to pg's pool, which closes it when it stays idle there.
const AT_HAND_MS = 30_000

/** pg's pool with released connections at hand. */
export class ConnectionPool extends pg.Pool {
  #lost: DatabaseLostError | undefined
  readonly #clients = new Set<pg.PoolClient>()
  /** Released connections. The most recently used one is last, and is acquired first. */
  readonly #atHand: pg.PoolClient[] = []
  /** The smallest number at hand since the last check: so many were not needed. */
  #unused = 0
  readonly #unusedCheck: NodeJS.Timeout
  /** The number of times that all connections were retired; and its value when each was made. */
  #generation = 0
  readonly #generations = new WeakMap<pg.PoolClient, number>()

  constructor(options: PoolOptions) {
    super({ ...options, Client: DatabaseClient })
    this.on('connect', (client) => this.#watch(client))
    this.on('remove', (client) => this.#clients.delete(client))
    this.#unusedCheck = setInterval(() => this.#returnUnused(), AT_HAND_MS)
    this.#unusedCheck.unref()
  }

  /**
   * Calls `use` with a connection, synchronously if one is at hand. The caller has to `release` it. With callbacks, because a promise
   * for each step costs as much as the rest of a small request.
   */
  acquire(use: (client: pg.PoolClient) => void, refuse: (error: Error) => void): void {
    const client = this.#lost ? undefined : this.#take()
    if (this.#lost) refuse(this.#lost)
    else if (client) use(client)
    else {
      super.connect((error, connected) => {
        if (!connected) refuse(error ?? new Error('No connection is available.'))
        else if (this.#isOld(connected)) {
          connected.release(true)
          this.acquire(use, refuse)
        } else use(connected)
      })
    }
  }

  /** Takes a connection back, or closes it. */
  release(client: pg.PoolClient, close = false): void {
    const isClosed = close || this.#isOld(client)
    if (isClosed || this.waitingCount > 0 || this.ending || this.#lost) client.release(isClosed)
    else this.#atHand.push(client)
  }

  /**
   * Closes all connections of this one's generation, those in use when they are released: if a prepared statement is stale on one of
   * them, it is stale on all.
   */
  retire(client: pg.PoolClient): void {
    if (this.#isOld(client)) return
    this.#generation++
    this.#unused = 0
    for (const old of this.#atHand.splice(0)) old.release(true)
  }

  /** Closes every connection, so running statements fail, and refuses new work with this error until `resume`. */
  failAll(error: DatabaseLostError): void {
    this.#lost = error
    for (const client of this.#clients) destroy(client)
  }

  resume(): void {
    this.#lost = undefined
  }

  /** The number of connections that are not in use. */
  get freeCount(): number {
    return this.idleCount + this.#atHand.length
  }

  override connect(): Promise<pg.PoolClient>
  override connect(callBack: ConnectCallback): void
  override connect(callBack?: ConnectCallback): Promise<pg.PoolClient> | undefined {
    if (!callBack) return new Promise((resolve, reject) => this.acquire(resolve, reject))
    this.acquire(
      (client) => callBack(undefined, client, (close) => client.release(close)),
      (error) => callBack(error, undefined, () => {}),
    )
    return undefined
  }

  override end(): Promise<void>
  override end(callBack: () => void): void
  override end(callBack?: () => void): Promise<void> | undefined {
    clearInterval(this.#unusedCheck)
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

  // A connection that breaks emits an error, which would end the process without a listener. If it is in use, its statement rejects, too.
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

  #returnUnused(): void {
    for (const client of this.#atHand.splice(0, this.#unused)) client.release()
    this.#unused = this.#atHand.length
  }
}

/** True if a connection cannot be used after this failure. An error that PostgreSQL reports leaves it usable, unless it is fatal. */
export const isBroken = (failure: Error | null): boolean =>
  failure !== null && (!(failure instanceof pg.DatabaseError) || failure.severity === 'FATAL')

type ConnectCallback = (
  error: Error | undefined,
  client: pg.PoolClient | undefined,
  release: (close?: Error | boolean) => void,
) => void

/**
 * A pooler between us and PostgreSQL. One that gives each transaction another connection takes away what belongs to a session:
 * settings, prepared statements, `listen`, and the locks that outlive a transaction, which it would hand on to strangers.
 */
import pg from 'pg'
import { UnfitDatabaseError } from './unfitDatabaseError.ts'
import { destroy } from './wire/pgInternals.ts'

const CONNECT_WAIT_MS = 10_000
// Far above what a statement of no work takes, and below what a start may take.
const ANSWER_WAIT_MS = 3_000
const LOOKS_AFTER = 3
const PROTOCOL_VIOLATION = '08P01' // By which PgBouncer says what its mode does not allow.

const SHARED =
  'DATABASE_URL leads through a pooler that gives each transaction another connection (pool_mode = transaction): set DATABASE_URL to PostgreSQL itself, or pool_mode = session for this database, with a pool_size of DATABASE_POOL_MAX and 20 more for each server.'
const TOO_SMALL =
  'DATABASE_URL leads through a pooler that does not give two connections at once: set DATABASE_URL to PostgreSQL itself, or give this database a pool_size of DATABASE_POOL_MAX and 20 more for each server.'

/** A client that changes no settings: behind a pooler they would stay on the server's connection. */
export function plainClient(connectionString: string): pg.Client {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: CONNECT_WAIT_MS })
  client.on('error', () => {}) // The running statement rejects with the same error.
  return client
}

/**
 * Refuses a pooler by which two clients share a connection, and leaves nothing behind in it. While one is in a transaction, and
 * when it has ended, the other must go on with the connection that it began with, whichever order the pooler takes them in.
 */
export async function refuseSharedConnections(connectionString: string): Promise<void> {
  const [one, other] = [plainClient(connectionString), plainClient(connectionString)]
  try {
    await one.connect()
    const own = await backendOf(one)
    await begin(other)
    const taken = await backendOf(other)
    const seen = [await backendOf(one)]
    await other.query('commit')
    for (let look = 0; look < LOOKS_AFTER; look++) seen.push(await backendOf(one))
    if (taken === own || seen.some((backend) => backend !== own)) throw new UnfitDatabaseError(SHARED)
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === PROTOCOL_VIOLATION) throw new UnfitDatabaseError(SHARED)
    throw error
  } finally {
    // `end` would wait for the answer to a running statement.
    for (const client of [one, other]) destroy(client)
  }
}

async function begin(client: pg.Client): Promise<void> {
  try {
    await client.connect()
    await client.query(patient('begin'))
  } catch (error) {
    if (error instanceof pg.DatabaseError) throw error
    throw new UnfitDatabaseError(TOO_SMALL)
  }
}

// One that has to wait for the other's transaction shares its connection.
async function backendOf(client: pg.Client): Promise<unknown> {
  try {
    const { rows } = await client.query<{ backend: number }>(patient('select pg_backend_pid() as backend'))
    return rows[0]?.backend
  } catch (error) {
    if (error instanceof pg.DatabaseError) throw error
    throw new UnfitDatabaseError(SHARED)
  }
}

const patient = (text: string) => ({ text, query_timeout: ANSWER_WAIT_MS })

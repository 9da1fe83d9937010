/**
 * Refuses poolers that give each transaction another connection: those lose what belongs to a session, which is settings, prepared
 * statements, `listen`, and the locks that outlive a transaction, which another client would get.
 */
import pg from 'pg'
import { UnfitDatabaseError } from './unfitDatabaseError.ts'
import { destroy } from './wire/pgInternals.ts'

const CONNECT_WAIT_MS = 10_000
// Far more than such a statement takes, and less than a start may take.
const ANSWER_WAIT_MS = 3_000
const PROBES_AFTER = 3
const PROTOCOL_VIOLATION = '08P01' // PgBouncer's error for a statement that its mode does not allow.

const SHARED =
  'DATABASE_URL connects through a pooler that gives each transaction another connection (pool_mode = transaction): set DATABASE_URL to PostgreSQL itself, or use pool_mode = session for this database, with a pool_size of DATABASE_POOL_MAX plus 20 for each server.'
const TOO_SMALL =
  'DATABASE_URL connects through a pooler that does not give two connections at once: set DATABASE_URL to PostgreSQL itself, or give this database a pool_size of DATABASE_POOL_MAX plus 20 for each server.'

/** A client that changes no settings: behind a pooler they would stay on the server's connection. */
export function plainClient(connectionString: string): pg.Client {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: CONNECT_WAIT_MS })
  client.on('error', () => {}) // The running statement rejects with the same error.
  return client
}

/**
 * Refuses a pooler if two clients share a connection, and leaves no state in it. The first client must keep its connection while the other
 * is in a transaction and after it, regardless of the order in which the pooler assigns its connections.
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
    for (let probe = 0; probe < PROBES_AFTER; probe++) seen.push(await backendOf(one))
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
    await client.query(withTimeout('begin'))
  } catch (error) {
    if (error instanceof pg.DatabaseError) throw error
    throw new UnfitDatabaseError(TOO_SMALL)
  }
}

// A client that waits for the other's transaction shares its connection.
async function backendOf(client: pg.Client): Promise<unknown> {
  try {
    const { rows } = await client.query<{ backend: number }>(withTimeout('select pg_backend_pid() as backend'))
    return rows[0]?.backend
  } catch (error) {
    if (error instanceof pg.DatabaseError) throw error
    throw new UnfitDatabaseError(SHARED)
  }
}

const withTimeout = (text: string) => ({ text, query_timeout: ANSWER_WAIT_MS })

/** Sends the reader's statements, and keeps what a connection has prepared within bounds. */
import type { Pool, PoolClient } from 'pg'
import type { CachedStatement } from './statementCache.ts'

// A connection never forgets a prepared statement, and PostgreSQL holds its plans, some 100 kB each at worst. A connection
// that has this many is closed and another opened, which happens only to a server that is sent ever new shapes.
const PREPARED_MAX = 500

const preparedBy = new WeakMap<PoolClient, Set<string>>()

/** The rows of the statement, each an array. */
export async function runStatement(pool: Pool, statement: CachedStatement, values: unknown[]): Promise<unknown[][]> {
  statement.uses += 1
  const query = { text: statement.text, values, rowMode: 'array' as const }
  // A shape that comes once is not worth a place among the prepared ones.
  if (statement.uses === 1) return (await pool.query<unknown[]>(query)).rows
  const client = await pool.connect()
  let broken = true
  try {
    const { rows } = await client.query<unknown[]>({ ...query, name: statement.name })
    broken = isFull(client, statement.name)
    return rows
  } catch (error) {
    broken = !isRefusal(error)
    throw error
  } finally {
    client.release(broken)
  }
}

function isFull(client: PoolClient, name: string): boolean {
  const names = preparedBy.get(client) ?? new Set()
  preparedBy.set(client, names.add(name))
  return names.size >= PREPARED_MAX
}

// PostgreSQL answered, so the connection is sound.
const isRefusal = (error: unknown): boolean => error instanceof Error && 'severity' in error

/** Sends the reader's statements, and keeps what a connection has prepared within bounds. */
import type { PoolClient } from 'pg'
import type { Database } from '../../db/client.ts'
import type { StatementOrigin } from '../../db/statementCount.ts'
import type { TextRow } from '../../db/wire/pipeline.ts'
import { TextQuery } from '../../db/wire/textQuery.ts'
import type { CachedStatement } from './sql/statementCache.ts'

// A connection never forgets a prepared statement, and PostgreSQL holds its plans, some 100 kB each at worst. A connection
// that has this many is closed and another opened, which happens only to a server that is sent ever new shapes.
const PREPARED_MAX = 500

const preparedBy = new WeakMap<PoolClient, Set<string>>()

/** The rows of the statement. */
export function runStatement(database: Database, statement: CachedStatement, values: unknown[]): Promise<TextRow[]> {
  const { name, text } = statement
  statement.uses += 1
  // A shape that comes once is not worth a place among the prepared ones; and only an unnamed statement is sure to be planned
  // for its values.
  const isPrepared = statement.uses > 1 && !statement.needsCustomPlan
  const query = new TextQuery({ name: isPrepared ? name : undefined, text, values })
  const origin = database.isRecorded ? originOf(statement) : undefined
  return database.runText(query, (client) => isPrepared && isFull(client, name), origin)
}

const originOf = ({ name, text, key, uses }: CachedStatement): StatementOrigin => ({
  name,
  text,
  source: uses > 1 ? 'cache' : 'compiled',
  shapeKey: key,
})

function isFull(client: PoolClient, name: string): boolean {
  let names = preparedBy.get(client)
  if (!names) {
    names = new Set()
    preparedBy.set(client, names)
  }
  return names.add(name).size >= PREPARED_MAX
}

/** Sends the reader's statements, and bounds the number of prepared statements of a connection. */
import type { PoolClient } from 'pg'
import type { Database } from '../../db/client.ts'
import type { StatementOrigin } from '../../db/statementCount.ts'
import type { TextRow } from '../../db/wire/pipeline.ts'
import { TextQuery } from '../../db/wire/textQuery.ts'
import type { CachedStatement } from './sql/statementCache.ts'

// A connection keeps its prepared statements, and PostgreSQL their plans, some 100 kB each at worst. A connection that has this many
// is closed and another one opened, which happens only to a server that clients send ever new shapes.
const PREPARED_MAX = 500

const preparedBy = new WeakMap<PoolClient, Set<string>>()

/** The rows of the statement. */
export function runStatement(database: Database, statement: CachedStatement, values: unknown[]): Promise<TextRow[]> {
  const { name, text } = statement
  statement.uses += 1
  // A shape that is read once is not worth a prepared statement; and only an unnamed statement is always planned for its values.
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

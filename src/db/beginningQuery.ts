/** A statement with which a transaction begins: `begin` goes in its packet, and is answered with it. */
import pg from 'pg'
import type { Runner } from './statements.ts'
import type { Connection } from './textQuery.ts'

type Statement = Parameters<Runner['query']>[0]
type Result = Awaited<ReturnType<Runner['query']>>
type Client = pg.PoolClient & { connection: Connection }

const BEGIN = { name: 'begin', text: 'begin' }

/** Begins a transaction on this connection, and runs its first statement. */
export async function begin(client: pg.PoolClient, statement: Statement): Promise<Result> {
  // The first transaction of a connection prepares what the others send along: pg takes all that a packet prepares for its statement.
  if ((client as Client).connection.parsedStatements[BEGIN.name] === undefined) {
    await client.query(BEGIN)
    return client.query(statement)
  }
  return new Promise((resolve, reject) => {
    const done = (failure: Error | undefined, result: unknown) =>
      failure ? reject(failure) : resolve(result as Result)
    client.query<pg.Submittable>(new BeginningQuery(statement, done))
  })
}

/** What pg's own statement does, and its types leave out. */
interface Own {
  prepare(connection: Connection): void
  handleCommandComplete(message: object, connection: Connection): void
}
const own = pg.Query.prototype as unknown as Own

class BeginningQuery extends pg.Query {
  #hasBegun = false

  /** Called by pg while it makes the packet. */
  prepare(connection: Connection): void {
    connection.bind({ statement: BEGIN.name, values: [] } as never, true)
    connection.execute(null, true)
    own.prepare.call(this, connection)
  }

  /** Called by pg for each of the two. */
  handleCommandComplete(message: object, connection: Connection): void {
    if (this.#hasBegun) own.handleCommandComplete.call(this, message, connection)
    this.#hasBegun = true
  }
}

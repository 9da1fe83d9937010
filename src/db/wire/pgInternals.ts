/**
 * All reliance on what pg, pg-pool and pg-protocol do not document, in one place. Each export says what it uses and what to check
 * before another version is entered in TESTED. Any other version is refused at start-up.
 *
 * Two subclasses rely on more than their documented methods; on an upgrade check these, too:
 * - ConnectionPool (../connections.ts) overrides `connect` and `end` of pg-pool: `query` and graphile-worker call `connect`, with and
 *   without a callback, `end` waits for acquired connections, and `release(true)` closes one.
 * - DatabaseClient (../databaseClient.ts) overrides `connect` of pg's client: pg-pool calls it with a callback, and hands the client out
 *   once the callback is called without an error.
 */
import { createRequire } from 'node:module'
import type pg from 'pg'
import { prepareValue } from 'pg/lib/utils.js'
import { serialize } from 'pg-protocol'
import { installedVersions, refuseUntestedVersions, type Versions } from '../../testedVersions.ts'

/** The versions that this file was tried with. */
export const TESTED: Versions = { pg: '8.23.1', 'pg-pool': '3.14.0', 'pg-protocol': '1.16.1' }

/** Throws unless exactly the tested versions are installed. */
export function refuseUntestedPg(installed: readonly Versions[] = installedPackages()): void {
  for (const versions of installed) refuseUntestedVersions('src/db/wire/pgInternals.ts', TESTED, versions)
}

// Twice: messages are written by the pg-protocol that this file imports, and read by the one that pg imports.
function installedPackages(): Versions[] {
  const here = import.meta.url
  const byPg = installedVersions(Object.keys(TESTED), createRequire(here).resolve('pg'))
  return [byPg, { ...byPg, ...installedVersions(['pg', 'pg-protocol'], here) }]
}

refuseUntestedPg()

/**
 * A connection with the texts that it has prepared, by the name of the statement.
 *
 * On an upgrade check: `Client._handleParseComplete` writes the active query's `text` under its `name`, and nothing removes it.
 */
export type Connection = pg.Connection & { readonly parsedStatements: Readonly<Record<string, string | undefined>> }

/** The connection of a client. @types/pg declares it for `pg.Client` only, and a pool lends the same objects. */
export const connectionOf = (client: pg.ClientBase): Connection =>
  (client as pg.ClientBase & { connection: Connection }).connection

/**
 * A query that writes its own messages, as pg-cursor does.
 *
 * Why: pg's own query has PostgreSQL describe the columns each time, makes parsers and results of them, and writes in five pieces.
 * For a small statement that costs as much as sending it.
 *
 * On an upgrade check: `Client.query` calls `submit` as soon as the queries before are answered, without pipeline mode; an error that
 * `submit` returns reaches `handleError`; each message reaches the method of its name; `handleReadyForQuery` is called last, after
 * `handleError`, too; a query without `callback` is left alone.
 */
export interface SubmittedQuery {
  /** pg notes it with `text` as prepared, once PostgreSQL has parsed the statement. */
  readonly name: string | undefined
  readonly text: string
  submit(connection: Connection): Error | undefined
  handleRowDescription?(message: { fields: { name: string; dataTypeID: number }[] }): void
  handleDataRow(message: { fields: (string | null)[] }): void
  handleCommandComplete(message: { text: string }): void
  handleReadyForQuery(): void
  handleError(failure: Error): void
}

/** Sends a query on a client. @types/pg declares neither the methods of a submitted query nor its error. */
export function submit(client: pg.ClientBase, query: SubmittedQuery): void {
  client.query<pg.Submittable>(query as unknown as pg.Submittable)
}

/**
 * The messages of PostgreSQL's extended query protocol (https://www.postgresql.org/docs/current/protocol-flow.html).
 *
 * On an upgrade check: pg's own query writes the same ones (pg/lib/query.js, pg/lib/connection.js).
 */
export const parseMessage = (name: string, text: string): Buffer => serialize.parse({ name, text })

/** Binds values to a prepared statement, in the unnamed portal. Values are converted as by pg's own query. */
export const bindMessage = (statement: string, values: readonly unknown[]): Buffer =>
  serialize.bind({ statement, values: values as unknown[], valueMapper: prepareValue })

/** Has the columns of the bound statement described. */
export const DESCRIBE: Buffer = serialize.describe({ type: 'P' })
/** Executes the bound statement, and returns all rows. */
export const EXECUTE: Buffer = serialize.execute()
/** Ends a pipeline. After an error PostgreSQL ignores all messages up to this one. */
export const SYNC: Buffer = serialize.sync()

/**
 * Writes messages in one piece: copying some hundred bytes costs less than gathering pieces in the stream. A connection that has ended
 * is left alone, because pg fails its queries.
 */
export function write({ stream }: Connection, messages: readonly Buffer[]): void {
  if (stream.writable) stream.write(Buffer.concat(messages))
}

/** Closes the socket at once: no message waits for an answer. All queries of the client fail. */
export const destroy = (client: pg.ClientBase): void => void connectionOf(client).stream.destroy()

/** The process id by which the server calls the connection. Behind a pooler, it is the pooler's own number. */
export const processIdOf = (client: pg.ClientBase): number =>
  (client as pg.ClientBase & { processID: number }).processID

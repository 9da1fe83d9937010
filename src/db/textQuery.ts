/**
 * A prepared statement whose columns are all text, in the form that pg has for statements of others. Its own asks PostgreSQL
 * to describe the columns each time, and makes parsers for them, which costs a small read as much as sending it does.
 */
import type pg from 'pg'
import { prepareValue } from 'pg/lib/utils.js'
import { serialize } from 'pg-protocol'

export type TextRow = (string | null)[]

/** What pg's types leave out of a connection: the statements that it has prepared, by name. */
export type Connection = pg.Connection & { parsedStatements: Record<string, string | undefined> }

type Done = (failure: Error | null, rows: TextRow[]) => void

const NOBODY_WAITS: Done = () => {}

// For all that has been bound: give all rows, and say when that is done.
const EXECUTE_AND_SYNC = Buffer.concat([serialize.execute(), serialize.sync()])

export class TextQuery {
  /** pg notes under it what the connection has prepared. Without one it is prepared for this time only. */
  readonly name: string | undefined
  readonly text: string
  readonly values: readonly unknown[]
  #rows: TextRow[] = []
  #done = NOBODY_WAITS

  constructor({ name, text, values }: { name?: string | undefined; text: string; values: readonly unknown[] }) {
    this.name = name
    this.text = text
    this.values = values
  }

  /** Has `done` called once, with what went wrong or null, and the rows. */
  whenDone(done: Done): this {
    this.#done = done
    return this
  }

  submit(connection: Connection): void {
    const { name = '', text, values } = this
    const bind = serialize.bind({ statement: name, values: values as unknown[], valueMapper: prepareValue })
    const isPrepared = name !== '' && connection.parsedStatements[name] !== undefined
    const pieces = isPrepared ? [bind, EXECUTE_AND_SYNC] : [serialize.parse({ name, text }), bind, EXECUTE_AND_SYNC]
    // One packet, in one piece: to gather them costs the stream more than to copy some hundred bytes. On a connection that has
    // ended nothing can be written, and pg tells the query so.
    if (connection.stream.writable) connection.stream.write(Buffer.concat(pieces))
  }

  handleDataRow({ fields }: { fields: TextRow }): void {
    this.#rows.push(fields)
  }

  handleCommandComplete(): void {}

  handleReadyForQuery(): void {
    this.#finish(null)
  }

  handleError(failure: Error): void {
    this.#finish(failure)
  }

  // Nothing is kept: the engine lets go of queries late, one after the other, and each would hold a page of rows until then.
  #finish(failure: Error | null): void {
    const done = this.#done
    const rows = this.#rows
    this.#done = NOBODY_WAITS
    this.#rows = []
    done(failure, rows)
  }
}

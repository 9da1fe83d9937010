/**
 * A prepared statement whose columns are all text, in the form that pg has for statements of others. Its own asks PostgreSQL
 * to describe the columns each time, and makes parsers for them, which costs a small read as much as sending it does.
 */
import type pg from 'pg'
import { prepareValue } from 'pg/lib/utils.js'

export type TextRow = (string | null)[]

/** What pg's types leave out of a connection: the statements that it has prepared, by name. */
export type Connection = pg.Connection & { parsedStatements: Record<string, string | undefined> }

export class TextQuery {
  /** pg notes under it what the connection has prepared. Without one it is prepared for this time only. */
  readonly name: string | undefined
  readonly text: string
  readonly values: readonly unknown[]
  readonly rows: TextRow[] = []
  /** Called once, with what went wrong or null. */
  done: (failure: Error | null) => void = () => {}

  constructor({ name, text, values }: { name?: string | undefined; text: string; values: readonly unknown[] }) {
    this.name = name
    this.text = text
    this.values = values
  }

  submit(connection: Connection): void {
    const { name = '', text } = this
    // One packet for all of it.
    connection.stream.cork()
    try {
      if (name === '' || connection.parsedStatements[name] === undefined)
        connection.parse({ name, text, types: [] }, true)
      connection.bind({ statement: name, values: this.values, valueMapper: prepareValue } as never, true)
      connection.execute(null, true)
      connection.sync()
    } finally {
      connection.stream.uncork()
    }
  }

  handleDataRow({ fields }: { fields: TextRow }): void {
    this.rows.push(fields)
  }

  handleCommandComplete(): void {}

  handleReadyForQuery(): void {
    this.done(null)
  }

  handleError(failure: Error): void {
    this.done(failure)
  }
}

/** A statement whose columns are all text, which is nothing to describe and nothing to parse. */
import { type Connection, type PreparedStatement, type TextRow, writePipeline } from './pipeline.ts'

type Done = (failure: Error | null, rows: TextRow[]) => void

const NOBODY_WAITS: Done = () => {}

export class TextQuery {
  readonly name: string | undefined
  readonly #statement: PreparedStatement
  #rows: TextRow[] = []
  #done = NOBODY_WAITS

  constructor(statement: PreparedStatement) {
    this.name = statement.name
    this.#statement = statement
  }

  /** pg notes it under the name. */
  get text(): string {
    return this.#statement.text
  }

  get values(): readonly unknown[] {
    return this.#statement.values
  }

  /** Has `done` called once, with what went wrong or null, and the rows. */
  whenDone(done: Done): this {
    this.#done = done
    return this
  }

  submit(connection: Connection): Error | undefined {
    return writePipeline(connection, this.#statement, { described: false })
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

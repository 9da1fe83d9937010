/** A statement whose columns are all text: nothing is described and nothing parsed. The reader sends these. */
import type { Connection, SubmittedQuery } from './pgInternals.ts'
import { type PreparedStatement, type TextRow, writePipeline } from './pipeline.ts'

type OnDone = (failure: Error | null, rows: TextRow[]) => void

const IGNORED: OnDone = () => {}

export class TextQuery implements SubmittedQuery {
  readonly name: string | undefined
  readonly #statement: PreparedStatement
  #rows: TextRow[] = []
  #done = IGNORED

  constructor(statement: PreparedStatement) {
    this.name = statement.name
    this.#statement = statement
  }

  get text(): string {
    return this.#statement.text
  }

  get values(): readonly unknown[] {
    return this.#statement.values
  }

  /** Calls `done` once, with the error or null, and the rows. */
  whenDone(done: OnDone): this {
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

  // Finished queries stay reachable for a while, and each would keep a page of rows: drop the rows now.
  #finish(failure: Error | null): void {
    const done = this.#done
    const rows = this.#rows
    this.#done = IGNORED
    this.#rows = []
    done(failure, rows)
  }
}

/**
 * SQL as tagged templates. Every interpolation but a list of columns is a bind parameter, so a value can never become SQL. A statement
 * is prepared under the name in its leading comment, so PostgreSQL parses it once per connection, and the slow-query log shows the name.
 */
import { Columns } from './columns.ts'
import type { NamedStatement } from './wire/pipeline.ts'
import type { StatementResult } from './wire/statementQuery.ts'

/** Runs prepared statements: a transaction's connection, or the pool. */
export interface Runner {
  query(statement: NamedStatement): Promise<StatementResult>
}

/** Runs statements that return no rows. `Value` is the number of rows touched, or what the transaction makes of it. */
export interface Writer<Value = unknown> {
  run(strings: TemplateStringsArray, ...values: unknown[]): Promise<Value>
}

interface Statement {
  name: string
  text: string
  /** True if lists of columns are among its interpolations. */
  hasColumns: boolean
}

const statements = new WeakMap<TemplateStringsArray, Statement>()

export class Statements implements Writer<number> {
  readonly #runner: Runner

  constructor(runner: Runner) {
    this.#runner = runner
  }

  /** All rows, their columns in camelCase. */
  async rows<Row>(strings: TemplateStringsArray, ...values: unknown[]): Promise<Row[]> {
    return (await this.#run(strings, values)).rows as Row[]
  }

  /** The first row; undefined if there is none. */
  async row<Row>(strings: TemplateStringsArray, ...values: unknown[]): Promise<Row | undefined> {
    return (await this.#run(strings, values)).rows[0] as Row | undefined
  }

  /** The number of rows touched. */
  async run(strings: TemplateStringsArray, ...values: unknown[]): Promise<number> {
    return (await this.#run(strings, values)).rowCount
  }

  #run(strings: TemplateStringsArray, values: unknown[]): Promise<StatementResult> {
    const { name, text, hasColumns } = statementOf(strings, values)
    return this.#runner.query({ name, text, values: hasColumns ? values.filter(isParameter) : values })
  }
}

const isParameter = (value: unknown): boolean => !(value instanceof Columns)

function statementOf(strings: TemplateStringsArray, values: readonly unknown[]): Statement {
  let statement = statements.get(strings)
  if (!statement) {
    const text = textOf(strings, values)
    const name = /^\/\* (\w+) \*\//.exec(text)?.[1]
    if (!name) throw new Error(`A statement begins with its name in a comment: ${text.slice(0, 60)}`)
    statement = { name, text, hasColumns: !values.every(isParameter) }
    statements.set(strings, statement)
  }
  return statement
}

function textOf(strings: TemplateStringsArray, values: readonly unknown[]): string {
  let parameters = 0
  const interpolations = values.map((value) => (value instanceof Columns ? value.text : `$${++parameters}`))
  return strings
    .map((part, index) => part + (interpolations[index] ?? ''))
    .join('')
    .trim()
}

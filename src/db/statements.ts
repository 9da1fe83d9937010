/**
 * SQL as tagged templates: each interpolation is a bind parameter, so a value can never become SQL, and each statement
 * is prepared under the name in its leading comment, so PostgreSQL plans it once a connection and the slow-query log names it.
 */
import type { QueryArrayResult } from 'pg'

/** Anything that runs one prepared statement: a transaction's connection, or the pool. */
export interface Runner {
  query(statement: {
    name: string
    text: string
    values: unknown[]
    rowMode: 'array'
  }): Promise<QueryArrayResult<unknown[]>>
}

interface Statement {
  name: string
  text: string
}

const statements = new WeakMap<TemplateStringsArray, Statement>()
const columnNames = new Map<string, string>()

export class Statements {
  readonly #runner: Runner

  constructor(runner: Runner) {
    this.#runner = runner
  }

  /** All rows, their columns in camelCase. */
  async rows<Row>(strings: TemplateStringsArray, ...values: unknown[]): Promise<Row[]> {
    const result = await this.#run(strings, values)
    const names = result.fields.map((field) => camelCase(field.name))
    return result.rows.map((row) => Object.fromEntries(names.map((name, index) => [name, row[index]])) as Row)
  }

  /** The first row, or undefined when there is none. */
  async row<Row>(strings: TemplateStringsArray, ...values: unknown[]): Promise<Row | undefined> {
    return (await this.rows<Row>(strings, ...values))[0]
  }

  /** The number of rows that the statement touched. */
  async run(strings: TemplateStringsArray, ...values: unknown[]): Promise<number> {
    return (await this.#run(strings, values)).rowCount ?? 0
  }

  #run(strings: TemplateStringsArray, values: unknown[]): Promise<QueryArrayResult<unknown[]>> {
    return this.#runner.query({ ...statementOf(strings), values, rowMode: 'array' })
  }
}

function statementOf(strings: TemplateStringsArray): Statement {
  let statement = statements.get(strings)
  if (!statement) {
    const text = strings.reduce((sql, part, index) => `${sql}$${index}${part}`).trim()
    const name = /^\/\* (\w+) \*\//.exec(text)?.[1]
    if (!name) throw new Error(`A statement begins with its name in a comment: ${text.slice(0, 60)}`)
    statement = { name, text }
    statements.set(strings, statement)
  }
  return statement
}

function camelCase(column: string): string {
  let name = columnNames.get(column)
  if (!name) {
    name = column.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
    columnNames.set(column, name)
  }
  return name
}

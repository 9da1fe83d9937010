/**
 * The columns of a model, by name. With `*`, a migration that adds a column would change the result of prepared statements, which
 * PostgreSQL then refuses; by name, an older server continues to work with a newer database.
 */
import { dataModel } from './generated/datamodel.ts'

type ModelName = keyof typeof dataModel.models

/** A part of a statement's text, not a parameter. */
export class Columns {
  readonly text: string

  constructor(names: readonly string[]) {
    this.text = names.join(', ')
  }
}

interface Choice<Name extends ModelName> {
  /** The table's name or alias in the statement. */
  of?: string
  without?: readonly (keyof (typeof dataModel.models)[Name]['columns'])[]
}

/** All columns of this model. Make them once, beside their statement. */
export function columnsOf<Name extends ModelName>(model: Name, { of, without = [] }: Choice<Name> = {}): Columns {
  const columns = Object.entries<{ column: string }>(dataModel.models[model].columns)
  const chosen = columns.filter(([name]) => !(without as readonly string[]).includes(name))
  return new Columns(chosen.map(([, { column }]) => (of ? `${of}.${column}` : column)))
}

/**
 * The columns of a model, written out in a statement. With `*` a migration that adds one changes what a prepared statement gives,
 * which PostgreSQL refuses from then on; by name an older server goes on beside a newer database.
 */
import { dataModel } from './generated/datamodel.ts'

type ModelName = keyof typeof dataModel.models

/** A part of a statement's text that is known when the program starts. */
export class Columns {
  readonly text: string

  constructor(names: readonly string[]) {
    this.text = names.join(', ')
  }
}

interface Choice<Name extends ModelName> {
  /** What the statement calls the table. */
  of?: string
  without?: readonly (keyof (typeof dataModel.models)[Name]['columns'])[]
}

/** All columns of this model. Made once, where its statement is. */
export function columnsOf<Name extends ModelName>(model: Name, { of, without = [] }: Choice<Name> = {}): Columns {
  const columns = Object.entries<{ column: string }>(dataModel.models[model].columns)
  const chosen = columns.filter(([name]) => !(without as readonly string[]).includes(name))
  return new Columns(chosen.map(([, { column }]) => (of ? `${of}.${column}` : column)))
}

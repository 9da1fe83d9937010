/** The data model as the reader needs it: what `.config/describeModels.mjs` generates, with its references resolved. */
import { dataModel } from '../../db/generated/datamodel.ts'

export interface Column {
  name: string
  column: string
  /** Prisma's type, or the name of an enum. */
  type: string
  sqlType: string
  list: boolean
  required: boolean
  unique: boolean
  id?: boolean
  /** What the database calls each value of an enum, by Prisma's name; undefined for all other columns. */
  enumValues: ReadonlyMap<string, string> | undefined
}

export interface Relation {
  name: string
  list: boolean
  target: Model
  /** Pairs of a column here and the column of the target that equals it. */
  columns: readonly (readonly [here: string, there: string])[]
}

export interface Model {
  name: string
  table: string
  columns: ReadonlyMap<string, Column>
  relations: ReadonlyMap<string, Relation>
  /** Fields of each unique combination, by the name that Prisma gives it. */
  compoundUniques: ReadonlyMap<string, readonly string[]>
}

interface Description {
  enums: Record<string, Record<string, string>>
  models: Record<string, ModelDescription>
}

interface ModelDescription {
  table: string
  columns: Record<string, Omit<Column, 'name' | 'enumValues'>>
  relations: Record<string, { model: string; list: boolean; columns: string[][] }>
  compoundUniques: Record<string, string[]>
}

/** Every model, by Prisma's name. */
export const models: ReadonlyMap<string, Model> = resolve(dataModel)

function resolve({ enums, models: described }: Description): ReadonlyMap<string, Model> {
  const relations = new Map(Object.keys(described).map((name) => [name, new Map<string, Relation>()]))
  const resolved = new Map(
    Object.entries(described).map(([name, { table, columns, compoundUniques }]): [string, Model] => [
      name,
      {
        name,
        table,
        columns: new Map(
          Object.entries(columns).map(([field, column]) => [field, resolveColumn(field, column, enums)]),
        ),
        relations: relations.get(name) ?? new Map(),
        compoundUniques: new Map(Object.entries(compoundUniques)),
      },
    ]),
  )
  // Models refer to each other in circles, so their relations are filled in when all of them exist.
  for (const [name, model] of Object.entries(described)) {
    for (const [field, { model: targetName, list, columns }] of Object.entries(model.relations)) {
      const target = resolved.get(targetName)
      if (!target) throw new Error(`There is no model ${targetName}.`)
      relations.get(name)?.set(field, { name: field, list, target, columns: columns.map(pairOf) })
    }
  }
  return resolved
}

function resolveColumn(name: string, column: ModelDescription['columns'][string], enums: Description['enums']): Column {
  const values = enums[column.type]
  return { ...column, name, enumValues: values && new Map(Object.entries(values)) }
}

function pairOf([here, there]: string[]): [string, string] {
  if (here === undefined || there === undefined) throw new Error('A relation joins pairs of columns.')
  return [here, there]
}

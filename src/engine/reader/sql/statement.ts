/**
 * Compiles a read to one statement: to-one relations are scalar subqueries, lists are ordered subqueries with a limit, counts use an
 * index. Everything below the root is in the target list, so no join can change the order of a list.
 */

import type { Column, Model, Relation } from '../dataModel.ts'
import {
  PLAN,
  type PlannedSelection,
  type ReadArguments,
  type Selection,
  type SelectionTemplateField,
} from '../planning/planTypes.ts'
import { UnsupportedByReader } from '../planning/unsupported.ts'
import { conversionOf, type Renaming, RowShape } from '../rows.ts'
import { walkWhere } from './conditions.ts'
import { orderOf } from './order.ts'
import { relationOf } from './shapeKey.ts'
import { joinOf, jsonOf, Numbering, quoted, SqlConditions, type SqlTerm } from './sqlConditions.ts'

// The limit of PostgreSQL for the arguments of a function.
const ARGUMENTS_MAX = 100

export type Cardinality = 'one' | 'many'

export interface Statement {
  /** Returns one row with one column: the JSON of a row as the list of its columns, or of a list of rows. */
  text: string
  parameters: number
  rowShape: RowShape
  /** True if the rows are read in reverse order. */
  backward: boolean
  /** The parameter that the row's id must equal, if there is one: then reads of this shape can be batched. */
  idParameter: number | undefined
  /** True if PostgreSQL has to plan it for the values of each request. */
  needsCustomPlan?: boolean
}

/** Compiles a read of a model. Throws UnsupportedByReader. */
export function compile(model: Model, read: ReadArguments, cardinality: Cardinality): Statement {
  const compiler = new Compiler()
  return cardinality === 'many' ? compiler.many(model, read) : compiler.one(model, read)
}

/** Compiles a read of one row for a list of ids in place of the id: it returns rows of two columns, id and JSON. */
export function compileBatch(model: Model, read: ReadArguments, idParameter: number): Statement {
  return new Compiler(idParameter).batch(model, read)
}

class Compiler {
  readonly #numbering = new Numbering()
  readonly #idsParameter: number | undefined

  constructor(idsParameter?: number) {
    this.#idsParameter = idsParameter
  }

  one(model: Model, read: ReadArguments): Statement {
    if (read.take !== undefined) throw new UnsupportedByReader('take of one')
    const { rows, idParameter, rowShape } = this.#rows(model, { ...read, take: 1 })
    return this.#statement(model, `select r.r::text from (${rows}) r`, { rowShape, idParameter })
  }

  many(model: Model, read: ReadArguments): Statement {
    const { rows, ...rest } = this.#rows(model, read)
    return this.#statement(model, `select coalesce(json_agg(r.r), '[]')::text from (${rows}) r`, {
      ...rest,
      idParameter: undefined,
    })
  }

  batch(model: Model, read: ReadArguments): Statement {
    const alias = this.#numbering.alias()
    const where = this.#where(model, read, alias)
    const { row, rowShape } = this.#fields(model, alias, read)
    const id = [...model.columns.values()].find((column) => column.id)
    if (!id) throw new UnsupportedByReader(`${model.name} has no id of one column`)
    const text = `select ${alias}.${quoted(id.column)}::text, ${row}::text from ${quoted(model.table)} ${alias} where ${where.text}`
    return this.#statement(model, text, { rowShape, idParameter: where.idParameter })
  }

  // The leading comment names the read in PostgreSQL's slow-query log.
  #statement(
    { name }: Model,
    text: string,
    { backward = false, ...rest }: Pick<Statement, 'rowShape' | 'idParameter'> & Partial<Statement>,
  ): Statement {
    return { text: `/* read ${name} */ ${text}`, parameters: this.#numbering.parameters, backward, ...rest }
  }

  /** An ordered select of the model's rows with a limit. Values in this order: condition, cursor, selection. */
  #rows(model: Model, read: ReadArguments, relation?: { relation: Relation; outer: string }) {
    const alias = this.#numbering.alias()
    const where = this.#where(model, read, alias)
    const join = relation ? [joinOf(relation.relation, relation.outer, alias)] : []
    const { order, backward, cursor } = orderOf(model, read, alias, this.#numbering)
    const { row, rowShape } = this.#fields(model, alias, read)
    const table = `${quoted(model.table)} ${alias}`
    const limits = [
      ...(order ? [`order by ${order}`] : []),
      ...(read.take === undefined ? [] : [`limit ${wholeNumber(Math.abs(read.take))}`]),
    ].join(' ')
    const isMerged = where.alternatives && order && read.take !== undefined && !cursor && !read.skip
    const from = isMerged
      ? mergeOf(
          where.alternatives ?? [],
          (alternative) =>
            `select ${columnsOf(model, alias)} from ${table}${whereOf([...join, alternative])} ${limits}`,
          alias,
        )
      : `${table}${whereOf([...join, where.text, ...(cursor ? [cursor] : [])])}`
    const offset = read.skip ? ` offset ${wholeNumber(read.skip)}` : ''
    const idParameter = cursor || order || read.skip ? undefined : where.idParameter
    const rows = `select ${row} as r from ${from} ${limits}${offset}`
    return { rows, rowShape, backward, idParameter, needsCustomPlan: where.needsCustomPlan === true }
  }

  #where(model: Model, { where }: ReadArguments, alias: string): SqlTerm {
    if (!where) return { text: 'true' }
    return walkWhere(new SqlConditions(this.#numbering, alias, this.#idsParameter), model, where)
  }

  #fields(model: Model, alias: string, { select, include }: ReadArguments): { row: string; rowShape: RowShape } {
    const target = new TargetList(alias)
    if (!select) for (const column of model.columns.values()) target.addColumn(column)
    for (const selection of [include, select]) if (selection) this.#addSelection(target, model, selection)
    return target.build()
  }

  #addSelection(target: TargetList, model: Model, selection: Selection, field?: SelectionTemplateField): void {
    const renamings: Renaming[] = []
    for (const name in selection) {
      const selected = selection[name]
      const column = model.columns.get(name)
      if (!selected) continue
      if (column) target.addColumn(column)
      else {
        const columnName = target.freeName(name)
        if (columnName !== name) renamings.push([columnName, name])
        if (name === '_count') target.add(columnName, this.#counts(model, target.alias, selected))
        else this.#addRelation(target, columnName, relationOf(model, name), selected === true ? {} : selected)
      }
    }
    if (field && renamings.length > 0) target.rename(field, renamings)
    if (selection[PLAN]) this.#addPlanned(target, selection[PLAN])
  }

  #addPlanned(target: TargetList, { template, selections }: PlannedSelection): void {
    target.isPlanned = true
    for (const name of template.columns) {
      const column = template.model.columns.get(name)
      if (column) target.addColumn(column)
    }
    template.fields.forEach((field, index) => {
      const selection = selections[index]
      if (selection) this.#addSelection(target, template.model, selection, field)
    })
  }

  #addRelation(target: TargetList, name: string, relation: Relation, read: ReadArguments): void {
    const { rows, rowShape, backward } = this.#rows(relation.target, read, { relation, outer: target.alias })
    if (relation.list) {
      const list = `(select coalesce(json_agg(r.r), '[]') from (${rows}) r)`
      target.add(name, list, (value: never) => rowShape.list(value, backward))
    } else target.add(name, `(${rows})`, (value: never) => rowShape.row(value))
  }

  #counts(model: Model, outer: string, selected: true | ReadArguments): string {
    const counts: string[] = []
    for (const [name, counted] of Object.entries((selected !== true && selected.select) || {})) {
      if (!counted) continue
      const relation = relationOf(model, name)
      const alias = this.#numbering.alias()
      const where = this.#where(relation.target, counted === true ? {} : counted, alias)
      const condition = `${joinOf(relation, outer, alias)} and ${where.text}`
      counts.push(`'${name}', (select count(*) from ${quoted(relation.target.table)} ${alias} where ${condition})`)
    }
    return `json_build_object(${counts.join(', ')})`
  }
}

/** The target list of one select; the names are those of the row's properties. */
class TargetList {
  readonly alias: string
  isPlanned = false
  readonly #fields: string[] = []
  readonly #names = new Set<string>()
  readonly #rowShape = new RowShape()
  readonly #renamed = new Map<string, Map<string, readonly Renaming[]>>()

  constructor(alias: string) {
    this.alias = alias
  }

  addColumn(column: Column): void {
    if (this.#names.has(column.name)) return
    this.add(column.name, jsonOf(column, `${this.alias}.${quoted(column.column)}`), conversionOf(column))
  }

  add(name: string, sql: string, conversion?: (value: never) => unknown): void {
    this.#names.add(name)
    this.#fields.push(sql)
    this.#rowShape.add(name, conversion)
  }

  // The first selection of a relation keeps its name; each further one gets a new name.
  freeName(name: string): string {
    return this.#names.has(name) ? `@${this.#names.size}` : name
  }

  rename({ typeNames, responseKey }: SelectionTemplateField, renamings: readonly Renaming[]): void {
    for (const typeName of typeNames) {
      const ofType = this.#renamed.get(typeName) ?? new Map<string, readonly Renaming[]>()
      this.#renamed.set(typeName, ofType.set(responseKey, renamings))
    }
  }

  build(): { row: string; rowShape: RowShape } {
    if (this.isPlanned) this.#rowShape.layout = { renamed: this.#renamed.size > 0 ? this.#renamed : undefined }
    return { row: rowOf(this.#fields), rowShape: this.#rowShape }
  }
}

// A list without names. With names in every row, a page is half as long again and takes twice as long to parse.
function rowOf(fields: readonly string[]): string {
  if (fields.length > ARGUMENTS_MAX) throw new UnsupportedByReader(`a row of more than ${ARGUMENTS_MAX} columns`)
  return `json_build_array(${fields.join(', ')})`
}

const whereOf = (conditions: readonly string[]): string => {
  const effective = conditions.filter((condition) => condition !== 'true')
  return effective.length > 0 ? ` where ${effective.join(' and ')}` : ''
}

const columnsOf = ({ columns }: Model, alias: string): string =>
  [...columns.values()].map(({ column }) => `${alias}.${quoted(column)}`).join(', ')

/** As a table: for each alternative the rows that may be on the page, each list in the order of an index. */
const mergeOf = (alternatives: readonly string[], read: (alternative: string) => string, alias: string): string =>
  `(${alternatives.map((alternative) => `(${read(alternative)})`).join(' union all ')}) ${alias}`

function wholeNumber(number: number): number {
  if (!Number.isSafeInteger(number) || number < 0) throw new UnsupportedByReader('a limit that is not a whole number')
  return number
}

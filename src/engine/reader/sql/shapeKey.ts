/**
 * The shape key of a read: everything about its arguments that is in the text of the statement, and nothing that is a parameter. Built
 * for each request, so it is concatenated without a tree. The values are collected in the order in which sqlConditions.ts numbers its
 * parameters; conditions.ts says how that is guarded.
 */
import { Prisma } from '../../../db/generated/client.ts'
import type { Column, Model, Relation } from '../dataModel.ts'
import { PLAN, type ReadArguments, type Selection } from '../planning/planTypes.ts'
import { UnsupportedByReader } from '../planning/unsupported.ts'
import { type ConditionVisitor, type Lookup, type Operator, type Where, walkWhere } from './conditions.ts'
import { internedKeyOf } from './internedKeys.ts'

const KNOWN = new Set(['where', 'orderBy', 'cursor', 'take', 'skip', 'select', 'include'])

/** True if it has only arguments that the reader supports. */
export function isKnown(read: ReadArguments): boolean {
  for (const name in read) if (!KNOWN.has(name) && read[name as keyof ReadArguments] !== undefined) return false
  return true
}

/** The key of these arguments; appends their values to `values`. Throws UnsupportedByReader. */
export function keyOfArguments(model: Model, read: ReadArguments, values: unknown[]): string {
  if (!isKnown(read)) throw new UnsupportedByReader('an argument of the read')
  const conditions = new KeyConditions(values)
  let key = ''
  if (read.where) key += `w${walkWhere(conditions, model, read.where)}`
  if (read.cursor) key += `c${walkWhere(conditions, model, read.cursor)}`
  if (read.orderBy) key += `o${keyOfOrder(read.orderBy)}`
  // The limit is in the text: for a limit that is a parameter PostgreSQL plans for a tenth of the table.
  if (read.take !== undefined) key += `t${read.take}`
  if (read.skip) key += `k${read.skip}`
  if (read.include) key += `i{${keyOfSelection(model, read.include, values)}}`
  return read.select ? `${key}{${keyOfSelection(model, read.select, values)}}` : key
}

function keyOfOrder(orderBy: unknown): string {
  if (Array.isArray(orderBy)) return orderBy.map(keyOfOrder).join('')
  const term = orderBy as Readonly<Record<string, unknown>>
  let key = ''
  for (const name in term) {
    const direction = term[name]
    key += `${name} ${typeof direction === 'string' ? direction : JSON.stringify(direction)},`
  }
  return key
}

/** The key of a selection of a model's rows; appends the values in it to `values`. */
export function keyOfSelection(model: Model, selection: Selection, values: unknown[]): string {
  let key = ''
  for (const name in selection) {
    const selected = selection[name]
    if (!selected) continue
    if (selected === true) key += `${name},`
    else if (name === '_count') key += `_count(${keyOfCounts(model, selected.select, values)})`
    else key += `${name}(${keyOfArguments(relationOf(model, name).target, selected, values)})`
  }
  const planned = selection[PLAN]
  if (planned) {
    key += planned.key
    values.push(...planned.values)
  }
  return key
}

function keyOfCounts(model: Model, counts: Selection | null | undefined, values: unknown[]): string {
  if (!counts) throw new UnsupportedByReader('a count of everything')
  let key = ''
  for (const name in counts) {
    const counted = counts[name]
    if (!counted) continue
    const where = counted === true ? undefined : counted.where
    key += where
      ? `${name}w${walkWhere(new KeyConditions(values), relationOf(model, name).target, where)},`
      : `${name},`
  }
  return key
}

/** The relation of that name. Throws UnsupportedByReader if there is none. */
export function relationOf(model: Model, name: string): Relation {
  const relation = model.relations.get(name)
  if (!relation) throw new UnsupportedByReader(`${model.name}.${name}, which is not a relation`)
  return relation
}

/** True for a value that is in the text: there are few of them, and PostgreSQL needs them for planning (partial indexes). */
export const isLiteral = (column: Column, operator: Operator): boolean =>
  column.enumValues !== undefined || column.type === 'Boolean' || operator === 'isEmpty'

const CONSTANT = Symbol('key and values of a constant condition')

interface ConstantKey {
  where: Where
  key: string
  values: readonly unknown[]
}

/** True if one parameter may serve all comparisons with this value: it always has the same type and is never replaced by a list of ids. */
export const isShareable = (column: Column, value: unknown): boolean =>
  column.sqlType === 'uuid' && !column.id && !column.list && typeof value === 'string'

/** Writes conditions as parts of a shape key, and appends their values to a list. */
export class KeyConditions implements ConditionVisitor<string> {
  readonly #values: unknown[]
  /** The distinct values of a condition that is constant per viewer: few, and most of them the viewer's id. */
  #shared: unknown[] | undefined

  constructor(values: unknown[]) {
    this.#values = values
  }

  all(terms: readonly string[]): string {
    return `(${joined(terms, '&')})`
  }

  any(terms: readonly string[], isDisjoint: boolean): string {
    return `${isDisjoint ? 'disjoint' : ''}(${joined(terms, '|')}|)`
  }

  not(term: () => string): string {
    return `!${term()}`
  }

  compare(column: Column, operator: Operator, value: unknown): string {
    if (isLiteral(column, operator)) return `${column.name} ${operator} ${JSON.stringify(value)}`
    if (this.#shared && isShareable(column, value)) {
      const index = this.#shared.indexOf(value)
      if (index >= 0) return `${column.name} ${operator} ?${index}`
      this.#shared.push(value)
    }
    this.#values.push(parameterOf(value))
    return `${column.name} ${operator} ?`
  }

  isNull(column: Column): string {
    return `${column.name} null`
  }

  exists(relation: Relation, condition: () => string, lookup: Lookup): string {
    return `${relation.name} ${lookup}[${condition()}]`
  }

  customPlan(term: string): string {
    return `custom${term}`
  }

  perViewerConstant(where: Where, walk: () => string): string {
    const known = (where as { [CONSTANT]?: ConstantKey })[CONSTANT]
    // An object that was spread from another condition has that condition's key.
    if (known?.where === where) {
      this.#values.push(...known.values)
      return known.key
    }
    const begin = this.#values.length
    const outer = this.#shared
    this.#shared = []
    const key = internedKeyOf(walk())
    this.#shared = outer
    ;(where as { [CONSTANT]?: ConstantKey })[CONSTANT] = { where, key, values: this.#values.slice(begin) }
    return key
  }
}

// Faster than `join` for a few short terms.
function joined(terms: readonly string[], separator: string): string {
  let text = ''
  for (const term of terms) text += text === '' ? term : separator + term
  return text
}

// pg would write a Decimal as JSON, in quotes.
function parameterOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(parameterOf)
  return Prisma.Decimal.isDecimal(value) ? value.toFixed() : value
}

/**
 * The key of a read's shape: everything about its arguments that stands in the text of a statement, and nothing that is a
 * parameter of it. Written for each request, so it builds no tree.
 */
import { Prisma } from '../../../db/generated/client.ts'
import type { Column, Model, Relation } from '../dataModel.ts'
import { PLAN, type ReadArguments, type Selection } from '../planning/planTypes.ts'
import { UnsupportedByReader } from '../planning/unsupported.ts'
import { type Conditions, type Finding, type Operator, type Where, walkWhere } from './conditions.ts'
import { internedKeyOf } from './internedKeys.ts'

const KNOWN = new Set(['where', 'orderBy', 'cursor', 'take', 'skip', 'select', 'include'])

/** Whether it has no argument but those that the reader knows. */
export function isKnown(read: ReadArguments): boolean {
  for (const name in read) if (!KNOWN.has(name) && read[name as keyof ReadArguments] !== undefined) return false
  return true
}

/** The key of these arguments; their values are appended to `values`. Refuses with Unsupported. */
export function keyOfArguments(model: Model, read: ReadArguments, values: unknown[]): string {
  if (!isKnown(read)) throw new UnsupportedByReader('an argument')
  const words = new KeyWords(values)
  let key = ''
  if (read.where) key += `w${walkWhere(words, model, read.where)}`
  if (read.cursor) key += `c${walkWhere(words, model, read.cursor)}`
  if (read.orderBy) key += `o${keyOfOrder(read.orderBy)}`
  // In the text and not a parameter: with an unknown limit PostgreSQL plans for a tenth of the table.
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

/** The key of what is selected of a model's rows; the values in it are appended to `values`. */
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
    key += where ? `${name}w${walkWhere(new KeyWords(values), relationOf(model, name).target, where)},` : `${name},`
  }
  return key
}

/** The relation of that name; refuses with Unsupported. */
export function relationOf(model: Model, name: string): Relation {
  const relation = model.relations.get(name)
  if (!relation) throw new UnsupportedByReader(`${model.name}.${name} is no relation`)
  return relation
}

/** A value that stands in the text: there are few of them, and PostgreSQL plans by them (partial indexes). */
export const isLiteral = (column: Column, operator: Operator): boolean =>
  column.enumValues !== undefined || column.type === 'Boolean' || operator === 'isEmpty'

const READ = Symbol('the key of a condition that is never changed')

interface LastingRead {
  where: Where
  key: string
  values: readonly unknown[]
}

/** Whether one parameter serves wherever this value is compared with: it has one type then, and is never a list of ids. */
export const isShareable = (column: Column, value: unknown): boolean =>
  column.sqlType === 'uuid' && !column.id && !column.list && typeof value === 'string'

/** Conditions as words of a key; the values in them are appended to a list. */
export class KeyWords implements Conditions<string> {
  readonly #values: unknown[]
  /** Those of the condition that is read once: they are few, and most of them who asks, again and again. */
  #shared: unknown[] | undefined

  constructor(values: unknown[]) {
    this.#values = values
  }

  all(terms: readonly string[]): string {
    return `(${joined(terms, '&')})`
  }

  any(terms: readonly string[], apart: boolean): string {
    return `${apart ? 'apart' : ''}(${joined(terms, '|')}|)`
  }

  not(term: () => string): string {
    return `!${term()}`
  }

  compare(column: Column, operator: Operator, value: unknown): string {
    if (isLiteral(column, operator)) return `${column.name} ${operator} ${JSON.stringify(value)}`
    if (this.#shared && isShareable(column, value)) {
      const place = this.#shared.indexOf(value)
      if (place >= 0) return `${column.name} ${operator} ?${place}`
      this.#shared.push(value)
    }
    this.#values.push(parameterOf(value))
    return `${column.name} ${operator} ?`
  }

  isNull(column: Column): string {
    return `${column.name} null`
  }

  exists(relation: Relation, condition: () => string, how: Finding): string {
    return `${relation.name} ${how}[${condition()}]`
  }

  plannedAnew(term: string): string {
    return `anew${term}`
  }

  lasting(where: Where, walk: () => string): string {
    const read = (where as { [READ]?: LastingRead })[READ]
    // Not what came along when somebody made another condition of this one.
    if (read?.where === where) {
      this.#values.push(...read.values)
      return read.key
    }
    const begin = this.#values.length
    const around = this.#shared
    this.#shared = []
    const key = internedKeyOf(walk())
    this.#shared = around
    ;(where as { [READ]?: LastingRead })[READ] = { where, key, values: this.#values.slice(begin) }
    return key
  }
}

// A few short terms, which are put together quicker than they are asked what they are.
function joined(terms: readonly string[], word: string): string {
  let text = ''
  for (const term of terms) text += text === '' ? term : word + term
  return text
}

// As pg sends it: it would write a Decimal as JSON, in quotes.
function parameterOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(parameterOf)
  return Prisma.Decimal.isDecimal(value) ? value.toFixed() : value
}

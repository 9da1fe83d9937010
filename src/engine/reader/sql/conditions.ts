/**
 * Prisma's `where`, read once for two purposes: the key of a statement's shape and the statement's SQL. Both are the same
 * walk with other words, so the values that the one collects stand in the order in which the other numbers its parameters.
 */

import { Prisma } from '../../../db/generated/client.ts'
import {
  areDisjoint,
  isPerViewerConstant,
  isProbedPerRow,
  isSelective,
  needsCustomPlan,
} from '../../../db/queryHints.ts'
import type { Column, Model, Relation } from '../dataModel.ts'
import { UnsupportedByReader } from '../planning/unsupported.ts'

export type Where = Readonly<Record<string, unknown>>

/** What a condition is made of; `Term` is what one purpose makes of it. */
export interface Conditions<Term> {
  /** True when there is none. */
  all(terms: readonly Term[]): Term
  /** False when there is none. `apart`: no row fulfils two of them. */
  any(terms: readonly Term[], apart: boolean): Term
  not(term: () => Term): Term
  compare(column: Column, operator: Operator, value: unknown): Term
  isNull(column: Column): Term
  /** That a row of the relation fulfils what `condition` makes; how those rows are found. */
  exists(relation: Relation, condition: () => Term, how: Finding): Term
  /** The term, whose best plan depends on its values. */
  plannedAnew(term: Term): Term
  /** What `walk` makes of a condition that is never changed. */
  lasting(where: Where, walk: () => Term): Term
}

/** Before the list; for each row of the list; or as PostgreSQL sees fit. */
export type Finding = 'first' | 'of each' | 'as seems best'

const COMPARISONS = {
  equals: '=',
  in: 'in',
  notIn: 'not in',
  lt: '<',
  lte: '<=',
  gt: '>',
  gte: '>=',
  contains: 'contains',
  startsWith: 'startsWith',
  endsWith: 'endsWith',
  has: 'has',
  hasSome: 'hasSome',
  hasEvery: 'hasEvery',
  isEmpty: 'isEmpty',
} as const

const INSENSITIVE = {
  '=': 'equalsInsensitive',
  contains: 'containsInsensitive',
  startsWith: 'startsWithInsensitive',
  endsWith: 'endsWithInsensitive',
} as const

export type Operator =
  | (typeof COMPARISONS)[keyof typeof COMPARISONS]
  | (typeof INSENSITIVE)[keyof typeof INSENSITIVE]
  | '<>'

/** What `conditions` makes of `where`. Refuses with Unsupported what it does not know. */
export function walkWhere<Term>(conditions: Conditions<Term>, model: Model, where: Where): Term {
  return isPerViewerConstant(where)
    ? conditions.lasting(where, () => walkParts(conditions, model, where))
    : walkParts(conditions, model, where)
}

function walkParts<Term>(conditions: Conditions<Term>, model: Model, where: Where): Term {
  const terms: Term[] = []
  for (const name in where) {
    const condition = where[name]
    if (condition !== undefined) terms.push(walkPart(conditions, model, name, condition))
  }
  const term = terms.length === 1 ? (terms[0] as Term) : conditions.all(terms)
  return needsCustomPlan(where) ? conditions.plannedAnew(term) : term
}

function walkPart<Term>(conditions: Conditions<Term>, model: Model, name: string, condition: unknown): Term {
  if (name === 'AND') return conditions.all(walkList(conditions, model, condition))
  if (name === 'OR') return conditions.any(walkList(conditions, model, condition), areDisjoint(condition as object))
  if (name === 'NOT') {
    if (!listOf(condition).some(asksSomething)) return conditions.all([])
    return conditions.not(() => conditions.any(walkList(conditions, model, condition), false))
  }
  const column = model.columns.get(name)
  if (column) return walkColumn(conditions, column, condition)
  const relation = model.relations.get(name)
  if (relation) return walkRelation(conditions, relation, condition)
  if (model.compoundUniques.has(name)) return walkWhere(conditions, model, whereOf(condition))
  throw new UnsupportedByReader(`where ${model.name}.${name}`)
}

function walkList<Term>(conditions: Conditions<Term>, model: Model, list: unknown): Term[] {
  if (!Array.isArray(list)) return walkList(conditions, model, [list])
  const terms: Term[] = []
  for (const one of list) {
    const where = whereOf(one)
    if (asksSomething(where)) terms.push(walkWhere(conditions, model, where))
  }
  return terms
}

const listOf = (list: unknown): Where[] => (Array.isArray(list) ? list : [list]).map(whereOf)

// In a list Prisma drops what asks nothing, an empty OR among it, before it makes anything of the list.
function asksSomething(where: Where): boolean {
  for (const name in where) {
    const condition = where[name]
    if (condition === undefined) continue
    if (name !== 'AND' && name !== 'OR' && name !== 'NOT') return true
    if (Array.isArray(condition) ? condition.some(asksSomething) : asksSomething(whereOf(condition))) return true
  }
  return false
}

function walkRelation<Term>(conditions: Conditions<Term>, relation: Relation, condition: unknown): Term {
  const fulfils = (where: unknown) =>
    conditions.exists(relation, () => walkWhere(conditions, relation.target, whereOf(where)), findingOf(whereOf(where)))
  if (relation.list) return conditions.all(walkQuantifiers(conditions, relation, whereOf(condition), fulfils))
  if (condition === null) return conditions.not(() => fulfils({}))
  const { is, isNot, ...plain } = whereOf(condition)
  const terms: Term[] = []
  if (is !== undefined) terms.push(is === null ? conditions.not(() => fulfils({})) : fulfils(is))
  if (isNot !== undefined) terms.push(isNot === null ? fulfils({}) : conditions.not(() => fulfils(isNot)))
  return terms.length > 0 ? conditions.all(terms) : fulfils(plain)
}

const findingOf = (where: Where): Finding =>
  isSelective(where) ? 'first' : isProbedPerRow(where) ? 'of each' : 'as seems best'

function walkQuantifiers<Term>(
  conditions: Conditions<Term>,
  relation: Relation,
  quantifiers: Where,
  fulfils: (where: unknown) => Term,
): Term[] {
  const terms: Term[] = []
  for (const quantifier in quantifiers) {
    const where = quantifiers[quantifier]
    if (where === undefined) continue
    if (quantifier === 'some') terms.push(fulfils(where))
    else if (quantifier === 'none') terms.push(conditions.not(() => fulfils(where)))
    else if (quantifier === 'every') {
      const fails = () => conditions.not(() => walkWhere(conditions, relation.target, whereOf(where)))
      terms.push(conditions.not(() => conditions.exists(relation, fails, 'as seems best')))
    } else throw new UnsupportedByReader(`where ${relation.name} ${quantifier}`)
  }
  return terms
}

function walkColumn<Term>(conditions: Conditions<Term>, column: Column, filter: unknown): Term {
  if (column.type === 'Json') throw new UnsupportedByReader(`where ${column.name} is JSON`)
  if (filter === null) return conditions.isNull(column)
  if (isValue(filter)) return conditions.compare(column, '=', filter)
  const { mode, ...operators } = whereOf(filter)
  const terms: Term[] = []
  for (const name in operators) {
    const value = operators[name]
    if (value !== undefined) terms.push(walkOperator(conditions, column, name, value, mode === 'insensitive'))
  }
  return terms.length === 1 ? (terms[0] as Term) : conditions.all(terms)
}

function walkOperator<Term>(
  conditions: Conditions<Term>,
  column: Column,
  name: string,
  value: unknown,
  insensitive: boolean,
): Term {
  if (name === 'not') return walkNot(conditions, column, value, insensitive)
  if (name === 'equals' && value === null) return conditions.isNull(column)
  const operator = COMPARISONS[name as keyof typeof COMPARISONS]
  if (operator === undefined || !fits(operator, value)) throw new UnsupportedByReader(`where ${column.name} ${name}`)
  if (!insensitive) return conditions.compare(column, operator, value)
  const variant = INSENSITIVE[operator as keyof typeof INSENSITIVE]
  if (variant === undefined) throw new UnsupportedByReader(`where ${column.name} insensitive ${name}`)
  return conditions.compare(column, variant, value)
}

function walkNot<Term>(conditions: Conditions<Term>, column: Column, value: unknown, insensitive: boolean): Term {
  if (value === null) return conditions.not(() => conditions.isNull(column))
  if (insensitive) throw new UnsupportedByReader(`where ${column.name} insensitive not`)
  return isValue(value)
    ? conditions.compare(column, '<>', value)
    : conditions.not(() => walkColumn(conditions, column, value))
}

function fits(operator: Operator, value: unknown): boolean {
  const wantsList = operator === 'in' || operator === 'not in' || operator === 'hasSome' || operator === 'hasEvery'
  return wantsList ? Array.isArray(value) && value.every(isScalar) : isValue(value)
}

const isValue = (value: unknown): boolean => (Array.isArray(value) ? value.every(isScalar) : isScalar(value))

const isScalar = (value: unknown): boolean =>
  value !== null &&
  (typeof value !== 'object' || value instanceof Date || value instanceof Uint8Array || Prisma.Decimal.isDecimal(value))

function whereOf(condition: unknown): Where {
  if (typeof condition !== 'object' || condition === null) throw new UnsupportedByReader('where without an object')
  return condition as Where
}

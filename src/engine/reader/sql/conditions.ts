/**
 * The walk over Prisma's `where`, for two visitors: `KeyConditions` (shapeKey.ts) writes the shape key and collects the values, and
 * `SqlConditions` (sqlConditions.ts) writes the SQL and numbers the parameters. Value n must be parameter n, so both visitors use this one
 * walk and must share parameters by the same rule (`isShareable`). `StatementPlanner` in reads.ts refuses a read whose counts of values and
 * parameters differ; test/engine/reader.rows.test.ts compares random reads with Prisma, which shows a wrong order.
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

/** A visitor; `Term` is its result for a condition. */
export interface ConditionVisitor<Term> {
  /** True if there are no terms. */
  all(terms: readonly Term[]): Term
  /** False if there are no terms. `isDisjoint`: no row fulfils two of them. */
  any(terms: readonly Term[], isDisjoint: boolean): Term
  not(term: () => Term): Term
  compare(column: Column, operator: Operator, value: unknown): Term
  isNull(column: Column): Term
  /** True if a row of the relation fulfils the condition. */
  exists(relation: Relation, condition: () => Term, lookup: Lookup): Term
  /** Marks a term whose best plan depends on its values. */
  customPlan(term: Term): Term
  /** The result of `walk` for a condition that is constant per viewer. */
  perViewerConstant(where: Where, walk: () => Term): Term
}

/** The look-up of a relation's rows: before the list, for each row of the list, or as PostgreSQL plans it. */
export type Lookup = 'first' | 'per row' | 'planned'

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

/** Walks `where`. Throws UnsupportedByReader for a condition that the reader does not support. */
export function walkWhere<Term>(visitor: ConditionVisitor<Term>, model: Model, where: Where): Term {
  return isPerViewerConstant(where)
    ? visitor.perViewerConstant(where, () => walkParts(visitor, model, where))
    : walkParts(visitor, model, where)
}

function walkParts<Term>(visitor: ConditionVisitor<Term>, model: Model, where: Where): Term {
  const terms: Term[] = []
  for (const name in where) {
    const condition = where[name]
    if (condition !== undefined) terms.push(walkPart(visitor, model, name, condition))
  }
  const term = terms.length === 1 ? (terms[0] as Term) : visitor.all(terms)
  return needsCustomPlan(where) ? visitor.customPlan(term) : term
}

function walkPart<Term>(visitor: ConditionVisitor<Term>, model: Model, name: string, condition: unknown): Term {
  if (name === 'AND') return visitor.all(walkList(visitor, model, condition))
  if (name === 'OR') return visitor.any(walkList(visitor, model, condition), areDisjoint(condition as object))
  if (name === 'NOT') {
    if (!listOf(condition).some(hasCondition)) return visitor.all([])
    return visitor.not(() => visitor.any(walkList(visitor, model, condition), false))
  }
  const column = model.columns.get(name)
  if (column) return walkColumn(visitor, column, condition)
  const relation = model.relations.get(name)
  if (relation) return walkRelation(visitor, relation, condition)
  if (model.compoundUniques.has(name)) return walkWhere(visitor, model, whereOf(condition))
  throw new UnsupportedByReader(`where ${model.name}.${name}`)
}

function walkList<Term>(visitor: ConditionVisitor<Term>, model: Model, list: unknown): Term[] {
  if (!Array.isArray(list)) return walkList(visitor, model, [list])
  const terms: Term[] = []
  for (const element of list) {
    const where = whereOf(element)
    if (hasCondition(where)) terms.push(walkWhere(visitor, model, where))
  }
  return terms
}

const listOf = (list: unknown): Where[] => (Array.isArray(list) ? list : [list]).map(whereOf)

// From a list Prisma drops elements without a condition, such as an empty OR, before it combines the rest.
function hasCondition(where: Where): boolean {
  for (const name in where) {
    const condition = where[name]
    if (condition === undefined) continue
    if (name !== 'AND' && name !== 'OR' && name !== 'NOT') return true
    if (Array.isArray(condition) ? condition.some(hasCondition) : hasCondition(whereOf(condition))) return true
  }
  return false
}

function walkRelation<Term>(visitor: ConditionVisitor<Term>, relation: Relation, condition: unknown): Term {
  const fulfils = (where: unknown) =>
    visitor.exists(relation, () => walkWhere(visitor, relation.target, whereOf(where)), lookupOf(whereOf(where)))
  if (relation.list) return visitor.all(walkQuantifiers(visitor, relation, whereOf(condition), fulfils))
  if (condition === null) return visitor.not(() => fulfils({}))
  const { is, isNot, ...plain } = whereOf(condition)
  const terms: Term[] = []
  if (is !== undefined) terms.push(is === null ? visitor.not(() => fulfils({})) : fulfils(is))
  if (isNot !== undefined) terms.push(isNot === null ? fulfils({}) : visitor.not(() => fulfils(isNot)))
  return terms.length > 0 ? visitor.all(terms) : fulfils(plain)
}

const lookupOf = (where: Where): Lookup =>
  isSelective(where) ? 'first' : isProbedPerRow(where) ? 'per row' : 'planned'

function walkQuantifiers<Term>(
  visitor: ConditionVisitor<Term>,
  relation: Relation,
  quantifiers: Where,
  fulfils: (where: unknown) => Term,
): Term[] {
  const terms: Term[] = []
  for (const quantifier in quantifiers) {
    const where = quantifiers[quantifier]
    if (where === undefined) continue
    if (quantifier === 'some') terms.push(fulfils(where))
    else if (quantifier === 'none') terms.push(visitor.not(() => fulfils(where)))
    else if (quantifier === 'every') {
      const fails = () => visitor.not(() => walkWhere(visitor, relation.target, whereOf(where)))
      terms.push(visitor.not(() => visitor.exists(relation, fails, 'planned')))
    } else throw new UnsupportedByReader(`where ${relation.name} ${quantifier}`)
  }
  return terms
}

function walkColumn<Term>(visitor: ConditionVisitor<Term>, column: Column, filter: unknown): Term {
  if (column.type === 'Json') throw new UnsupportedByReader(`where ${column.name} is JSON`)
  if (filter === null) return visitor.isNull(column)
  if (isValue(filter)) return visitor.compare(column, '=', filter)
  const { mode, ...operators } = whereOf(filter)
  const terms: Term[] = []
  for (const name in operators) {
    const value = operators[name]
    if (value !== undefined) terms.push(walkOperator(visitor, column, name, value, mode === 'insensitive'))
  }
  return terms.length === 1 ? (terms[0] as Term) : visitor.all(terms)
}

function walkOperator<Term>(
  visitor: ConditionVisitor<Term>,
  column: Column,
  name: string,
  value: unknown,
  insensitive: boolean,
): Term {
  if (name === 'not') return walkNot(visitor, column, value, insensitive)
  if (name === 'equals' && value === null) return visitor.isNull(column)
  const operator = COMPARISONS[name as keyof typeof COMPARISONS]
  if (operator === undefined || !fits(operator, value)) throw new UnsupportedByReader(`where ${column.name} ${name}`)
  if (!insensitive) return visitor.compare(column, operator, value)
  const variant = INSENSITIVE[operator as keyof typeof INSENSITIVE]
  if (variant === undefined) throw new UnsupportedByReader(`where ${column.name} insensitive ${name}`)
  return visitor.compare(column, variant, value)
}

function walkNot<Term>(visitor: ConditionVisitor<Term>, column: Column, value: unknown, insensitive: boolean): Term {
  if (value === null) return visitor.not(() => visitor.isNull(column))
  if (insensitive) throw new UnsupportedByReader(`where ${column.name} insensitive not`)
  return isValue(value) ? visitor.compare(column, '<>', value) : visitor.not(() => walkColumn(visitor, column, value))
}

function fits(operator: Operator, value: unknown): boolean {
  const needsList = operator === 'in' || operator === 'not in' || operator === 'hasSome' || operator === 'hasEvery'
  return needsList ? Array.isArray(value) && value.every(isScalar) : isValue(value)
}

const isValue = (value: unknown): boolean => (Array.isArray(value) ? value.every(isScalar) : isScalar(value))

const isScalar = (value: unknown): boolean =>
  value !== null &&
  (typeof value !== 'object' || value instanceof Date || value instanceof Uint8Array || Prisma.Decimal.isDecimal(value))

function whereOf(condition: unknown): Where {
  if (typeof condition !== 'object' || condition === null)
    throw new UnsupportedByReader('a where that is not an object')
  return condition as Where
}

/**
 * Writes Prisma's conditions as SQL, with Prisma's semantics of nulls. Its parameters have the order in which shapeKey.ts collects the
 * values; conditions.ts says how that is guarded.
 */
import type { Column, Relation } from '../dataModel.ts'
import { UnsupportedByReader } from '../planning/unsupported.ts'
import type { ConditionVisitor, Lookup, Operator } from './conditions.ts'
import { isLiteral, isShareable } from './shapeKey.ts'

/** A condition in SQL. */
export interface SqlTerm {
  text: string
  /** The parameter that the id of the rows must equal, if there is one. */
  idParameter?: number
  /** The same condition as an OR of conditions; a row that fulfils it fulfils exactly one of them. */
  alternatives?: readonly string[]
  needsCustomPlan?: boolean
}

/** Numbers the parameters and the table aliases of one statement. */
export class Numbering {
  parameters = 0
  aliases = 0

  parameter(): string {
    this.parameters += 1
    return `$${this.parameters}`
  }

  alias(): string {
    this.aliases += 1
    return `t${this.aliases}`
  }
}

/** Compiles conditions to SQL text with numbered parameters. */
export class SqlConditions implements ConditionVisitor<SqlTerm> {
  readonly #numbering: Numbering
  #alias: string
  #negated = false
  readonly #idsParameter: number | undefined
  /** The parameters of a condition that is constant per viewer, by value; shared as in the shape key. */
  #shared: Map<unknown, string> | undefined

  /** `idsParameter`: the parameter that is a list of ids in a batch of reads of one row each. */
  constructor(numbering: Numbering, alias: string, idsParameter?: number) {
    this.#numbering = numbering
    this.#alias = alias
    this.#idsParameter = idsParameter
  }

  all(terms: readonly SqlTerm[]): SqlTerm {
    const idParameter = terms.find((term) => term.idParameter !== undefined)?.idParameter
    const term: SqlTerm = { text: terms.length === 0 ? 'true' : `(${terms.map(({ text }) => text).join(' and ')})` }
    if (idParameter !== undefined) term.idParameter = idParameter
    if (terms.some((each) => each.alternatives)) term.alternatives = everyCombination(terms)
    if (terms.some((each) => each.needsCustomPlan)) term.needsCustomPlan = true
    return term
  }

  any(terms: readonly SqlTerm[], isDisjoint: boolean): SqlTerm {
    const term: SqlTerm = { text: terms.length === 0 ? 'false' : `(${terms.map(({ text }) => text).join(' or ')})` }
    if (isDisjoint && terms.length > 1)
      term.alternatives = terms.flatMap(({ alternatives, text }) => alternatives ?? [text])
    if (terms.some((each) => each.needsCustomPlan)) term.needsCustomPlan = true
    return term
  }

  customPlan(term: SqlTerm): SqlTerm {
    return { ...term, needsCustomPlan: true }
  }

  perViewerConstant(_where: unknown, walk: () => SqlTerm): SqlTerm {
    const outer = this.#shared
    this.#shared = new Map()
    const term = walk()
    this.#shared = outer
    return term
  }

  not(term: () => SqlTerm): SqlTerm {
    this.#negated = !this.#negated
    const { text } = term()
    this.#negated = !this.#negated
    return { text: `(not ${text})` }
  }

  compare(column: Column, operator: Operator, value: unknown): SqlTerm {
    const name = `${this.#alias}.${quoted(column.column)}`
    if (operator === 'isEmpty') return { text: value ? `${name} = '{}'` : `${name} <> '{}'` }
    if (isLiteral(column, operator)) return { text: this.#literal(column, name, operator, value) }
    if (column.sqlType === 'timestamp') throw new UnsupportedByReader('a timestamp without time zone')
    const text = this.#text(column, name, operator, this.#parameterFor(column, value))
    const parameter = this.#numbering.parameters
    // Only a UUID is returned as the text that it was compared with.
    if (!column.id || column.sqlType !== 'uuid' || operator !== '=') return { text }
    return parameter === this.#idsParameter
      ? { text: `${name} = any($${parameter})`, idParameter: parameter }
      : { text, idParameter: parameter }
  }

  #parameterFor(column: Column, value: unknown): string {
    if (!this.#shared || !isShareable(column, value)) return this.#numbering.parameter()
    const parameter = this.#shared.get(value) ?? this.#numbering.parameter()
    this.#shared.set(value, parameter)
    return parameter
  }

  #literal(column: Column, name: string, operator: Operator, value: unknown): string {
    // After `=` PostgreSQL reads a list in the order of an index, after `= any` of one value it does not.
    if (operator === 'in' && Array.isArray(value) && value.length === 1)
      return `${name} = ${literalOf(column, value[0])}`
    return this.#text(column, name, operator, literalOf(column, value))
  }

  #text({ sqlType }: Column, name: string, operator: Operator, value: string): string {
    switch (operator) {
      case 'in':
        return `${name} = any(${value})`
      case 'not in':
        return `${name} <> all(${value})`
      case 'contains':
        return `${name} like '%' || ${value}::text || '%'`
      case 'startsWith':
        return `${name} like ${value}::text || '%'`
      case 'endsWith':
        return `${name} like '%' || ${value}::text`
      case 'containsInsensitive':
        return `${name} ilike '%' || ${value}::text || '%'`
      case 'startsWithInsensitive':
        return `${name} ilike ${value}::text || '%'`
      case 'endsWithInsensitive':
        return `${name} ilike '%' || ${value}::text`
      case 'equalsInsensitive':
        return `${name} ilike ${value}::text`
      case 'has':
        return `${name} @> array[${value}]::${sqlType}[]`
      case 'hasSome':
        return `${name} && ${value}::${sqlType}[]`
      case 'hasEvery':
        return `${name} @> ${value}::${sqlType}[]`
      default:
        return `${name} ${operator} ${value}`
    }
  }

  isNull(column: Column): SqlTerm {
    return { text: `${this.#alias}.${quoted(column.column)} is null` }
  }

  exists(relation: Relation, condition: () => SqlTerm, lookup: Lookup): SqlTerm {
    const outer = { alias: this.#alias, negated: this.#negated }
    const inner = this.#numbering.alias()
    this.#alias = inner
    if (relation.list) this.#negated = false
    const { text } = condition()
    this.#alias = outer.alias
    this.#negated = outer.negated
    // Prisma joins the row of a to-one relation, so a condition on it that is null stays null when negated.
    const fulfilled = outer.negated && !relation.list ? `(${text}) is not false` : text
    const from = `${quoted(relation.target.table)} ${inner}`
    const [columns, ...more] = relation.columns
    // Not if negated: one null in the array would make the condition null for all rows.
    if (lookup === 'first' && columns && more.length === 0 && !outer.negated) {
      const [here, there] = columns
      const found = `select ${inner}.${quoted(there)} from ${from} where ${text}`
      return { text: `${outer.alias}.${quoted(here)} = any(array(${found}))` }
    }
    // `offset 0` keeps the look-up per row; without it a page of tasks begins with a hash of all users who may have one.
    const fence = relation.list && lookup !== 'per row' ? '' : ' offset 0'
    return {
      text: `exists (select from ${from} where ${joinOf(relation, outer.alias, inner)} and ${fulfilled}${fence})`,
    }
  }
}

/** The alternatives of an AND: each alternative of a term combined with each one of the next term. */
const everyCombination = (terms: readonly SqlTerm[]): readonly string[] =>
  terms
    .map(({ alternatives, text }): readonly string[] => alternatives ?? [text])
    .reduce((combined, next) => combined.flatMap((left) => next.map((right) => `${left} and ${right}`)))
    .map((text) => `(${text})`)

/** The join condition between a relation's rows and the row that has them. */
export const joinOf = ({ columns }: Relation, outer: string, inner: string): string =>
  columns.map(([here, there]) => `${inner}.${quoted(there)} = ${outer}.${quoted(here)}`).join(' and ')

/** An identifier of the data model in SQL. */
export const quoted = (name: string): string => `"${name}"`

// Never a client's text: only booleans and the values of the enum are accepted.
function literalOf(column: Column, value: unknown): string {
  if (Array.isArray(value)) return `'{${value.map((item) => labelOf(column, item)).join()}}'`
  return typeof value === 'boolean' ? String(value) : `'${labelOf(column, value)}'`
}

function labelOf({ name, enumValues }: Column, value: unknown): string {
  const label = typeof value === 'boolean' ? String(value) : enumValues?.get(String(value))
  if (label === undefined) throw new UnsupportedByReader(`where ${name} is not a value of its enum`)
  return label
}

/** A column as JSON. Numbers that JSON cannot hold exactly are text; times are milliseconds, which are faster to write and to parse. */
export function jsonOf({ type, list, sqlType }: Column, name: string): string {
  const needsText = type === 'BigInt' || type === 'Decimal'
  if (list && (needsText || type === 'DateTime' || type === 'Bytes')) throw new UnsupportedByReader(`a list of ${type}`)
  if (needsText) return `${name}::text`
  if (type === 'Bytes') return `encode(${name}, 'base64')`
  if (type !== 'DateTime') return name
  if (sqlType === 'time' || sqlType === 'timetz') throw new UnsupportedByReader('a time of day')
  return `date_part('epoch', ${name}) * 1000`
}

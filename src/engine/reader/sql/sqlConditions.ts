/** Prisma's conditions as SQL, with Prisma's meaning where nulls are concerned. */

import type { Column, Relation } from '../dataModel.ts'
import { UnsupportedByReader } from '../planning/unsupported.ts'
import type { Conditions, Finding, Operator } from './conditions.ts'
import { isLiteral, isShareable } from './shapeKey.ts'

/** A condition, and the parameter that its rows' id must equal, where it says so. */
export interface SqlTerm {
  text: string
  idParameter?: number
  /** The same as conditions of which each row that fits fulfils one. */
  alternatives?: readonly string[]
  isPlannedAnew?: boolean
}

/** What numbers the parameters and names the tables of one statement. */
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

export class SqlConditions implements Conditions<SqlTerm> {
  readonly #numbering: Numbering
  #alias: string
  #negated = false
  readonly #idsParameter: number | undefined
  /** The parameters of the condition that is read once, by their values: as the key of the shape has them. */
  #shared: Map<unknown, string> | undefined

  /** `idsParameter`: the parameter that is a list of ids, because reads of one row each were put together. */
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
    if (terms.some((each) => each.isPlannedAnew)) term.isPlannedAnew = true
    return term
  }

  any(terms: readonly SqlTerm[], apart: boolean): SqlTerm {
    const term: SqlTerm = { text: terms.length === 0 ? 'false' : `(${terms.map(({ text }) => text).join(' or ')})` }
    if (apart && terms.length > 1) term.alternatives = terms.flatMap(({ alternatives, text }) => alternatives ?? [text])
    if (terms.some((each) => each.isPlannedAnew)) term.isPlannedAnew = true
    return term
  }

  plannedAnew(term: SqlTerm): SqlTerm {
    return { ...term, isPlannedAnew: true }
  }

  lasting(_where: unknown, walk: () => SqlTerm): SqlTerm {
    const around = this.#shared
    this.#shared = new Map()
    const term = walk()
    this.#shared = around
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
    if (column.sqlType === 'timestamp') throw new UnsupportedByReader('a time without its zone')
    const text = this.#text(column, name, operator, this.#parameterFor(column, value))
    const parameter = this.#numbering.parameters
    // Only a UUID comes back as the text that it was asked for by.
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
    // PostgreSQL takes the order of an index for the order of a list behind `=`, and not behind a list of one value.
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

  exists(relation: Relation, condition: () => SqlTerm, how: Finding): SqlTerm {
    const outer = { alias: this.#alias, negated: this.#negated }
    const inner = this.#numbering.alias()
    this.#alias = inner
    if (relation.list) this.#negated = false
    const { text } = condition()
    this.#alias = outer.alias
    this.#negated = outer.negated
    // Prisma joins the row that a to-one relation names, so what is unknown of it stays unknown when it is negated.
    const fulfilled = outer.negated && !relation.list ? `(${text}) is not false` : text
    const from = `${quoted(relation.target.table)} ${inner}`
    const [columns, ...more] = relation.columns
    // Where it is negated, a null among those found would make it unknown for all.
    if (how === 'first' && columns && more.length === 0 && !outer.negated) {
      const [here, there] = columns
      const found = `select ${inner}.${quoted(there)} from ${from} where ${text}`
      return { text: `${outer.alias}.${quoted(here)} = any(array(${found}))` }
    }
    // Looked up for each candidate; without this fence a page of tasks begins by hashing everybody who may have one.
    const fence = relation.list && how !== 'of each' ? '' : ' offset 0'
    return {
      text: `exists (select from ${from} where ${joinOf(relation, outer.alias, inner)} and ${fulfilled}${fence})`,
    }
  }
}

/** What remains of an AND when each of its alternatives is taken for itself, with each of those of the next term. */
const everyCombination = (terms: readonly SqlTerm[]): readonly string[] =>
  terms
    .map(({ alternatives, text }): readonly string[] => alternatives ?? [text])
    .reduce((made, next) => made.flatMap((one) => next.map((other) => `${one} and ${other}`)))
    .map((text) => `(${text})`)

/** What binds the rows of a relation to the row that has them. */
export const joinOf = ({ columns }: Relation, outer: string, inner: string): string =>
  columns.map(([here, there]) => `${inner}.${quoted(there)} = ${outer}.${quoted(here)}`).join(' and ')

/** A name of the data model in SQL. */
export const quoted = (name: string): string => `"${name}"`

// Never a text of a client: what is no boolean and no value of the enum is refused.
function literalOf(column: Column, value: unknown): string {
  if (Array.isArray(value)) return `'{${value.map((item) => wordOf(column, item)).join()}}'`
  return typeof value === 'boolean' ? String(value) : `'${wordOf(column, value)}'`
}

function wordOf({ name, enumValues }: Column, value: unknown): string {
  const word = typeof value === 'boolean' ? String(value) : enumValues?.get(String(value))
  if (word === undefined) throw new UnsupportedByReader(`where ${name} is no value of its enum`)
  return word
}

/** A column as JSON: as text what JSON would not carry exactly, times as milliseconds, quicker to write and to read. */
export function jsonOf({ type, list, sqlType }: Column, name: string): string {
  const needsText = type === 'BigInt' || type === 'Decimal'
  if (list && (needsText || type === 'DateTime' || type === 'Bytes')) throw new UnsupportedByReader(`a list of ${type}`)
  if (needsText) return `${name}::text`
  if (type === 'Bytes') return `encode(${name}, 'base64')`
  if (type !== 'DateTime') return name
  if (sqlType === 'time' || sqlType === 'timetz') throw new UnsupportedByReader('a time of day')
  return `date_part('epoch', ${name}) * 1000`
}

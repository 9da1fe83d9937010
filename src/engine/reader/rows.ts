/** Converts the rows of a statement, which are lists of columns, to the objects that Prisma would have returned. */
import { Prisma } from '../../db/generated/client.ts'
import type { Column } from './dataModel.ts'

export type Row = Record<string, unknown>

/** A property of each row of a planned read: where its fields find their selection. */
const LAYOUT = Symbol('layout of the row')

/** Several fields may select one relation with different arguments; each but the first then has a column of another name. */
export interface Layout {
  /** By type and response key: the name in the row, and the name that the field's resolver reads. */
  renamed: ReadonlyMap<string, ReadonlyMap<string, readonly Renaming[]>> | undefined
}

export type Renaming = readonly [column: string, name: string]

/** The layout of a row of the reader; undefined for any other object. */
export function layoutOf(row: unknown): Layout | undefined {
  return typeof row === 'object' && row !== null ? (row as { [LAYOUT]?: Layout })[LAYOUT] : undefined
}

/** True for a row of the reader in which every field finds its columns under their own names. */
export function isWholeRow(row: unknown): row is Row {
  const layout = layoutOf(row)
  return layout !== undefined && !layout.renamed
}

/** The row for one field: with the field's own selection under the names that its resolver reads. */
export function rowFor(row: object, layout: Layout, typeName: string, responseKey: string | number): object {
  const renamings = layout.renamed?.get(typeName)?.get(String(responseKey))
  if (!renamings) return row
  const renamed: Row = Object.create(row)
  for (const [column, name] of renamings) renamed[name] = (row as Row)[column]
  return renamed
}

type Conversion = (value: never) => unknown

/** The types whose JSON differs from Prisma's value. */
const CONVERSIONS: Readonly<Record<string, Conversion>> = {
  // Milliseconds: a float of seconds times a thousand may miss the whole number by a little.
  DateTime: (milliseconds: number) => new Date(Math.round(milliseconds)),
  BigInt: (digits: string) => BigInt(digits),
  Decimal: (digits: string) => new Prisma.Decimal(digits),
  Bytes: (base64: string) => new Uint8Array(Buffer.from(base64, 'base64')),
}

/** The conversion from a column's JSON to Prisma's value; undefined if they are equal. */
export function conversionOf({ type, list, enumValues }: Column): Conversion | undefined {
  const conversion = enumValues ? conversionOfEnum(enumValues) : CONVERSIONS[type]
  return conversion && list ? (values: never[]) => values.map(conversion) : conversion
}

function conversionOfEnum(values: ReadonlyMap<string, string>): Conversion | undefined {
  if ([...values].every(([name, value]) => name === value)) return undefined
  const names = new Map([...values].map(([name, value]) => [value, name]))
  return (value: string) => names.get(value)
}

interface NamedColumn {
  name: string
  conversion: Conversion | undefined
}

// Compiling takes as long as making 130 rows without it, so a shape that is read once is not compiled.
const ROWS_BEFORE_COMPILED = 200

/** The columns of a row, in their order. */
export class RowShape {
  readonly #columns: NamedColumn[] = []
  layout: Layout | undefined
  #compiled: ((columns: readonly unknown[]) => Row) | undefined
  #madeCount = 0

  add(name: string, conversion: Conversion | undefined): void {
    this.#columns.push({ name, conversion })
  }

  /** Makes a row with all its nested rows. */
  row(columns: readonly unknown[]): Row {
    if (this.#compiled) return this.#compiled(columns)
    this.#madeCount++
    if (this.#madeCount >= ROWS_BEFORE_COMPILED) this.#compiled = compile(this.#columns, this.layout)
    return makeRow(this.#columns, this.layout, columns)
  }

  /** Makes the rows of a list in place, and reverses a page that was read backward. */
  list(lists: unknown[], backward: boolean): Row[] {
    for (let index = 0; index < lists.length; index++) lists[index] = this.row(lists[index] as unknown[])
    return (backward ? lists.reverse() : lists) as Row[]
  }
}

function makeRow(columns: readonly NamedColumn[], layout: Layout | undefined, values: readonly unknown[]): Row {
  const row: Row & { [LAYOUT]?: Layout } = {}
  columns.forEach(({ name, conversion }, index) => {
    const value = values[index]
    row[name] = conversion && value !== null ? conversion(value as never) : value
  })
  if (layout) row[LAYOUT] = layout
  return row
}

/**
 * Compiles `makeRow` for one shape. `new Function`, because a function that assigns literal property names takes half the time; with rows
 * as lists it brought executing a page from 124 to 88 µs, a detail from 133 to 86 (.github/decisions/0012-rows-as-lists.md). Its text has
 * only names of the data model, never a text of a client.
 */
function compile(columns: readonly NamedColumn[], layout: Layout | undefined): (values: readonly unknown[]) => Row {
  const conversions = columns.map(({ conversion }) => conversion)
  const assignments = columns.map(({ name, conversion }, index) => {
    const value = `values[${index}]`
    return `this[${JSON.stringify(name)}] = ${conversion ? `${value} === null ? null : conversions[${index}](${value})` : value}`
  })
  if (layout) assignments.push('this[LAYOUT] = layout')
  const body = `return function (values) { ${assignments.join('; ')} }`
  const CompiledRow = new Function('conversions', 'LAYOUT', 'layout', body)(conversions, LAYOUT, layout)
  CompiledRow.prototype = Object.prototype
  return (values) => new CompiledRow(values)
}

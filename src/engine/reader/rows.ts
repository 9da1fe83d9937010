/** Rows as they come out of a statement, lists of columns, and what makes of them what Prisma would have given. */
import { Prisma } from '../../db/generated/client.ts'
import type { Column } from './dataModel.ts'

export type Row = Record<string, unknown>

/** On each row that a plan was read by: where its fields find what they selected. */
const LAYOUT = Symbol('where fields find what they selected')

/** Two fields may select one relation with different arguments; each but the first then has a column of another name. */
export interface Layout {
  /** By type and response key: the name in the row, and the name under which the field's resolver looks for it. */
  renamed: ReadonlyMap<string, ReadonlyMap<string, readonly Renaming[]>> | undefined
}

export type Renaming = readonly [column: string, name: string]

/** The layout of a row of the reader; undefined for a row that came by any other way. */
export function layoutOf(row: unknown): Layout | undefined {
  return typeof row === 'object' && row !== null ? (row as { [LAYOUT]?: Layout })[LAYOUT] : undefined
}

/** Is it a row of the reader in which every field finds its columns under their own names? */
export function isWholeRow(row: unknown): row is Row {
  const layout = layoutOf(row)
  return layout !== undefined && !layout.renamed
}

/** The row as a field sees it: with what the field itself selected under the names that its resolver knows. */
export function rowFor(row: object, layout: Layout, typeName: string, responseKey: string | number): object {
  const renamings = layout.renamed?.get(typeName)?.get(String(responseKey))
  if (!renamings) return row
  const seen: Row = Object.create(row)
  for (const [column, name] of renamings) seen[name] = (row as Row)[column]
  return seen
}

type Conversion = (value: never) => unknown

/** What a statement gives for each type is JSON; these are the types whose JSON is not yet Prisma's value. */
const CONVERSIONS: Readonly<Record<string, Conversion>> = {
  // Milliseconds: a float of seconds times a thousand may miss the whole number by a little.
  DateTime: (milliseconds: number) => new Date(Math.round(milliseconds)),
  BigInt: (digits: string) => BigInt(digits),
  Decimal: (digits: string) => new Prisma.Decimal(digits),
  Bytes: (base64: string) => new Uint8Array(Buffer.from(base64, 'base64')),
}

/** What makes Prisma's value of a column's JSON, or undefined where they are the same. */
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

// To compile a function takes as long as to make a hundred and thirty rows without one: what a stranger asks once does not pay for it.
const ROWS_BEFORE_COMPILED = 200

/** The columns of a row, in their order. */
export class RowShape {
  readonly #columns: NamedColumn[] = []
  layout: Layout | undefined
  #make: ((columns: readonly unknown[]) => Row) | undefined
  #madeCount = 0

  add(name: string, conversion: Conversion | undefined): void {
    this.#columns.push({ name, conversion })
  }

  /** Makes a row, with all beneath it. */
  row(columns: readonly unknown[]): Row {
    if (this.#make) return this.#make(columns)
    this.#madeCount++
    if (this.#madeCount >= ROWS_BEFORE_COMPILED) this.#make = compiled(this.#columns, this.layout)
    return named(this.#columns, this.layout, columns)
  }

  /** The same for a list, in place; a page that was read backwards is turned round. */
  list(lists: unknown[], backward: boolean): Row[] {
    for (let index = 0; index < lists.length; index++) lists[index] = this.row(lists[index] as unknown[])
    return (backward ? lists.reverse() : lists) as Row[]
  }
}

function named(columns: readonly NamedColumn[], layout: Layout | undefined, values: readonly unknown[]): Row {
  const row: Row & { [LAYOUT]?: Layout } = {}
  columns.forEach(({ name, conversion }, index) => {
    const value = values[index]
    row[name] = conversion && value !== null ? conversion(value as never) : value
  })
  if (layout) row[LAYOUT] = layout
  return row
}

/** Makes the same by a function that names its properties, in half the time. The names are those of the data model. */
function compiled(columns: readonly NamedColumn[], layout: Layout | undefined): (values: readonly unknown[]) => Row {
  const conversions = columns.map(({ conversion }) => conversion)
  const assignments = columns.map(({ name, conversion }, index) => {
    const value = `values[${index}]`
    return `this[${JSON.stringify(name)}] = ${conversion ? `${value} === null ? null : conversions[${index}](${value})` : value}`
  })
  if (layout) assignments.push('this[LAYOUT] = layout')
  const body = `return function (values) { ${assignments.join('; ')} }`
  const RowOfForm = new Function('conversions', 'LAYOUT', 'layout', body)(conversions, LAYOUT, layout)
  RowOfForm.prototype = Object.prototype
  return (values) => new RowOfForm(values)
}

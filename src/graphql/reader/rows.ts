/** Rows as they come out of a statement, and what makes of them what Prisma would have given. */
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

/** What is done to each row, in place. */
export class Finish {
  readonly #names: string[] = []
  readonly #conversions: Conversion[] = []
  layout: Layout | undefined

  add(name: string, conversion: Conversion | undefined): void {
    if (!conversion) return
    this.#names.push(name)
    this.#conversions.push(conversion)
  }

  /** Converts a row and all beneath it. */
  row(row: Row): Row {
    const names = this.#names
    for (let index = 0; index < names.length; index++) {
      const name = names[index] as string
      const value = row[name]
      if (value !== null) row[name] = (this.#conversions[index] as Conversion)(value as never)
    }
    if (this.layout) (row as { [LAYOUT]?: Layout })[LAYOUT] = this.layout
    return row
  }

  /** The same for a list; a page that was read backwards is turned round. */
  list(rows: Row[], backward: boolean): Row[] {
    if (this.#names.length > 0 || this.layout) for (const row of rows) this.row(row)
    return backward ? rows.reverse() : rows
  }
}

/** Compiles the order of a list, and the condition for rows from Prisma's cursor on. */

import type { Column, Model } from '../dataModel.ts'
import type { ReadArguments } from '../planning/planTypes.ts'
import { UnsupportedByReader } from '../planning/unsupported.ts'
import { type Where, walkWhere } from './conditions.ts'
import { type Numbering, quoted, SqlConditions } from './sqlConditions.ts'

interface Direction {
  column: Column
  descending: boolean
  nulls: 'first' | 'last' | undefined
}

export interface Order {
  /** The terms after `order by`; empty if there are none. */
  order: string
  /** True if the rows are read in reverse order and have to be reversed. */
  backward: boolean
  /** The condition for the rows from the cursor on. */
  cursor: string | undefined
}

/** Throws UnsupportedByReader for an order that the reader does not support. */
export function orderOf(model: Model, read: ReadArguments, alias: string, numbering: Numbering): Order {
  const backward = (read.take ?? 0) < 0
  const directions = directionsOf(model, read.orderBy)
  // A cursor and a backward page need an order, even if the read has none.
  if (directions.length === 0 && (backward || read.cursor)) directions.push(...idsOf(model))
  const asRead = backward ? directions.map(reversed) : directions
  return {
    order: asRead.map((direction) => orderTerm(direction, alias)).join(', '),
    backward,
    cursor: read.cursor && cursorTerm(model, asRead, read.cursor, alias, numbering),
  }
}

function directionsOf(model: Model, orderBy: unknown): Direction[] {
  const terms = Array.isArray(orderBy) ? orderBy : orderBy ? [orderBy] : []
  return terms.flatMap((term: Record<string, unknown>) =>
    Object.entries(term)
      .filter(([, direction]) => direction !== undefined)
      .map(([name, direction]) => directionOf(model, name, direction)),
  )
}

function directionOf(model: Model, name: string, direction: unknown): Direction {
  const column = model.columns.get(name)
  if (!column || column.list) throw new UnsupportedByReader(`order by ${model.name}.${name}`)
  const { sort, nulls } =
    typeof direction === 'object' && direction !== null ? (direction as Record<string, unknown>) : { sort: direction }
  if (sort !== 'asc' && sort !== 'desc') throw new UnsupportedByReader(`order ${sort}`)
  return { column, descending: sort === 'desc', nulls: nulls === 'first' || nulls === 'last' ? nulls : undefined }
}

function idsOf(model: Model): Direction[] {
  const ids = [...model.columns.values()].filter((column) => column.id)
  if (ids.length !== 1) throw new UnsupportedByReader(`${model.name}, which has no id to order by`)
  return ids.map((column) => ({ column, descending: false, nulls: undefined }))
}

const reversed = ({ column, descending, nulls }: Direction): Direction => ({
  column,
  descending: !descending,
  nulls: nulls && (nulls === 'first' ? 'last' : 'first'),
})

const orderTerm = ({ column, descending, nulls }: Direction, alias: string): string =>
  `${alias}.${quoted(column.column)}${descending ? ' desc' : ''}${nulls ? ` nulls ${nulls}` : ''}`

// Includes the cursor's row, which Prisma skips by an offset. Only for orders in which a comparison of rows is equivalent.
function cursorTerm(
  model: Model,
  order: readonly Direction[],
  cursor: Where,
  alias: string,
  numbering: Numbering,
): string {
  const descending = order[0]?.descending ?? false
  if (order.some((term) => term.descending !== descending || !term.column.required)) {
    throw new UnsupportedByReader('a cursor in an order of both directions or with nulls')
  }
  const start = numbering.alias()
  const { text } = walkWhere(new SqlConditions(numbering, start), model, cursor)
  const columnsOf = (table: string) => order.map(({ column }) => `${table}.${quoted(column.column)}`).join(', ')
  const from = `select ${columnsOf(start)} from ${quoted(model.table)} ${start} where ${text}`
  return `(${columnsOf(alias)}) ${descending ? '<=' : '>='} (${from})`
}

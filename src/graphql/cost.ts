/** What a field costs: one for itself, and all below it as often as it may occur. A field whose cost differs says so itself. */
import { type GraphQLOutputType, isListType, isNonNullType } from 'graphql'

// A page without a stated size; src/graphql/builder.ts gives as many.
const PAGE_SIZE = 20
// Lists without pages are short: categories, roles, possible actions.
const LIST_LENGTH = 10

interface Field {
  name: string
  type: GraphQLOutputType
  args: readonly { name: string }[]
}

/** What a field costs for itself, and how often what is beneath it may occur. */
export interface Cost {
  field: number
  multiplier: number
}

/** A connection counts as many as are asked for; its `nodes` and `edges` are those same. */
export function costOf(field: Field, args: Record<string, unknown>): Cost {
  if (field.args.some(({ name }) => name === 'first')) return { field: 1, multiplier: pageSizeOf(args) }
  const isPage = field.args.length === 0 && (field.name === 'nodes' || field.name === 'edges')
  return { field: 1, multiplier: isList(field) && !isPage ? LIST_LENGTH : 1 }
}

function pageSizeOf({ first, last }: Record<string, unknown>): number {
  const size = first ?? last ?? PAGE_SIZE
  return typeof size === 'number' && size > 0 ? size : 1
}

function isList({ type }: Field): boolean {
  return isListType(isNonNullType(type) ? type.ofType : type)
}

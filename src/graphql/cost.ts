/** The cost of a field: 1, plus the cost of its selection times the expected list length. A field may declare another cost. */
import { type GraphQLOutputType, isListType, isNonNullType } from 'graphql'

// The default page size, as in src/graphql/builder.ts.
const PAGE_SIZE = 20
// Expected length of lists without pagination: categories, roles, available actions.
const LIST_LENGTH = 10

interface CostedField {
  name: string
  type: GraphQLOutputType
  args: readonly { name: string }[]
}

/** The cost of the field itself, and the factor for the cost of its selection. */
export interface Cost {
  field: number
  multiplier: number
}

/** Returns the cost of a field. A connection multiplies by its page size; its `nodes` and `edges` do not multiply again. */
export function costOf(field: CostedField, args: Record<string, unknown>): Cost {
  if (field.args.some(({ name }) => name === 'first')) return { field: 1, multiplier: pageSizeOf(args) }
  const isPage = field.args.length === 0 && (field.name === 'nodes' || field.name === 'edges')
  return { field: 1, multiplier: isList(field) && !isPage ? LIST_LENGTH : 1 }
}

function pageSizeOf({ first, last }: Record<string, unknown>): number {
  const size = first ?? last ?? PAGE_SIZE
  return typeof size === 'number' && size > 0 ? size : 1
}

function isList({ type }: CostedField): boolean {
  return isListType(isNonNullType(type) ? type.ofType : type)
}

/**
 * Pages by keyset: a cursor is the place of a row in the order of its list, and a page begins strictly beyond it.
 * So no row is lost or shown twice when rows come and go, and page a thousand costs what page one costs.
 */
import { GraphQLError } from 'graphql'
import { PAGE_SIZE, PAGE_SIZE_MAX } from './builder.ts'

export interface PageArguments {
  first?: number | null | undefined
  after?: string | null | undefined
  last?: number | null | undefined
  before?: string | null | undefined
}

/** What a client asked for, checked. `limit` rows, read against the order of the list when `backward`. */
export interface Page<Key> {
  limit: number
  backward: boolean
  after: Key | undefined
  before: Key | undefined
}

/** A place in a list as text and back; `read` gives undefined for a text that it did not write. */
export interface Cursor<Key> {
  write(key: Key): string
  read(text: string): Key | undefined
}

/** Refuses with BAD_USER_INPUT: a malformed cursor, first and last together, fewer than none, more than a page holds. */
export function readPage<Key>({ first, after, last, before }: PageArguments, cursor: Cursor<Key>): Page<Key> {
  if (first != null && last != null) throw badInput('Give first or last, not both.')
  const limit = first ?? last ?? PAGE_SIZE
  if (limit < 0 || limit > PAGE_SIZE_MAX) throw badInput(`A page has 0 to ${PAGE_SIZE_MAX} entries.`)
  return {
    limit,
    backward: last != null || (first == null && before != null),
    after: readCursor(after, cursor),
    before: readCursor(before, cursor),
  }
}

/** The connection of rows that were read in the page's direction, one more than its limit to know whether more follow. */
export function connectionOf<Row, Key>(
  rows: readonly Row[],
  page: Page<Key>,
  cursor: Cursor<Key>,
  keyOf: (row: Row) => Key,
) {
  const more = rows.length > page.limit
  const shown = rows.slice(0, page.limit)
  if (page.backward) shown.reverse()
  const edges = shown.map((node) => ({ node, cursor: cursor.write(keyOf(node)) }))
  return {
    edges,
    pageInfo: {
      hasNextPage: page.backward ? page.before !== undefined : more,
      hasPreviousPage: page.backward ? more : page.after !== undefined,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  }
}

export const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** The place in a list that is ordered by id, which is by the time of making. */
export const idCursor: Cursor<string> = {
  write: (id) => toCursor(id),
  read: (text) => {
    const id = fromCursor(text)
    return UUID.test(id) ? id : undefined
  },
}

/** What Prisma reads a page of a list by that has the newest first: strictly beyond the cursor, and one row more than shown. */
export const newestFirst = ({ limit, backward, after, before }: Page<string>) => ({
  where: { id: { ...(after && { lt: after }), ...(before && { gt: before }) } },
  orderBy: { id: backward ? ('asc' as const) : ('desc' as const) },
  take: limit + 1,
})

/** The greatest values of PostgreSQL's integer and bigint: a cursor beyond them could not be compared with the column. */
export const INTEGER_MAX = 2_147_483_647n
export const BIGINT_MAX = 9_223_372_036_854_775_807n

/** The place in a list that is ordered by whole numbers, the first one weighing most; one greatest value for each. */
export function numbersCursor(...greatest: bigint[]): Cursor<bigint[]> {
  return {
    write: (numbers) => toCursor(numbers.join(':')),
    read: (text) => {
      const parts = fromCursor(text).split(':')
      const readable = parts.length === greatest.length && parts.every((part) => /^\d{1,19}$/.test(part))
      const numbers = readable ? parts.map(BigInt) : undefined
      return numbers?.every((number, index) => number <= (greatest[index] ?? 0n)) ? numbers : undefined
    },
  }
}

function readCursor<Key>(text: string | null | undefined, cursor: Cursor<Key>): Key | undefined {
  if (text == null) return undefined
  const key = cursor.read(text)
  if (key === undefined) throw badInput('This is not a cursor of this list.')
  return key
}

/** A place as the opaque text that clients send back. */
export const toCursor = (place: string): string => Buffer.from(place).toString('base64url')

/** The place behind a text, which may be anything that a client made up. */
export const fromCursor = (text: string): string => Buffer.from(text, 'base64url').toString()

/** A request that is not of its form; the client has a defect. */
export const badInput = (message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } })

// What a connection shows of its rows stands under both; plugin-prisma's own connections plan by the same two paths.
export const NODE_PATHS = [[{ name: 'nodes' }], [{ name: 'edges' }, { name: 'node' }]]

type Nested<Query, Planned> = (query: Query, path?: never) => Planned

/** Plans a relation that a connection shows: `query`, with what is selected beneath `nodes` and `edges.node`. */
export function nestedNodes<Query, Planned>(nested: Nested<Query, Planned>, typeName: string, query: Query): Planned {
  // The planner takes several paths at once in this form, which its types keep to itself.
  return nested(query, { getType: () => typeName, paths: NODE_PATHS } as never)
}

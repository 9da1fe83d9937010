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
  const edges = shown.map((node) => new Edge(node, cursor, keyOf))
  const hasNextPage = page.backward ? page.before !== undefined : more
  const hasPreviousPage = page.backward ? more : page.after !== undefined
  return { edges, pageInfo: new PageInfo(edges, hasNextPage, hasPreviousPage) }
}

// A cursor takes as long to write as the rest of an entry does, and whoever asks for `nodes` asks for none. As classes: what is
// made of a getter of its own is held by the engine long after its request.
class Edge<Row, Key> {
  readonly node: Row
  readonly #cursor: Cursor<Key>
  readonly #keyOf: (row: Row) => Key

  constructor(node: Row, cursor: Cursor<Key>, keyOf: (row: Row) => Key) {
    this.node = node
    this.#cursor = cursor
    this.#keyOf = keyOf
  }

  get cursor(): string {
    return this.#cursor.write(this.#keyOf(this.node))
  }
}

class PageInfo {
  readonly #edges: readonly { cursor: string }[]
  readonly hasNextPage: boolean
  readonly hasPreviousPage: boolean

  constructor(edges: readonly { cursor: string }[], hasNextPage: boolean, hasPreviousPage: boolean) {
    this.#edges = edges
    this.hasNextPage = hasNextPage
    this.hasPreviousPage = hasPreviousPage
  }

  get startCursor(): string | null {
    return this.#edges[0]?.cursor ?? null
  }

  get endCursor(): string | null {
    return this.#edges.at(-1)?.cursor ?? null
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

interface NodesPath {
  getType: () => string
  paths: typeof NODE_PATHS
}

// The planner takes several paths at once in this form, which its types keep to itself; and knows again the one that it has seen.
const nodesPaths = new Map<string, NodesPath>()

function nodesPathOf(typeName: string): NodesPath {
  let path = nodesPaths.get(typeName)
  if (!path) {
    path = { getType: () => typeName, paths: NODE_PATHS }
    nodesPaths.set(typeName, path)
  }
  return path
}

/** Plans a relation that a connection shows: `query`, with what is selected beneath `nodes` and `edges.node`. */
export const nestedNodes = <Query, Planned>(nested: Nested<Query, Planned>, typeName: string, query: Query): Planned =>
  nested(query, nodesPathOf(typeName) as never)

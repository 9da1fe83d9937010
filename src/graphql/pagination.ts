/**
 * Keyset pagination: a cursor is the sort key of a row, and a page starts strictly after it. No row is lost or repeated when
 * rows are inserted or deleted, and page 1,000 costs as much as page 1.
 */
import { GraphQLError } from 'graphql'
import { PAGE_SIZE, PAGE_SIZE_MAX } from './builder.ts'

export interface PageArguments {
  first?: number | null | undefined
  after?: string | null | undefined
  last?: number | null | undefined
  before?: string | null | undefined
}

/** Validated page arguments. `limit` rows are read, in reverse order if `backward`. */
export interface Page<Key> {
  limit: number
  backward: boolean
  after: Key | undefined
  before: Key | undefined
}

/** Converts sort keys to text and back; `read` returns undefined for text that `write` cannot return. */
export interface Cursor<Key> {
  write(key: Key): string
  read(text: string): Key | undefined
}

/** Validates page arguments. Refuses with BAD_USER_INPUT a malformed cursor, `first` with `last`, and sizes out of range. */
export function readPage<Key>({ first, after, last, before }: PageArguments, cursor: Cursor<Key>): Page<Key> {
  if (first != null && last != null) throw badInput('Use either `first` or `last`, not both.')
  const limit = first ?? last ?? PAGE_SIZE
  if (limit < 0 || limit > PAGE_SIZE_MAX) throw badInput(`A page can have 0 to ${PAGE_SIZE_MAX} entries.`)
  return {
    limit,
    backward: last != null || (first == null && before != null),
    after: readCursor(after, cursor),
    before: readCursor(before, cursor),
  }
}

/** Builds a connection. `rows` are in the direction of the page, with one extra row that shows that more follow. */
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

// Cursors are lazy, because writing one costs as much as the rest of an entry, and `nodes` needs none. Classes, because V8
// retains objects with getters of their own long after their request.
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

/** Matches a UUID in lower case. */
export const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Cursor of a list that is ordered by id, which is the order of creation. */
export const idCursor: Cursor<string> = {
  write: (id) => toCursor(id),
  read: (text) => {
    const id = fromCursor(text)
    return UUID.test(id) ? id : undefined
  },
}

/** Returns the Prisma arguments of a page that is ordered by id, newest first, with one extra row. */
export const newestFirst = ({ limit, backward, after, before }: Page<string>) => ({
  where: { id: { ...(after && { lt: after }), ...(before && { gt: before }) } },
  orderBy: { id: backward ? ('asc' as const) : ('desc' as const) },
  take: limit + 1,
})

/** The largest integer of PostgreSQL; a larger number in a cursor could not be compared with the column. */
export const INTEGER_MAX = 2_147_483_647n
/** The largest bigint of PostgreSQL. */
export const BIGINT_MAX = 9_223_372_036_854_775_807n

/** Cursor of a list that is ordered by several integers; `greatest` has the maximum of each. */
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
  if (key === undefined) throw badInput('The cursor does not belong to this list.')
  return key
}

/** Encodes a sort key as opaque text. */
export const toCursor = (key: string): string => Buffer.from(key).toString('base64url')

/** Decodes a cursor. The result is untrusted input. */
export const fromCursor = (text: string): string => Buffer.from(text, 'base64url').toString()

/** Returns BAD_USER_INPUT, for malformed requests: a defect of the client. */
export const badInput = (message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } })

/** The paths of a connection that select its rows; the connections of plugin-prisma use the same two. */
export const NODE_PATHS = [[{ name: 'nodes' }], [{ name: 'edges' }, { name: 'node' }]]

type Nested<Query, Planned> = (query: Query, path?: never) => Planned

interface NodesPath {
  getType: () => string
  paths: typeof NODE_PATHS
}

// Internal format of the planner for several paths. Cached, because the planner compares it by identity.
const nodesPaths = new Map<string, NodesPath>()

function nodesPathOf(typeName: string): NodesPath {
  let path = nodesPaths.get(typeName)
  if (!path) {
    path = { getType: () => typeName, paths: NODE_PATHS }
    nodesPaths.set(typeName, path)
  }
  return path
}

/** Plans a relation that is a connection: `query`, with the selections of `nodes` and `edges.node`. */
export const nestedNodes = <Query, Planned>(nested: Nested<Query, Planned>, typeName: string, query: Query): Planned =>
  nested(query, nodesPathOf(typeName) as never)

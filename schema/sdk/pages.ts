/** Lists that come in pages, followed to their end. */

/** As much of a connection as is needed to go on: forward by `after`, or backward by `before`. */
export interface Page<Node = unknown> {
  readonly nodes: readonly Node[]
  readonly pageInfo: {
    readonly hasNextPage?: boolean
    readonly endCursor?: string | null
    readonly hasPreviousPage?: boolean
    readonly startCursor?: string | null
  }
}

/** The variables of an operation that asks for a page. */
export interface PageVariables {
  readonly after?: string | null | undefined
  readonly before?: string | null | undefined
  readonly last?: number | null | undefined
}

/**
 * Page after page, each asked for when the one before has been taken; backward where the variables have `last` or `before`.
 * `read` gives null where there is no list, which ends it.
 */
export async function* pagesOf<Connection extends Page>(
  read: (place: PageVariables) => Promise<Connection | null | undefined>,
  variables: PageVariables,
): AsyncGenerator<Connection> {
  const isBackward = typeof variables.last === 'number' || typeof variables.before === 'string'
  let place: PageVariables = {}
  for (;;) {
    const page = await read(place)
    if (!page) return
    yield page
    const { hasNextPage, endCursor, hasPreviousPage, startCursor } = page.pageInfo
    const cursor = isBackward ? hasPreviousPage && startCursor : hasNextPage && endCursor
    if (!cursor) return
    place = isBackward ? { before: cursor } : { after: cursor }
  }
}

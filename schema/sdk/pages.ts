/** The fields of a connection that pagination needs: forward by `after`, or backward by `before`. */
export interface Page<Node = unknown> {
  readonly nodes: readonly Node[]
  readonly pageInfo: {
    readonly hasNextPage?: boolean
    readonly endCursor?: string | null
    readonly hasPreviousPage?: boolean
    readonly startCursor?: string | null
  }
}

/** The page variables of an operation. */
export interface PageVariables {
  readonly after?: string | null | undefined
  readonly before?: string | null | undefined
  readonly last?: number | null | undefined
}

/**
 * Yields all pages, and requests each on demand; backward if the variables have `last` or `before`. Ends if `read` returns null,
 * because there is no list.
 */
export async function* pagesOf<Connection extends Page>(
  read: (next: PageVariables) => Promise<Connection | null | undefined>,
  variables: PageVariables,
): AsyncGenerator<Connection> {
  const isBackward = typeof variables.last === 'number' || typeof variables.before === 'string'
  let next: PageVariables = {}
  for (;;) {
    const page = await read(next)
    if (!page) return
    yield page
    const { hasNextPage, endCursor, hasPreviousPage, startCursor } = page.pageInfo
    const cursor = isBackward ? hasPreviousPage && startCursor : hasNextPage && endCursor
    if (!cursor) return
    next = isBackward ? { before: cursor } : { after: cursor }
  }
}

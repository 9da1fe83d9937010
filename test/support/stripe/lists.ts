/** The lists of Stripe's API: newest first, by pages of `limit` after the object `starting_after`. */
import { nested, optionalText, type Params, texts } from './params.ts'
import type { StripeBook } from './stripeBook.ts'

interface Listed {
  id: string
  created: number
}

const LIMIT = 10
const LIMIT_MAX = 100

/** Returns one page of the objects, which are in order of creation. */
export function page<Item extends Listed>(objects: Iterable<Item>, query: Params, url: string) {
  const created = nested(query, 'created')
  const isInSpan = (item: Item): boolean =>
    item.created >= Number(created.gte ?? 0) &&
    item.created > Number(created.gt ?? -1) &&
    item.created < Number(created.lt ?? Number.POSITIVE_INFINITY) &&
    item.created <= Number(created.lte ?? Number.POSITIVE_INFINITY)
  const newestFirst = [...objects].filter(isInSpan).reverse()
  const after = optionalText(query, 'starting_after')
  const start = after ? newestFirst.findIndex(({ id }) => id === after) + 1 : 0
  const limit = Math.min(Number(optionalText(query, 'limit') ?? LIMIT), LIMIT_MAX)
  const data = newestFirst.slice(start, start + limit)
  return { object: 'list', url, has_more: newestFirst.length > start + limit, data }
}

/** True if the object has the values of all these filters that the query contains. */
export function matches(object: object, query: Params, names: readonly string[]): boolean {
  return names.every((name) => {
    const wanted = optionalText(query, name)
    return wanted === null || new Map<string, unknown>(Object.entries(object)).get(name) === wanted
  })
}

/** The lines of the balance; `expand[]=data.source` replaces each source by its object. */
export function listLines(book: StripeBook, query: Params) {
  const list = page(book.lines.values(), query, '/v1/balance_transactions')
  if (!texts(query, 'expand').includes('data.source')) return list
  return { ...list, data: list.data.map((line) => ({ ...line, source: sourceOf(book, String(line.source)) })) }
}

function sourceOf(book: StripeBook, id: string): object {
  for (const objects of [book.charges, book.transfers, book.reversals, book.refunds, book.disputes]) {
    const object = objects.get(id)
    if (object) return object
  }
  // Stripe's own fees have an id that no list has.
  return { id, object: 'fee' }
}

/** True if the query asks for this expansion. */
export const isExpanded = (query: Params, name: string): boolean => texts(query, 'expand').includes(name)

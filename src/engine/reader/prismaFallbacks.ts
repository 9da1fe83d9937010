/** How often something was read plugin-prisma's way, and where. */

// A place is a field of the schema or a method of a model, of which there are a few hundred; more would be a leak.
const PLACES_MAX = 1_000

const counts = new Map<string, number>()

/** Notes that what was asked at this place (`Type.field`) was not answered by the reader. */
export function countFallback(place: string): void {
  const count = counts.get(place)
  if (count === undefined && counts.size >= PLACES_MAX) return
  counts.set(place, (count ?? 0) + 1)
}

/** How often since the start, by place; for `/metrics`. */
export const readerFallbacks = (): ReadonlyMap<string, number> => counts

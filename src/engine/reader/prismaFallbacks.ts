/** Counts of reads that fell back to Prisma, by place. */

// A place is a field of the schema or a method of a model. There are a few hundred; more would be a leak.
const PLACES_MAX = 1_000

const counts = new Map<string, number>()

/** Counts a fallback at a place: `Type.field` or `Model.method`. */
export function countFallback(place: string): void {
  const count = counts.get(place)
  if (count === undefined && counts.size >= PLACES_MAX) return
  counts.set(place, (count ?? 0) + 1)
}

/** The counts since the start of the process, for `/metrics`. */
export const readerFallbacks = (): ReadonlyMap<string, number> => counts

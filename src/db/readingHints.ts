/**
 * What the author of a condition knows and PostgreSQL cannot. A hint changes how a list is read and never what is in it, so
 * Prisma, which is told nothing of it, answers the same.
 */
const alternativesApart = new WeakSet<object>()
const foundFirst = new WeakSet<object>()
const plannedForValues = new WeakSet<object>()

/**
 * Alternatives of an OR of which no row fits two. A list in an order is then the merge of a list for each of them, in the order
 * of an index, where PostgreSQL would sort everything that fits.
 */
export function apart<Where extends object>(alternatives: Where[]): Where[] {
  alternativesApart.add(alternatives)
  return alternatives
}

/** In one of these statuses. Lists are indexed by status before their order, so each is read in order and all are merged. */
export function inStatuses<Status>(statuses: readonly Status[]) {
  const [first, ...more] = new Set(statuses)
  if (first === undefined) return { status: { in: [] as Status[] } }
  return more.length === 0 ? { status: first } : { OR: apart([first, ...more].map((status) => ({ status }))) }
}

/**
 * The condition of a `some` that few rows fit: they are found first, and by them the rows of the list, where PostgreSQL would
 * ask of each row of the list whether it has one.
 */
export function fewFit<Where extends object>(where: Where): Where {
  foundFirst.add(where)
  return where
}

/** A condition whose best index depends on its values, such as a word that is common or rare: planned at each request. */
export function plannedAnew<Where extends object>(where: Where): Where {
  plannedForValues.add(where)
  return where
}

export const areApart = (alternatives: object): boolean => alternativesApart.has(alternatives)
export const isFoundFirst = (where: object): boolean => foundFirst.has(where)
export const isPlannedAnew = (where: object): boolean => plannedForValues.has(where)

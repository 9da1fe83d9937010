/**
 * What the author of a condition knows and PostgreSQL cannot. A hint changes how a list is read and never what is in it, so
 * Prisma, which is told nothing of it, answers the same: it stands under a symbol, where Prisma does not look.
 */
const APART = Symbol('no row fits two of these alternatives')
const FOUND_FIRST = Symbol('few rows fit')
const ASKED_OF_EACH = Symbol('looked up for each row')
const PLANNED_ANEW = Symbol('the best plan depends on the values')
const LASTING = Symbol('never changed')

interface Hints {
  [APART]?: true
  [FOUND_FIRST]?: true
  [ASKED_OF_EACH]?: true
  [PLANNED_ANEW]?: true
  [LASTING]?: true
}

/**
 * Alternatives of an OR of which no row fits two. A list in an order is then the merge of a list for each of them, in the order
 * of an index, where PostgreSQL would sort everything that fits.
 */
export function disjoint<Where extends object>(alternatives: Where[]): Where[] {
  return Object.assign(alternatives, { [APART]: true })
}

/** In one of these statuses. Lists are indexed by status before their order, so each is read in order and all are merged. */
export function inStatuses<Status>(statuses: readonly Status[]) {
  const [first, ...more] = new Set(statuses)
  if (first === undefined) return { status: { in: [] as Status[] } }
  return more.length === 0 ? { status: first } : { OR: disjoint([first, ...more].map((status) => ({ status }))) }
}

/**
 * The condition of a `some` that few rows fit: they are found first, and by them the rows of the list, where PostgreSQL would
 * ask of each row of the list whether it has one.
 */
export function selective<Where extends object>(where: Where): Where {
  return Object.assign(where, { [FOUND_FIRST]: true })
}

/**
 * The condition of a `some` or `none` that is looked up for each row of the list by its key, where PostgreSQL would begin by reading all
 * rows that any could have: for a view over big tables, of which it knows little.
 */
export function probedPerRow<Where extends object>(where: Where): Where {
  return Object.assign(where, { [ASKED_OF_EACH]: true })
}

/** A condition whose best index depends on its values, such as a word that is common or rare: planned at each request. */
export function customPlan<Where extends object>(where: Where): Where {
  return Object.assign(where, { [PLANNED_ANEW]: true })
}

/**
 * A condition that depends on nothing but who asks: made once for each of them, as long as they are remembered, and never
 * changed. So the reader reads it once, where a condition of a request is walked anew each time.
 */
export function perViewerConstant<Viewer extends object, Where extends object>(
  make: (viewer: Viewer | null) => Where,
): (viewer: Viewer | null) => Where {
  const place = Symbol('what was made for this viewer')
  let forNobody: Where | undefined
  return (viewer) => {
    if (!viewer) {
      forNobody ??= markedConstant(make(null))
      return forNobody
    }
    // On the viewer and not in a WeakMap, which costs more than most conditions when people come and go.
    const remembering = viewer as { [place]?: { viewer: Viewer; where: Where } }
    const made = remembering[place]
    // Not what came along when somebody made another viewer of this one.
    if (made?.viewer === viewer) return made.where
    const where = markedConstant(make(viewer))
    remembering[place] = { viewer, where }
    return where
  }
}

const markedConstant = <Where extends object>(where: Where): Where => Object.assign(where, { [LASTING]: true })

export const areDisjoint = (alternatives: object): boolean => (alternatives as Hints)[APART] === true
export const isSelective = (where: object): boolean => (where as Hints)[FOUND_FIRST] === true
export const isProbedPerRow = (where: object): boolean => (where as Hints)[ASKED_OF_EACH] === true
export const needsCustomPlan = (where: object): boolean => (where as Hints)[PLANNED_ANEW] === true
export const isPerViewerConstant = (where: object): boolean => (where as Hints)[LASTING] === true

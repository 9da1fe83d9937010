/**
 * Hints of a condition's author to the reader about data that PostgreSQL's planner does not know. A hint changes how a list is read,
 * never its rows. Hints are symbol properties, which Prisma ignores, so Prisma returns the same rows.
 */
const DISJOINT = Symbol('disjoint')
const SELECTIVE = Symbol('selective')
const PROBED_PER_ROW = Symbol('probed per row')
const CUSTOM_PLAN = Symbol('custom plan')
const CONSTANT = Symbol('constant')

interface Hints {
  [DISJOINT]?: true
  [SELECTIVE]?: true
  [PROBED_PER_ROW]?: true
  [CUSTOM_PLAN]?: true
  [CONSTANT]?: true
}

/**
 * Marks the alternatives of an OR as disjoint: no row matches two. An ordered list is then a merge of one index scan for each
 * alternative, where PostgreSQL would sort all matches.
 */
export function disjoint<Where extends object>(alternatives: Where[]): Where[] {
  return Object.assign(alternatives, { [DISJOINT]: true })
}

/**
 * A condition for rows in one of these statuses. Indexes of lists begin with the status, so the list
 * is a merge of one ordered index scan per status. */
export function inStatuses<Status>(statuses: readonly Status[]) {
  const [first, ...more] = new Set(statuses)
  if (first === undefined) return { status: { in: [] as Status[] } }
  return more.length === 0 ? { status: first } : { OR: disjoint([first, ...more].map((status) => ({ status }))) }
}

/**
 * Marks the condition of a `some` that few related rows match. The reader finds these first and looks up the rows of the list by them;
 * otherwise PostgreSQL would probe each row of the list.
 */
export function selective<Where extends object>(where: Where): Where {
  return Object.assign(where, { [SELECTIVE]: true })
}

/**
 * Marks the condition of a `some` or `none` that is probed by key for each row of the list, where PostgreSQL would first read all related
 * rows: for a view over big tables, for which its estimates are poor.
 */
export function probedPerRow<Where extends object>(where: Where): Where {
  return Object.assign(where, { [PROBED_PER_ROW]: true })
}

/** Marks a condition whose best index depends on its values, such as a common or a rare word. It is planned for each request. */
export function customPlan<Where extends object>(where: Where): Where {
  return Object.assign(where, { [CUSTOM_PLAN]: true })
}

/**
 * Caches a condition that depends on the viewer only: it is made once for each viewer and never changed. So the reader compiles it
 * once, where it walks a condition of a request each time.
 */
export function perViewerConstant<Viewer extends object, Where extends object>(
  make: (viewer: Viewer | null) => Where,
): (viewer: Viewer | null) => Where {
  const key = Symbol('condition of this viewer')
  let forAnonymous: Where | undefined
  return (viewer) => {
    if (!viewer) {
      forAnonymous ??= markedConstant(make(null))
      return forAnonymous
    }
    // A property of the viewer, because entries of a WeakMap cost more than most conditions when viewers are short-lived.
    const caching = viewer as { [key]?: { viewer: Viewer; where: Where } }
    const cached = caching[key]
    // A copy of a viewer has the property of the original.
    if (cached?.viewer === viewer) return cached.where
    const where = markedConstant(make(viewer))
    caching[key] = { viewer, where }
    return where
  }
}

const markedConstant = <Where extends object>(where: Where): Where => Object.assign(where, { [CONSTANT]: true })

/** True if `disjoint` has marked the alternatives. */
export const areDisjoint = (alternatives: object): boolean => (alternatives as Hints)[DISJOINT] === true
/** True if `selective` has marked the condition. */
export const isSelective = (where: object): boolean => (where as Hints)[SELECTIVE] === true
/** True if `probedPerRow` has marked the condition. */
export const isProbedPerRow = (where: object): boolean => (where as Hints)[PROBED_PER_ROW] === true
/** True if `customPlan` has marked the condition. */
export const needsCustomPlan = (where: object): boolean => (where as Hints)[CUSTOM_PLAN] === true
/** True if `perViewerConstant` has made the condition. */
export const isPerViewerConstant = (where: object): boolean => (where as Hints)[CONSTANT] === true

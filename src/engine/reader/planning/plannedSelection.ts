/** Puts a planned selection into Prisma's `select`, so that resolvers spread and extend it like a plain one. */
import { PLAN, type PlannedSelection, type Selection } from './planTypes.ts'

/**
 * A selection by names, with a planned one. An instance of a class, because object literals with a symbol have a new hidden class each
 * time, which makes reading their properties slow.
 */
export function withPlan(selection: Selection | null | undefined, planned: PlannedSelection): Selection {
  const result = new SelectionWithPlan(planned)
  for (const name in selection) result[name] = selection[name]
  return result
}

class SelectionWithPlan {
  [name: string]: Selection[string]
  declare readonly [PLAN]: PlannedSelection

  constructor(planned: PlannedSelection) {
    this[PLAN] = planned
  }
}

/** Puts a planned selection into Prisma's `select`, so that resolvers spread and extend it as they always do. */
import { PLAN, type PlannedSelection, type Selection } from './planTypes.ts'

/**
 * What is selected by name, and by a plan beside it. Of one form, whatever it has: a literal with a symbol in it is of a new form
 * each time, and whoever reads it begins by learning that.
 */
export function withPlan(selection: Selection | null | undefined, planned: PlannedSelection): Selection {
  const planning = new Planning(planned)
  for (const name in selection) planning[name] = selection[name]
  return planning
}

class Planning {
  [name: string]: Selection[string]
  declare readonly [PLAN]: PlannedSelection

  constructor(planned: PlannedSelection) {
    this[PLAN] = planned
  }
}

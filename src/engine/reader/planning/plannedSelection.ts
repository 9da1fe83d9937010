/** A selection that was planned: it travels inside Prisma's `select`, so that resolvers spread and extend it as they always do. */

import type { ReadArguments } from '../sql/shapeKey.ts'
import type { PlanQuery } from './pothosPlanHook.ts'
import type { SelectionTemplate } from './selectionTemplate.ts'

/** Under this key a `select` carries what a document selects, beside what a resolver adds by name. */
export const PLAN = Symbol('what a document selects')

export interface Selection {
  readonly [name: string]: boolean | ReadArguments | undefined
  readonly [PLAN]?: PlannedSelection
}

/** A template with the arguments of one request. */
export interface PlannedSelection {
  template: SelectionTemplate
  /** All of its shape. */
  key: string
  values: readonly unknown[]
  /** What each field that selects by function selects here, in the order of the template's fields. */
  selections: readonly (Selection | null)[]
  /** What the mapper was asked, which plans it anew when the reader cannot read it. Only where a resolver asked for the plan. */
  asked: { adapter: unknown; asked: PlanQuery } | undefined
}

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

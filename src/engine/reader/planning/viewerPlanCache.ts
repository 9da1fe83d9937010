/**
 * What fields have selected for a viewer, for the next time that they ask. It is kept where nothing decided but who asks: the
 * arguments stand in the document, and the field's function looked at nothing else in its context. (To the clock no such function may
 * look: nobody would notice. What depends on time is decided by the resolver.) Kept on the viewer, a plan serves nobody else.
 */
import type { PlannedColumns, SelectionTemplateField } from './planTypes.ts'

/** What a field selects, with the values in it. */
export interface ViewerPlan extends PlannedColumns {
  values: readonly unknown[]
}

interface Plans {
  viewer: object
  byField: Map<SelectionTemplateField, ViewerPlan>
}

const PLANS = Symbol('what fields have selected for this viewer')

type Planning = object & { [PLANS]?: Plans | undefined }

// The fields of a few screens. A plan is some kilobytes, so all of them together are at most some megabytes.
const FIELDS_MAX = 30
const VIEWERS_MAX = 300

const nobody: Planning = {}
/** The viewers with plans, each in the place of the one who came so many viewers before and has none any more. */
const viewers: Planning[] = []
let viewerCount = 0

/** The plan of this field for whoever asks: a viewer, or nobody who has signed in. */
export function viewerPlanOf(viewer: object | null, field: SelectionTemplateField): ViewerPlan | undefined {
  return plansOf(viewer ?? nobody)?.byField.get(field)
}

/** Keeps a plan in which nobody but the viewer has decided. */
export function keepViewerPlan(viewer: object | null, field: SelectionTemplateField, plan: ViewerPlan): void {
  const { byField } = plansOf(viewer ?? nobody) ?? begin(viewer ?? nobody)
  if (byField.size >= FIELDS_MAX) byField.clear()
  byField.set(field, plan)
}

function plansOf(viewer: Planning): Plans | undefined {
  const plans = viewer[PLANS]
  // Not what came along when somebody made another viewer of this one.
  return plans?.viewer === viewer ? plans : undefined
}

function begin(viewer: Planning): Plans {
  const place = viewerCount++ % VIEWERS_MAX
  const before = viewers[place]
  if (before) before[PLANS] = undefined
  viewers[place] = viewer
  const plans = { viewer, byField: new Map() }
  viewer[PLANS] = plans
  return plans
}

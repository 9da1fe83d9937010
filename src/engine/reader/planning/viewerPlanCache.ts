/**
 * Viewer plans: selections of fields that depend on nothing but the viewer, cached on the viewer, so a plan is never used for another
 * one. A plan is cached if all arguments are literals in the document and the field's `select` read only the viewer of its context.
 * A `select` function must not read the clock: that would go unnoticed. What depends on time is decided by the resolver.
 */
import type { PlannedColumns, SelectionTemplateField } from './planTypes.ts'

/** The selection of a field, with the values in it. */
export interface ViewerPlan extends PlannedColumns {
  values: readonly unknown[]
}

interface Plans {
  viewer: object
  byField: Map<SelectionTemplateField, ViewerPlan>
}

const PLANS = Symbol('plans of this viewer')

type Viewer = object & { [PLANS]?: Plans | undefined }

// The fields of a few screens. A plan is some kilobytes, so all of them together are at most some megabytes.
const FIELDS_MAX = 30
const VIEWERS_MAX = 300

const anonymous: Viewer = {}
/** A ring of the viewers with plans: a new one takes the place of the oldest, whose plans are dropped. */
const viewers: Viewer[] = []
let viewerCount = 0

/** The cached plan of this field for a viewer, or for anonymous requests. */
export function viewerPlanOf(viewer: object | null, field: SelectionTemplateField): ViewerPlan | undefined {
  return plansOf(viewer ?? anonymous)?.byField.get(field)
}

/** Caches a plan that depends on nothing but the viewer. */
export function keepViewerPlan(viewer: object | null, field: SelectionTemplateField, plan: ViewerPlan): void {
  const { byField } = plansOf(viewer ?? anonymous) ?? addViewer(viewer ?? anonymous)
  if (byField.size >= FIELDS_MAX) byField.clear()
  byField.set(field, plan)
}

function plansOf(viewer: Viewer): Plans | undefined {
  const plans = viewer[PLANS]
  // An object that was spread from another viewer has that viewer's plans.
  return plans?.viewer === viewer ? plans : undefined
}

function addViewer(viewer: Viewer): Plans {
  const index = viewerCount++ % VIEWERS_MAX
  const oldest = viewers[index]
  if (oldest) oldest[PLANS] = undefined
  viewers[index] = viewer
  const plans = { viewer, byField: new Map() }
  viewer[PLANS] = plans
  return plans
}

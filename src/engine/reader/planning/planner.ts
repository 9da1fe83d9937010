/**
 * Plans the selection of a field in place of plugin-prisma's selection mapper. All entry points of plugin-prisma (prismaField, prismaNode,
 * prismaConnection, queryFromInfo) call one static method of the mapper, so its declarations of types and fields stay unchanged.
 */
import { getNamedType } from 'graphql'
import { replacePlanFromInfo } from '../../pothosPatches.ts'
import { type SelectionPlan, selectionPlanOf } from '../../selection/selectionPlan.ts'
import { countFallback } from '../prismaFallbacks.ts'
import { hasReader } from '../readingClient.ts'
import { stepsOf, unwrapIndirect } from './paths.ts'
import { withPlan } from './plannedSelection.ts'
import { PlanningContext } from './planningContext.ts'
import type { PlannedSelection, PlanQuery, SelectionTemplate } from './planTypes.ts'
import { type PlanFromInfo, planByMapper } from './pothosPlanHook.ts'
import { planTemplate } from './selectField.ts'
import { makeTemplate, templatesOf } from './selectionTemplate.ts'
import { UnsupportedByReader } from './unsupported.ts'

/** Installs the planner in plugin-prisma. A request whose client is not the reader's is still planned by the mapper. */
export function installPlanner(): void {
  const byReader: PlanFromInfo = (adapter, query) => {
    if (!hasReader(query.context)) return planByMapper(adapter, query)
    const planned = plan(query)
    if (planned === 'unsupported') return planByMapper(adapter, query)
    if (!planned) return undefined
    // No closure: as a property of a fresh object, it would outlive its request with all that it holds.
    planned.mapperQuery = { adapter, query }
    const select = withPlan(query.initial?.select, planned)
    // `where` is there because most resolvers add a condition: with and without one, the result has the same hidden class.
    return { query: () => ({ select, where: undefined }) }
  }
  replacePlanFromInfo(byReader)
}

function plan(query: PlanQuery): PlannedSelection | undefined | 'unsupported' {
  const { context, info, initial } = query
  try {
    if (initial?.include) throw new UnsupportedByReader('an include')
    const template = templateOf(query)
    return template && planTemplate(template, new PlanningContext(context, info))
  } catch (error) {
    if (!(error instanceof UnsupportedByReader)) throw error
    countFallback(`${info.parentType.name}.${info.fieldName}`)
    return 'unsupported'
  }
}

/** The template of the selection, cached on its plan. Undefined if nothing is selected at the query's path. */
function templateOf(query: PlanQuery): SelectionTemplate | undefined {
  const { info, typeName } = query
  const paths = pathsOf(query)
  const selection = selectionPlanOf(info)
  const templates = templatesOf(selection)
  const key = typeName === undefined && !paths ? '' : `${typeName ?? ''} ${paths ? textOf(paths) : ''}`
  if (templates.has(key)) return templates.get(key)
  const template = makeTemplateOf(query, selection)
  templates.set(key, template)
  return template
}

const pathsOf = ({ path, paths }: PlanQuery): PlanQuery['path'] | PlanQuery['paths'] =>
  paths?.length ? paths : path?.length ? path : undefined

// Fields of one kind share their paths object.
const texts = new WeakMap<object, string>()

function textOf(paths: object): string {
  let text = texts.get(paths)
  if (text === undefined) {
    text = JSON.stringify(paths)
    texts.set(paths, text)
  }
  return text
}

function makeTemplateOf(
  { info, typeName, path, paths }: PlanQuery,
  selection: SelectionPlan,
): SelectionTemplate | undefined {
  const returnType = getNamedType(info.returnType)
  const wrapper = unwrapIndirect(info, returnType)
  const innerPaths = (paths?.length ? paths : path?.length ? [path] : []).map(stepsOf)
  const wholePaths = (innerPaths.length > 0 ? innerPaths : [[]]).map((steps) => [...wrapper.path, ...steps])
  const selected = selection.at(returnType, wholePaths)
  if (innerPaths.length > 0 && selected.isEmpty) return undefined
  const type = typeName ? info.schema.getType(typeName) : wrapper.type
  if (!type || (innerPaths.length > 0 && !typeName)) throw new UnsupportedByReader('a path without a type')
  return makeTemplate(selected, type)
}

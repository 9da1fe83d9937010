/**
 * Where plugin-prisma asks what to select, the reader answers. All its ways in (prismaField, prismaNode, prismaConnection,
 * queryFromInfo) end in one static method of its selection mapper, so this one seam leaves its declarations as they are.
 */
import { getNamedType } from 'graphql'
import { replacePlanFromInfo } from '../../pothosPatches.ts'
import { type SelectionPlan, selectionPlanOf } from '../../selection/selectionPlan.ts'
import { countFallback } from '../prismaFallbacks.ts'
import { isReading } from '../readingClient.ts'
import { withPlan } from './plannedSelection.ts'
import { PlanningContext } from './planningContext.ts'
import type { PlannedSelection, PlanQuery, SelectionTemplate } from './planTypes.ts'
import { type PlanFromInfo, planByMapper } from './pothosPlanHook.ts'
import { planTemplate } from './selectField.ts'
import { stepsOf, unwrapIndirect } from './selectionSets.ts'
import { makeTemplate, templatesOf } from './selectionTemplate.ts'
import { UnsupportedByReader } from './unsupported.ts'

/** Installs the planner in plugin-prisma. A request whose client is not the reader's is still planned by the mapper. */
export function installPlanner(): void {
  const byReader: PlanFromInfo = (adapter, asked) => {
    if (!isReading(asked.context)) return planByMapper(adapter, asked)
    const planned = plan(asked)
    if (planned === 'unsupported') return planByMapper(adapter, asked)
    if (!planned) return undefined
    // No closure: as a property of a fresh object, it would outlive its request with all that it holds.
    planned.asked = { adapter, asked }
    const select = withPlan(asked.initial?.select, planned)
    // `where` is there because most resolvers add a condition: with and without one, the result has the same hidden class.
    return { query: () => ({ select, where: undefined }) }
  }
  replacePlanFromInfo(byReader)
}

function plan(asked: PlanQuery): PlannedSelection | undefined | 'unsupported' {
  try {
    if (asked.initial?.include) throw new UnsupportedByReader('an include')
    const template = templateOf(asked)
    return template && planTemplate(template, new PlanningContext(asked.context, asked.info))
  } catch (error) {
    if (!(error instanceof UnsupportedByReader)) throw error
    countFallback(`${asked.info.parentType.name}.${asked.info.fieldName}`)
    return 'unsupported'
  }
}

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
  const asked = (paths?.length ? paths : path?.length ? [path] : []).map(stepsOf)
  const wholePaths = (asked.length > 0 ? asked : [[]]).map((steps) => [...wrapper.path, ...steps])
  const selected = selection.at(returnType, wholePaths)
  // Nothing is selected at the end of the path, so there is nothing to plan.
  if (asked.length > 0 && selected.isEmpty) return undefined
  const type = typeName ? info.schema.getType(typeName) : wrapper.type
  if (!type || (asked.length > 0 && !typeName)) throw new UnsupportedByReader('a path without a type')
  return makeTemplate(selected, type)
}

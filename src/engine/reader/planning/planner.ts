/**
 * Where plugin-prisma asks what to select, the reader answers. All its ways in (prismaField, prismaNode, prismaConnection,
 * queryFromInfo) end in one static method of its selection mapper, so this one seam leaves its declarations as they are.
 */
import { type FieldNode, type GraphQLResolveInfo, getNamedType } from 'graphql'
import { replacePlanFromInfo } from '../../pothosPatches.ts'
import { countFallback } from '../prismaFallbacks.ts'
import { isReading } from '../readingClient.ts'
import { directiveVariablesOf, selectionSetsAt, selectionSetsOf } from './document.ts'
import { withPlan } from './plannedSelection.ts'
import { PlanningContext } from './planningContext.ts'
import type { PlannedSelection, PlanQuery, SelectionTemplate } from './planTypes.ts'
import { type PlanFromInfo, planByMapper } from './pothosPlanHook.ts'
import { planTemplate } from './selectField.ts'
import { stepsOf, unwrapIndirect } from './selectionSets.ts'
import { makeTemplate } from './selectionTemplate.ts'
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

/** Templates of one field of a document, by what is asked of it and the variables of its directives. */
interface Variants {
  directiveVariables: readonly string[]
  templates: Map<string, SelectionTemplate | undefined>
  /** The same field where further nodes select it: a fragment that comes and goes by @include. */
  withNext: WeakMap<FieldNode, Variants>
}

// They live as long as the document's nodes, which whoever caches documents bounds.
const firstNodes = new WeakMap<FieldNode, Variants>()

// Each @skip and @include doubles them; a document that plays with more is planned anew.
const TEMPLATES_OF_A_FIELD_MAX = 32

function templateOf(asking: PlanQuery): SelectionTemplate | undefined {
  const { info, typeName, path, paths } = asking
  const { directiveVariables, templates } = variantsOf(info)
  const asked = paths?.length ? paths : path?.length ? path : undefined
  let key = `${typeName ?? ''} ${asked ? textOf(asked) : ''}`
  // Null counts as false here, as it does wherever a read is planned.
  for (const variable of directiveVariables) key += info.variableValues[variable] === true ? '1' : '0'
  if (templates.has(key)) return templates.get(key)
  if (templates.size >= TEMPLATES_OF_A_FIELD_MAX) templates.clear()
  const template = makeRootTemplate(asking)
  templates.set(key, template)
  return template
}

// The lists of the API share their paths.
const texts = new WeakMap<object, string>()

function textOf(paths: object): string {
  let text = texts.get(paths)
  if (text === undefined) {
    text = JSON.stringify(paths)
    texts.set(paths, text)
  }
  return text
}

function variantsOf(info: GraphQLResolveInfo): Variants {
  let level = firstNodes
  let variants: Variants | undefined
  for (const node of info.fieldNodes) {
    variants = level.get(node)
    if (!variants) {
      const directiveVariables = directiveVariablesOf(info, info.fieldNodes)
      variants = { directiveVariables, templates: new Map(), withNext: new WeakMap() }
      level.set(node, variants)
    }
    level = variants.withNext
  }
  if (!variants) throw new UnsupportedByReader('a field without nodes')
  return variants
}

function makeRootTemplate({ info, typeName, path, paths }: PlanQuery): SelectionTemplate | undefined {
  const returnType = getNamedType(info.returnType)
  const wrapper = unwrapIndirect(info, returnType)
  const asked = (paths?.length ? paths : path?.length ? [path] : []).map(stepsOf)
  const sets = selectionSetsOf(info.fieldNodes)
  const found = (asked.length > 0 ? asked : [[]]).flatMap((steps) =>
    selectionSetsAt(info, returnType, sets, [...wrapper.path, ...steps]),
  )
  // Nothing selected at the end of a path: there is nothing to plan.
  if (asked.length > 0 && found.length === 0) return undefined
  const type = typeName ? info.schema.getType(typeName) : wrapper.type
  if (!type || (asked.length > 0 && !typeName)) throw new UnsupportedByReader('a path without a type')
  return makeTemplate(info, type, found)
}

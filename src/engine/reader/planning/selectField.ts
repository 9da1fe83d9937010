/** Plans the selections of a template's fields, by the arguments and the context of a request, as plugin-prisma would. */
import { getMappedArgumentValues, isThenable } from '@pothos/core'
import { GraphQLError } from 'graphql'
import { hasVariable, objectTypesOf } from '../../selection/document.ts'
import type { Step } from '../../selection/selectionPlan.ts'
import { internedKeyOf } from '../sql/internedKeys.ts'
import { isKnown, keyOfSelection } from '../sql/shapeKey.ts'
import { readPath, unwrapIndirect } from './paths.ts'
import { withPlan } from './plannedSelection.ts'
import type { PlanningContext } from './planningContext.ts'
import {
  PLAN,
  type PlannedColumns,
  type PlannedSelection,
  type ReadArguments,
  type SelectFunction,
  type Selection,
  type SelectionTemplate,
  type SelectionTemplateField,
} from './planTypes.ts'
import { makeTemplate, modelOf, selectionOf, templatesOf, typeOf } from './selectionTemplate.ts'
import { UnsupportedByReader } from './unsupported.ts'
import { keepViewerPlan, type ViewerPlan, viewerPlanOf } from './viewerPlanCache.ts'

/** Plans a template for a request. Throws UnsupportedByReader, and lets the errors of a field's `select` pass. */
export function planTemplate(template: SelectionTemplate, planning: PlanningContext): PlannedSelection {
  let key = template.key
  const values: unknown[] = []
  const selections = template.fields.map((field) => {
    const { selection, key: fieldKey } = field.fixed ?? planField(template, field, planning, values)
    key += fieldKey
    return selection
  })
  return { template, key, values, selections, mapperQuery: undefined }
}

function planField(
  template: SelectionTemplate,
  field: SelectionTemplateField,
  planning: PlanningContext,
  values: unknown[],
): PlannedColumns {
  const { viewer } = planning
  const cached = viewer !== undefined && viewerPlanOf(viewer, field)
  if (cached) {
    for (const value of cached.values) values.push(value)
    return cached
  }
  const begin = values.length
  const isParentDependent = planning.isRequestDependent
  planning.isRequestDependent = false
  const selection = typeof field.select === 'function' ? callSelect(field, field.select, planning) : field.select
  const key = selection ? `<${keyOfSelection(template.model, selection, values)}>` : '<>'
  const planned = cachePlan(field, planning, { selection, key, values: values.slice(begin) })
  planning.isRequestDependent ||= isParentDependent
  return planned
}

// A cached plan has an interned key, also in the request that caches it, so that both build the same key.
function cachePlan(
  field: SelectionTemplateField,
  { viewer, isRequestDependent }: PlanningContext,
  plan: ViewerPlan,
): PlannedColumns {
  const isAlwaysSame = plan.values.length === 0 && isFixed(field, plan.selection)
  if (!isAlwaysSame && (isRequestDependent || viewer === undefined)) return plan
  const interned = { ...plan, key: internedKeyOf(plan.key) }
  if (isAlwaysSame) field.fixed = interned
  else keepViewerPlan(viewer ?? null, field, interned)
  return interned
}

// A relation without arguments and conditions is the same for all viewers, if all that is selected of it is.
function isFixed(field: SelectionTemplateField, selection: Selection | null): boolean {
  if (typeof field.select !== 'function') return true
  return (
    isPlainRelation(field) &&
    Object.values(selection ?? {}).every(
      (nested) => typeof nested === 'object' && nested.select?.[PLAN]?.template.fields.every(({ fixed }) => fixed),
    )
  )
}

const isPlainRelation = ({ collected, hasQueryFunction }: SelectionTemplateField): boolean =>
  collected?.field.extensions.pothosPrismaRelationField !== undefined &&
  collected.field.args.length === 0 &&
  !hasQueryFunction

function callSelect(
  field: SelectionTemplateField,
  select: SelectFunction,
  planning: PlanningContext,
): Selection | null {
  const args = argumentsOf(field, planning)
  // Invalid arguments: the execution does not call the resolver either.
  if (!args) return null
  const selected = select(
    args,
    planning.probedContext,
    (query, path, typeName) => planNested(field, planning, args, { query, path, typeName }),
    (path) => selectedNames(field, planning, path),
  )
  if (!selected) return null
  const { select: selection } = selected as { select?: Selection }
  if (isThenable(selected) || !selection || selection[PLAN])
    throw new UnsupportedByReader('a selection of another kind')
  return selection
}

const fixedArguments = new WeakMap<SelectionTemplateField, object>()

/** Undefined if they cannot be coerced: the execution of the field reports that, with its path. */
function argumentsOf(templateField: SelectionTemplateField, planning: PlanningContext): object | undefined {
  const known = fixedArguments.get(templateField)
  if (known) return known
  const { context, info } = planning
  const { field, nodes } = templateField.collected ?? {}
  const node = nodes?.[0]
  if (!field || !node) throw new UnsupportedByReader('arguments of a type')
  const mappers = field.extensions.pothosArgMappers as unknown[] | undefined
  const isDependent = Boolean(mappers?.length) || node.arguments?.some(({ value }) => hasVariable(value))
  // Set before they are coerced: a failure by the variables of one request must not be cached.
  if (isDependent) planning.isRequestDependent = true
  const args = undefinedIfInvalid(() => getMappedArgumentValues(field, node, context, info))
  if (isThenable(args)) throw new UnsupportedByReader('asynchronous arguments')
  if (args && !isDependent) fixedArguments.set(templateField, args)
  return args
}

function undefinedIfInvalid<Values>(coerce: () => Values): Values | undefined {
  try {
    return coerce()
  } catch (error) {
    if (error instanceof GraphQLError) return undefined
    throw error
  }
}

/** The arguments of the function that plugin-prisma passes to `select` for the selection below a field. */
interface NestedQuery {
  query: unknown
  path: unknown
  typeName: string | undefined
}

function planNested(
  field: SelectionTemplateField,
  planning: PlanningContext,
  args: object,
  { query, path, typeName }: NestedQuery,
): object {
  if (typeof query === 'function') field.hasQueryFunction = true
  const result = typeof query === 'function' ? query(args, planning.probedContext) : query
  if (isThenable(result)) throw new UnsupportedByReader('an asynchronous query')
  const read = (result === true || !result ? {} : result) as ReadArguments
  if (read.include) throw new UnsupportedByReader('a query with include')
  const template = nestedTemplateOf(field, planning, path, typeName)
  return template ? withSelect(read, withPlan(read.select, planTemplate(template, planning))) : read
}

// All properties are set, so that all results have one hidden class.
function withSelect(read: ReadArguments, select: Selection): ReadArguments {
  if (!isKnown(read)) return { ...read, select }
  const { where, orderBy, cursor, take, skip } = read
  return { where, orderBy, cursor, take, skip, select }
}

function nestedTemplateOf(
  templateField: SelectionTemplateField,
  { info }: PlanningContext,
  path: unknown,
  typeName: string | undefined,
): SelectionTemplate | undefined {
  // Most fields plan their own selection as it is; connections by a path object that all of them share.
  const isPlain = path === undefined && typeName === undefined
  const selection = selectionOf(templateField)
  const templates = templatesOf(selection)
  const known = isPlain ? templates.get('') : templateField.templatesByPath.get(path as object)
  if (known && typeName === undefined) return known
  const type = typeOf(templateField)
  const wrapper = unwrapIndirect(info, type)
  const { target, paths } = readPath(info, wrapper.type, path, typeName)
  if (!modelOf(target)) return undefined
  const key = isPlain ? '' : `${target.name} ${paths.map(textOf).join()}`
  let template = templates.get(key)
  if (!template) {
    const wholePaths = paths.map((steps) => [...wrapper.path, ...steps])
    template = makeTemplate(selection.at(type, wholePaths), target)
    templates.set(key, template)
  }
  if (typeof path === 'object' && path && typeName === undefined) templateField.templatesByPath.set(path, template)
  return template
}

const textOf = (steps: readonly Step[]): string => steps.map(({ name, type }) => `${type ?? ''}.${name}`).join('/')

function selectedNames(field: SelectionTemplateField, { info }: PlanningContext, path: unknown): ReadonlySet<string> {
  if (path !== undefined) throw new UnsupportedByReader('the names selected at a path')
  const type = typeOf(field)
  const wrapper = unwrapIndirect(info, type)
  const inner = selectionOf(field).at(type, [wrapper.path])
  const names = new Set<string>()
  for (const objectType of objectTypesOf(info.schema, wrapper.type)) {
    for (const collected of inner.fieldsOn(objectType)) names.add(collected.field.name)
  }
  return names
}

/** Asks a field what it selects, as plugin-prisma would: with its arguments, the context, and a way to plan what is beneath it. */
import { getMappedArgumentValues, isThenable } from '@pothos/core'
import { GraphQLError } from 'graphql'
import { hasVariable, objectTypesOf } from '../../selection/document.ts'
import type { Step } from '../../selection/selectionPlan.ts'
import { internedKeyOf } from '../sql/internedKeys.ts'
import { isKnown, keyOfSelection } from '../sql/shapeKey.ts'
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
import { readPath, unwrapIndirect } from './selectionSets.ts'
import { makeTemplate, modelOf, selectionOf, templatesOf, typeOf } from './selectionTemplate.ts'
import { UnsupportedByReader } from './unsupported.ts'
import { keepViewerPlan, type ViewerPlan, viewerPlanOf } from './viewerPlanCache.ts'

/** The template with what its fields select in this request. Refuses with Unsupported; a field's own refusal passes. */
export function planTemplate(template: SelectionTemplate, request: PlanningContext): PlannedSelection {
  let key = template.key
  const values: unknown[] = []
  const selections = template.fields.map((field) => {
    const { selection, key: fieldKey } = field.fixed ?? planField(template, field, request, values)
    key += fieldKey
    return selection
  })
  return { template, key, values, selections, asked: undefined }
}

function planField(
  template: SelectionTemplate,
  field: SelectionTemplateField,
  request: PlanningContext,
  values: unknown[],
): PlannedColumns {
  const { viewer } = request
  const known = viewer !== undefined && viewerPlanOf(viewer, field)
  if (known) {
    for (const value of known.values) values.push(value)
    return known
  }
  const begin = values.length
  const variesAround = request.varies
  request.varies = false
  const selection = typeof field.select === 'function' ? select(field, field.select, request) : field.select
  const key = selection ? `<${keyOfSelection(template.model, selection, values)}>` : '<>'
  const planned = keep(field, request, { selection, key, values: values.slice(begin) })
  request.varies ||= variesAround
  return planned
}

// What is kept is written again and again, so its key is a short one, and is so already in the request that it is first kept in.
function keep(field: SelectionTemplateField, { viewer, varies }: PlanningContext, planned: ViewerPlan): PlannedColumns {
  const fixed = planned.values.length === 0 && isFixed(field, planned.selection)
  if (!fixed && (varies || viewer === undefined)) return planned
  const short = { ...planned, key: internedKeyOf(planned.key) }
  if (fixed) field.fixed = short
  else keepViewerPlan(viewer ?? null, field, short)
  return short
}

// Who asks and how decides nothing about the row that a relation names, nor about what is selected of it by name alone.
function isFixed(field: SelectionTemplateField, selection: Selection | null): boolean {
  if (typeof field.select !== 'function') return true
  return (
    isPlainRelation(field) &&
    Object.values(selection ?? {}).every(
      (one) => typeof one === 'object' && one.select?.[PLAN]?.template.fields.every(({ fixed }) => fixed),
    )
  )
}

const isPlainRelation = ({ collected, hasQueryFunction }: SelectionTemplateField): boolean =>
  collected?.field.extensions.pothosPrismaRelationField !== undefined &&
  collected.field.args.length === 0 &&
  !hasQueryFunction

function select(
  field: SelectionTemplateField,
  selectFunction: SelectFunction,
  request: PlanningContext,
): Selection | null {
  const args = argumentsOf(field, request)
  // Its resolver will not be called either.
  if (!args) return null
  const selected = selectFunction(
    args,
    request.watched,
    (query, path, typeName) => planBeneath(field, request, args, { query, path, typeName }),
    (path) => selectedNames(field, request, path),
  )
  if (!selected) return null
  const { select: selection } = selected as { select?: Selection }
  if (isThenable(selected) || !selection || selection[PLAN])
    throw new UnsupportedByReader('a selection of another kind')
  return selection
}

const fixedArguments = new WeakMap<SelectionTemplateField, object>()

/** Undefined where a variable is null at a place that takes no null: executing the field says so, at its own place. */
function argumentsOf(templateField: SelectionTemplateField, request: PlanningContext): object | undefined {
  const known = fixedArguments.get(templateField)
  if (known) return known
  const { context, info } = request
  const { field, nodes } = templateField.collected ?? {}
  const node = nodes?.[0]
  if (!field || !node) throw new UnsupportedByReader('arguments of a type')
  const mappers = field.extensions.pothosArgMappers as unknown[] | undefined
  const varies = Boolean(mappers?.length) || node.arguments?.some(({ value }) => hasVariable(value))
  // Before they are read: nothing may be remembered of arguments that this request alone has wrong.
  if (varies) request.varies = true
  const args = argumentsIn(() => getMappedArgumentValues(field, node, context, info))
  if (isThenable(args)) throw new UnsupportedByReader('arguments that are promised')
  if (args && !varies) fixedArguments.set(templateField, args)
  return args
}

function argumentsIn<Values>(read: () => Values): Values | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof GraphQLError) return undefined
    throw error
  }
}

interface Beneath {
  query: unknown
  path: unknown
  typeName: string | undefined
}

function planBeneath(
  field: SelectionTemplateField,
  request: PlanningContext,
  args: object,
  { query: given, path, typeName }: Beneath,
): object {
  if (typeof given === 'function') field.hasQueryFunction = true
  const query = typeof given === 'function' ? given(args, request.watched) : given
  if (isThenable(query)) throw new UnsupportedByReader('a query that is promised')
  const read = (query === true || !query ? {} : query) as ReadArguments
  if (read.include) throw new UnsupportedByReader('a query with include')
  const template = templateBeneath(field, request, path, typeName)
  return template ? planned(read, withPlan(read.select, planTemplate(template, request))) : read
}

// Of one form, as far as nothing else is asked.
function planned(read: ReadArguments, select: Selection): ReadArguments {
  if (!isKnown(read)) return { ...read, select }
  const { where, orderBy, cursor, take, skip } = read
  return { where, orderBy, cursor, take, skip, select }
}

function templateBeneath(
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

/** Reading a document: which fields are selected on a type, through fragments, @skip and @include. */
import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isObjectType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  type ValueNode,
  visit,
} from 'graphql'

/** What a document is read with. */
export type Reading = Pick<GraphQLResolveInfo, 'schema' | 'fragments' | 'variableValues'>

/** A step to a field; with a type, the field as selected on that type. */
export interface Step {
  name: string
  type?: string
}

/** The fields that are selected on a type, by response key, each with all nodes that select it: graphql-js's own rule. */
export function fieldsOn(
  reading: Reading,
  type: GraphQLObjectType,
  sets: readonly SelectionSetNode[],
): ReadonlyMap<string, FieldNode[]> {
  const fields = new Map<string, FieldNode[]>()
  const seen = new Set<FragmentDefinitionNode>()
  for (const set of sets) collect(reading, type, set, fields, seen)
  return fields
}

function collect(
  reading: Reading,
  type: GraphQLObjectType,
  set: SelectionSetNode,
  fields: Map<string, FieldNode[]>,
  seen: Set<FragmentDefinitionNode>,
): void {
  for (const selection of set.selections) {
    if (!isIncluded(reading, selection)) continue
    if (selection.kind === Kind.FIELD) {
      const key = selection.alias?.value ?? selection.name.value
      const nodes = fields.get(key)
      if (nodes) nodes.push(selection)
      else fields.set(key, [selection])
      continue
    }
    const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : reading.fragments[selection.name.value]
    if (!fragment || !applies(reading.schema, type, fragment.typeCondition?.name.value)) continue
    if (fragment.kind === Kind.FRAGMENT_DEFINITION) {
      if (seen.has(fragment)) continue
      seen.add(fragment)
    }
    collect(reading, type, fragment.selectionSet, fields, seen)
  }
}

function applies(schema: GraphQLSchema, type: GraphQLObjectType, condition: string | undefined): boolean {
  if (condition === undefined || condition === type.name) return true
  const conditionType = schema.getType(condition)
  return isAbstractType(conditionType) && schema.isSubType(conditionType, type)
}

function isIncluded({ variableValues }: Reading, selection: SelectionNode): boolean {
  for (const directive of selection.directives ?? []) {
    const name = directive.name.value
    if (name !== 'skip' && name !== 'include') continue
    const given = directive.arguments?.[0]?.value
    const value =
      given?.kind === Kind.VARIABLE ? variableValues[given.name.value] : given?.kind === Kind.BOOLEAN && given.value
    if (value !== (name === 'include')) return false
  }
  return true
}

/** The selection sets at the end of a path that begins at fields of this type. */
export function setsAt(
  reading: Reading,
  type: GraphQLNamedType,
  sets: readonly SelectionSetNode[],
  path: readonly Step[],
): SelectionSetNode[] {
  const [step, ...rest] = path
  if (!step) return [...sets]
  const found = new Set<SelectionSetNode>()
  for (const objectType of objectTypesOf(reading.schema, type)) {
    if (step.type !== undefined && step.type !== objectType.name) continue
    const field = objectType.getFields()[step.name]
    if (!field) continue
    for (const nodes of fieldsOn(reading, objectType, sets).values()) {
      if (nodes[0]?.name.value !== step.name) continue
      for (const set of setsAt(reading, getNamedType(field.type), selectionSetsOf(nodes), rest)) found.add(set)
    }
  }
  return [...found]
}

/** The object types that values of this type can have. */
export function objectTypesOf(schema: GraphQLSchema, type: GraphQLNamedType): readonly GraphQLObjectType[] {
  if (isObjectType(type)) return [type]
  return isAbstractType(type) ? schema.getPossibleTypes(type) : []
}

/** What is selected beneath fields. */
export const selectionSetsOf = (nodes: readonly FieldNode[]): SelectionSetNode[] =>
  nodes.flatMap(({ selectionSet }) => selectionSet ?? [])

/** Whether a value is, or has somewhere in it, a variable. */
export function hasVariable(value: ValueNode): boolean {
  let found = false
  visit(value, {
    [Kind.VARIABLE]: () => {
      found = true
    },
  })
  return found
}

/** The variables that decide, by @skip and @include, what is selected beneath these fields. */
export function directiveVariablesOf({ fragments }: Reading, nodes: readonly FieldNode[]): readonly string[] {
  const variables = new Set<string>()
  const seen = new Set<SelectionNode | FragmentDefinitionNode>()
  const visit = (node: SelectionNode | FragmentDefinitionNode): void => {
    if (seen.has(node)) return
    seen.add(node)
    for (const directive of node.directives ?? []) {
      for (const { value } of directive.arguments ?? [])
        if (value.kind === Kind.VARIABLE) variables.add(value.name.value)
    }
    if (node.kind === Kind.FRAGMENT_SPREAD) {
      const fragment = fragments[node.name.value]
      if (fragment) visit(fragment)
    } else node.selectionSet?.selections.forEach(visit)
  }
  nodes.forEach(visit)
  return [...variables]
}

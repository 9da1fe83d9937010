/** Reading a document: which fields are selected on a type, through fragments, @skip and @include. */
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLDirective,
  GraphQLIncludeDirective,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getDirectiveValues,
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

/**
 * What becomes of a @skip or @include without a value, because its variable is null. Executing a selection fails there, as in
 * graphql-js. Planning a read takes it for false, and leaves it to the execution to fail at its own place in the answer.
 */
type UnknownCondition = 'fails' | 'is false'

/** The fields that are selected on a type, by response key, each with all nodes that select it: graphql-js's own rule. */
export function collectFields(
  reading: Reading,
  type: GraphQLObjectType,
  sets: readonly SelectionSetNode[],
  unknown: UnknownCondition = 'is false',
): ReadonlyMap<string, FieldNode[]> {
  const collecting: Collecting = { reading, type, unknown, fields: new Map(), seen: new Set() }
  for (const set of sets) collect(collecting, set)
  return collecting.fields
}

interface Collecting {
  reading: Reading
  type: GraphQLObjectType
  unknown: UnknownCondition
  fields: Map<string, FieldNode[]>
  seen: Set<string>
}

function collect(collecting: Collecting, set: SelectionSetNode): void {
  const { reading, type, fields, seen } = collecting
  for (const selection of set.selections) {
    // A fragment that is here already is not looked at again, whatever its directives say.
    if (selection.kind === Kind.FRAGMENT_SPREAD && seen.has(selection.name.value)) continue
    if (!isIncluded(collecting, selection)) continue
    if (selection.kind === Kind.FIELD) {
      const key = selection.alias?.value ?? selection.name.value
      const nodes = fields.get(key)
      if (nodes) nodes.push(selection)
      else fields.set(key, [selection])
      continue
    }
    if (selection.kind === Kind.FRAGMENT_SPREAD) seen.add(selection.name.value)
    const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : reading.fragments[selection.name.value]
    if (!fragment || !applies(reading.schema, type, fragment.typeCondition?.name.value)) continue
    collect(collecting, fragment.selectionSet)
  }
}

function applies(schema: GraphQLSchema, type: GraphQLObjectType, condition: string | undefined): boolean {
  if (condition === undefined || condition === type.name) return true
  const conditionType = schema.getType(condition)
  return isAbstractType(conditionType) && schema.isSubType(conditionType, type)
}

function isIncluded(collecting: Collecting, selection: SelectionNode): boolean {
  if (!selection.directives?.length) return true
  // In this order: what is skipped is not asked whether it is included.
  if (conditionOf(collecting, selection, GraphQLSkipDirective) === true) return false
  return conditionOf(collecting, selection, GraphQLIncludeDirective) !== false
}

/** The condition of this directive; undefined where the selection does not have it. */
function conditionOf(
  { reading: { variableValues }, unknown }: Collecting,
  selection: SelectionNode,
  directive: GraphQLDirective,
): boolean | undefined {
  const node = selection.directives?.find(({ name }) => name.value === directive.name)
  if (!node) return undefined
  const given = node.arguments?.[0]?.value
  const value =
    given?.kind === Kind.VARIABLE ? variableValues[given.name.value] : given?.kind === Kind.BOOLEAN && given.value
  if (typeof value === 'boolean') return value
  if (unknown === 'is false') return false
  return getDirectiveValues(directive, selection, variableValues)?.if === true
}

/** The fragments of a document by their names. */
export function fragmentsOf({ definitions }: DocumentNode): Record<string, FragmentDefinitionNode> {
  const fragments: Record<string, FragmentDefinitionNode> = Object.create(null)
  for (const definition of definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition
  }
  return fragments
}

/** The selection sets at the end of a path that begins at fields of this type. */
export function selectionSetsAt(
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
    for (const nodes of collectFields(reading, objectType, sets).values()) {
      if (nodes[0]?.name.value !== step.name) continue
      for (const set of selectionSetsAt(reading, getNamedType(field.type), selectionSetsOf(nodes), rest)) found.add(set)
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

/** Fields of a document: fragments, @skip and @include, with the algorithms of the GraphQL specification. */
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
  isAbstractType,
  isObjectType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  type ValueNode,
  visit,
} from 'graphql'

/** The schema, the fragments and the variables by which a selection set of a document is read. */
export type DocumentContext = Pick<GraphQLResolveInfo, 'schema' | 'fragments' | 'variableValues'>

/** A @skip or @include whose variable has no value or is null. */
export interface UndecidedDirective {
  directive: GraphQLDirective
  selection: SelectionNode
}

export interface CollectedNodes {
  /** The nodes of each response key, in the order of the response. */
  nodesByKey: ReadonlyMap<string, FieldNode[]>
  /** The first one. Its condition counts as false here; executing the selection set fails. */
  undecided: UndecidedDirective | undefined
}

/** CollectFields, https://spec.graphql.org/October2021/#CollectFields(), over several selection sets. */
export function collectFields(
  document: DocumentContext,
  type: GraphQLObjectType,
  sets: readonly SelectionSetNode[],
): CollectedNodes {
  const collector = new FieldCollector(document, type)
  for (const set of sets) collector.collect(set)
  return collector
}

class FieldCollector implements CollectedNodes {
  readonly nodesByKey = new Map<string, FieldNode[]>()
  undecided: UndecidedDirective | undefined
  readonly #document: DocumentContext
  readonly #type: GraphQLObjectType
  readonly #visitedFragments = new Set<string>()

  constructor(document: DocumentContext, type: GraphQLObjectType) {
    this.#document = document
    this.#type = type
  }

  collect(set: SelectionSetNode): void {
    for (const selection of set.selections) {
      // Before its directives: a fragment that was visited is not visited again.
      if (selection.kind === Kind.FRAGMENT_SPREAD && this.#visitedFragments.has(selection.name.value)) continue
      if (!this.#isIncluded(selection)) continue
      if (selection.kind === Kind.FIELD) this.#add(selection)
      else {
        const fragment = this.#fragmentOf(selection)
        if (fragment && this.#applies(fragment.typeCondition?.name.value)) this.collect(fragment.selectionSet)
      }
    }
  }

  #add(node: FieldNode): void {
    const key = node.alias?.value ?? node.name.value
    const nodes = this.nodesByKey.get(key)
    if (nodes) nodes.push(node)
    else this.nodesByKey.set(key, [node])
  }

  #fragmentOf(selection: Exclude<SelectionNode, FieldNode>) {
    if (selection.kind === Kind.INLINE_FRAGMENT) return selection
    this.#visitedFragments.add(selection.name.value)
    return this.#document.fragments[selection.name.value]
  }

  /** DoesFragmentTypeApply, https://spec.graphql.org/October2021/#DoesFragmentTypeApply() */
  #applies(condition: string | undefined): boolean {
    if (condition === undefined || condition === this.#type.name) return true
    const { schema } = this.#document
    const conditionType = schema.getType(condition)
    return isAbstractType(conditionType) && schema.isSubType(conditionType, this.#type)
  }

  #isIncluded(selection: SelectionNode): boolean {
    if (!selection.directives?.length) return true
    if (this.#condition(selection, GraphQLSkipDirective) === true) return false
    return this.#condition(selection, GraphQLIncludeDirective) !== false
  }

  /** The condition of this directive; undefined where the selection does not have the directive. */
  #condition(selection: SelectionNode, directive: GraphQLDirective): boolean | undefined {
    const node = selection.directives?.find(({ name }) => name.value === directive.name)
    if (!node) return undefined
    const argument = node.arguments?.[0]?.value
    if (argument?.kind === Kind.BOOLEAN) return argument.value
    const value = argument?.kind === Kind.VARIABLE && this.#document.variableValues[argument.name.value]
    if (typeof value === 'boolean') return value
    this.undecided ??= { directive, selection }
    return false
  }
}

/** The fragments of a document by name. */
export function fragmentsOf({ definitions }: DocumentNode): Record<string, FragmentDefinitionNode> {
  const fragments: Record<string, FragmentDefinitionNode> = Object.create(null)
  for (const definition of definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition
  }
  return fragments
}

/** The object types that values of this type can have. */
export function objectTypesOf(schema: GraphQLSchema, type: GraphQLNamedType): readonly GraphQLObjectType[] {
  if (isObjectType(type)) return [type]
  return isAbstractType(type) ? schema.getPossibleTypes(type) : []
}

/** The selection sets of fields, as MergeSelectionSets, https://spec.graphql.org/October2021/#MergeSelectionSets() */
export const selectionSetsOf = (nodes: readonly FieldNode[]): SelectionSetNode[] =>
  nodes.flatMap(({ selectionSet }) => selectionSet ?? [])

/** True if a value is a variable or contains one. */
export function hasVariable(value: ValueNode): boolean {
  let found = false
  visit(value, {
    [Kind.VARIABLE]: () => {
      found = true
    },
  })
  return found
}

/** The variables of all directives on these selections and below them. */
export function directiveVariablesOf(
  { fragments }: Pick<DocumentContext, 'fragments'>,
  selections: readonly SelectionNode[],
): readonly string[] {
  const variables = new Set<string>()
  const visited = new Set<SelectionNode | FragmentDefinitionNode>()
  const visitNode = (node: SelectionNode | FragmentDefinitionNode): void => {
    if (visited.has(node)) return
    visited.add(node)
    for (const directive of node.directives ?? []) {
      for (const { value } of directive.arguments ?? [])
        if (value.kind === Kind.VARIABLE) variables.add(value.name.value)
    }
    if (node.kind === Kind.FRAGMENT_SPREAD) {
      const fragment = fragments[node.name.value]
      if (fragment) visitNode(fragment)
    } else node.selectionSet?.selections.forEach(visitNode)
  }
  selections.forEach(visitNode)
  return [...variables]
}

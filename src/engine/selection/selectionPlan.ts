/**
 * The plan of a selection: its fields on each object type, collected once for all requests that select the same. The execution and
 * the reader share it. The execution adds resolvers and completion to the fields, the reader hangs its templates on the plan.
 */
import {
  type FieldNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getDirectiveValues,
  getNamedType,
  SchemaMetaFieldDef,
  type SelectionSetNode,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
} from 'graphql'
import {
  collectFields,
  type DocumentContext,
  directiveVariablesOf,
  objectTypesOf,
  selectionSetsOf,
  type UndecidedDirective,
} from './document.ts'

/** A step of a path: a field; with a type, the field as it is selected on that type. */
export interface Step {
  name: string
  type?: string
}

/** A field of a selection on one object type, with all nodes that select it. */
export class CollectedField {
  readonly responseKey: string
  readonly nodes: readonly FieldNode[]
  readonly field: GraphQLField<unknown, unknown>
  readonly #document: SelectionContext
  #selection: SelectionPlan | undefined

  constructor(
    document: SelectionContext,
    [responseKey, nodes]: [string, readonly FieldNode[]],
    field: GraphQLField<unknown, unknown>,
  ) {
    this.#document = document
    this.responseKey = responseKey
    this.nodes = nodes
    this.field = field
  }

  /** The selection of the field's own fields. */
  get selection(): SelectionPlan {
    this.#selection ??= selectionOfNodes(this.#document, this.nodes)
    return this.#selection
  }
}

interface CollectedFields {
  fields: readonly CollectedField[]
  undecided: UndecidedDirective | undefined
}

/** A document with the variables that decide a selection by @skip and @include, and no others. */
interface SelectionContext extends DocumentContext {
  directiveVariables: readonly string[]
}

/** The plan of one selection set, with the collected fields of each object type. */
export class SelectionPlan {
  /** The templates of the reader, which alone knows their type. */
  readonly templates = new Map<string, unknown>()
  readonly #document: SelectionContext
  readonly #sets: readonly SelectionSetNode[]
  readonly #collected = new Map<GraphQLObjectType, CollectedFields>()

  /** `directiveVariables` are those on the selections and below them; the plan is valid only for their values in `document`. */
  constructor(document: DocumentContext, directiveVariables: readonly string[], sets: readonly SelectionSetNode[]) {
    const { schema, fragments } = document
    this.#document = { schema, fragments, directiveVariables, variableValues: {} }
    // Not all variables of the request: they would live as long as the plan.
    for (const name of directiveVariables) {
      if (Object.hasOwn(document.variableValues, name))
        this.#document.variableValues[name] = document.variableValues[name]
    }
    this.#sets = sets
  }

  get schema(): GraphQLSchema {
    return this.#document.schema
  }

  get directiveVariables(): readonly string[] {
    return this.#document.directiveVariables
  }

  /** The fields on a type, collected on the first call. A @skip or @include without a value counts as false. */
  fieldsOn(type: GraphQLObjectType): readonly CollectedField[] {
    return this.#fieldsOn(type).fields
  }

  /** The same for the execution, which fails on a @skip or @include without a value. */
  fieldsToExecute(type: GraphQLObjectType): readonly CollectedField[] {
    const { fields, undecided } = this.#fieldsOn(type)
    // Throws graphql-js's own error.
    if (undecided) getDirectiveValues(undecided.directive, undecided.selection, this.#document.variableValues)
    return fields
  }

  /** True if nothing is selected. */
  get isEmpty(): boolean {
    return this.#sets.length === 0
  }

  /**
   * The selection at the end of paths that begin at a field of this type. Fields that several response keys or several paths lead to
   * are merged.
   */
  at(type: GraphQLNamedType, paths: readonly (readonly Step[])[]): SelectionPlan {
    const ends = new Set<SelectionPlan>()
    for (const path of paths) this.#addEnds(type, path, ends)
    const sets = new Set([...ends].flatMap((end) => end.#sets))
    for (const end of ends) if (end.#sets.length === sets.size) return end
    return new SelectionPlan(this.#document, this.directiveVariables, [...sets])
  }

  #addEnds(type: GraphQLNamedType, [step, ...rest]: readonly Step[], ends: Set<SelectionPlan>): void {
    if (!step) {
      ends.add(this)
      return
    }
    for (const objectType of objectTypesOf(this.schema, type)) {
      if (step.type !== undefined && step.type !== objectType.name) continue
      for (const collected of this.fieldsOn(objectType)) {
        const { field } = collected
        if (field.name === step.name) collected.selection.#addEnds(getNamedType(field.type), rest, ends)
      }
    }
  }

  #fieldsOn(type: GraphQLObjectType): CollectedFields {
    let collected = this.#collected.get(type)
    if (!collected) {
      const { nodesByKey, undecided } = collectFields(this.#document, type, this.#sets)
      const fields = [...nodesByKey].flatMap((entry): CollectedField[] => {
        const field = fieldOf(this.schema, type, entry[1][0]?.name.value ?? '')
        return field ? [new CollectedField(this.#document, entry, field)] : []
      })
      collected = { fields, undecided }
      this.#collected.set(type, collected)
    }
    return collected
  }
}

function fieldOf(
  schema: GraphQLSchema,
  type: GraphQLObjectType,
  name: string,
): GraphQLField<unknown, unknown> | undefined {
  if (name === TypeNameMetaFieldDef.name) return TypeNameMetaFieldDef
  if (type === schema.getQueryType()) {
    if (name === SchemaMetaFieldDef.name) return SchemaMetaFieldDef
    if (name === TypeMetaFieldDef.name) return TypeMetaFieldDef
  }
  return type.getFields()[name]
}

/** The info of our own execution, which has the plan at hand. */
export interface PlannedResolveInfo extends GraphQLResolveInfo {
  readonly selectionPlan: SelectionPlan
}

/** The selection of the fields of a resolver's value. */
export const selectionPlanOf = (info: GraphQLResolveInfo | PlannedResolveInfo): SelectionPlan =>
  'selectionPlan' in info ? info.selectionPlan : selectionOfNodes(info, info.fieldNodes)

/** The plans for nodes that select one field, by the values of its directives' variables. */
interface NodePlans {
  directiveVariables: readonly string[]
  plans: Map<string, SelectionPlan>
  /** The plans for these nodes and a further one, such as that of a fragment with @include. */
  withNext: WeakMap<FieldNode, NodePlans> | undefined
}

// By the first node. They live as long as the nodes of the document; the cache of documents is bounded.
const plansByNode = new WeakMap<FieldNode, NodePlans>()

// Each @skip and @include multiplies the variants; a document that uses more is planned again.
const VARIANTS_MAX = 32

/** The one plan for these nodes and conditions: the fast path and the slow path find the same. */
function selectionOfNodes(document: DocumentContext | SelectionContext, nodes: readonly FieldNode[]): SelectionPlan {
  const { directiveVariables, plans } = nodePlansOf(document, nodes)
  const key = conditionsKey(directiveVariables, document.variableValues)
  let plan = plans.get(key)
  if (!plan) {
    if (plans.size >= VARIANTS_MAX) plans.clear()
    plan = new SelectionPlan(document, directiveVariables, selectionSetsOf(nodes))
    plans.set(key, plan)
  }
  return plan
}

function nodePlansOf(document: DocumentContext | SelectionContext, nodes: readonly FieldNode[]): NodePlans {
  let found: NodePlans | undefined
  for (const node of nodes) {
    if (found) found.withNext ??= new WeakMap()
    const level: WeakMap<FieldNode, NodePlans> = found?.withNext ?? plansByNode
    found = level.get(node)
    if (!found) {
      // No variable decides anything below a selection that none decides.
      const isDecided = 'directiveVariables' in document && document.directiveVariables.length === 0
      const directiveVariables = isDecided ? [] : directiveVariablesOf(document, nodes)
      found = { directiveVariables, plans: new Map(), withNext: undefined }
      level.set(node, found)
    }
  }
  if (!found) throw new Error('A field without nodes has no plan.')
  return found
}

const CONDITIONS: ReadonlyMap<unknown, string> = new Map([
  [true, '1'],
  [false, '0'],
])

/** The values of the variables of directives as a key; null, on which the execution fails, is neither true nor false. */
export function conditionsKey(names: readonly string[], variableValues: Readonly<Record<string, unknown>>): string {
  let key = ''
  for (const name of names) key += CONDITIONS.get(variableValues[name]) ?? '-'
  return key
}

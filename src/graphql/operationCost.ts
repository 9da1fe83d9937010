/**
 * The cost of an operation: the sum over its fields, each multiplied by the list lengths above it. It is an upper bound, because
 * fields excluded by @skip and @include count. A field with invalid arguments costs 1, because its selection is never executed.
 */
import {
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getArgumentValues,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import type { Cost } from './cost.ts'

interface CostedOperation {
  schema: GraphQLSchema
  fragments: Readonly<Record<string, FragmentDefinitionNode>>
  operation: OperationDefinitionNode
  /** Coerced values. */
  variableValues: { [variable: string]: unknown }
}

interface OperationCost {
  cost: number
  /** The error of the first field with invalid arguments. */
  fault: GraphQLError | undefined
}

/** Returns the cost of an operation with these variables. */
export function costOfOperation(weighing: CostedOperation): OperationCost {
  const { schema, operation } = weighing
  const scale = new CostCalculator(weighing)
  const root = schema.getRootType(operation.operation)
  return { cost: root ? scale.weigh(operation.selectionSet, root) : 0, fault: scale.fault }
}

/**
 * Returns the cost of the fields and entries in the data of a result: at most that of the operation. A field of fragments on several types
 * counts once.
 */
export function costOfResult(weighing: CostedOperation, data: unknown): number {
  const { schema, operation } = weighing
  const root = schema.getRootType(operation.operation)
  return root ? new CostCalculator(weighing).weighData([{ set: operation.selectionSet, type: root }], data) : 0
}

/** A selection set, with the type that it is on. */
interface TypedSelections {
  set: SelectionSetNode
  type: GraphQLNamedType
}

class CostCalculator {
  readonly #weighing: CostedOperation
  /** Memoizes costs per selection set and type, because nested fragments may be spread many times. */
  readonly #known = new Map<SelectionSetNode, Map<GraphQLNamedType, number>>()
  fault: GraphQLError | undefined

  constructor(weighing: CostedOperation) {
    this.#weighing = weighing
  }

  weigh(set: SelectionSetNode, type: GraphQLNamedType): number {
    const byType = this.#known.get(set) ?? new Map<GraphQLNamedType, number>()
    this.#known.set(set, byType)
    let cost = byType.get(type)
    if (cost === undefined) {
      cost = set.selections.reduce((sum, selection) => sum + this.#weighSelection(selection, type), 0)
      byType.set(type, cost)
    }
    return cost
  }

  weighData(selected: readonly TypedSelections[], value: unknown): number {
    if (Array.isArray(value)) return value.reduce((sum: number, entry) => sum + this.weighData(selected, entry), 0)
    if (typeof value !== 'object' || value === null) return 0
    const fields = new Map<string, { own: number; nested: TypedSelections[] }>()
    for (const one of selected) this.#collect(one, fields)
    let cost = 0
    for (const [key, { own, nested }] of fields) {
      if (key in value) cost += own + this.weighData(nested, (value as Record<string, unknown>)[key])
    }
    return cost
  }

  #collect({ set, type }: TypedSelections, fields: Map<string, { own: number; nested: TypedSelections[] }>): void {
    for (const selection of set.selections) {
      if (selection.kind !== Kind.FIELD) {
        const fragment = this.#fragmentOf(selection, type)
        if (fragment) this.#collect(fragment, fields)
        continue
      }
      const field = fieldOf(type, selection)
      const own = field ? (this.#costOf(field, selection)?.field ?? 1) : 1
      const key = selection.alias?.value ?? selection.name.value
      const known = fields.get(key) ?? { own, nested: [] }
      if (field && selection.selectionSet)
        known.nested.push({ set: selection.selectionSet, type: getNamedType(field.type) })
      fields.set(key, known)
    }
  }

  #weighSelection(selection: SelectionNode, type: GraphQLNamedType): number {
    if (selection.kind === Kind.FIELD) return this.#weighField(selection, type)
    const fragment = this.#fragmentOf(selection, type)
    return fragment ? this.weigh(fragment.set, fragment.type) : 0
  }

  #fragmentOf(spread: Exclude<SelectionNode, FieldNode>, type: GraphQLNamedType): TypedSelections | undefined {
    const { schema, fragments } = this.#weighing
    const fragment = spread.kind === Kind.INLINE_FRAGMENT ? spread : fragments[spread.name.value]
    if (!fragment) return undefined
    const condition = fragment.typeCondition && schema.getType(fragment.typeCondition.name.value)
    return { set: fragment.selectionSet, type: condition ?? type }
  }

  #weighField(node: FieldNode, type: GraphQLNamedType): number {
    const field = fieldOf(type, node)
    // `__typename` and introspection; the depth limit bounds introspection.
    if (!field) return 1
    const own = this.#costOf(field, node)
    if (!own) return 1
    const nested = node.selectionSet ? this.weigh(node.selectionSet, getNamedType(field.type)) : 0
    return own.field + nested * Math.max(own.multiplier, 0)
  }

  #costOf(field: GraphQLField<unknown, unknown>, node: FieldNode): Cost | undefined {
    const { complexity } = field.extensions as { complexity?: DeclaredComplexity }
    if (typeof complexity !== 'function') return { ...ONE, ...complexity }
    try {
      return { ...ONE, ...complexity(getArgumentValues(field, node, this.#weighing.variableValues), {}, field) }
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error
      this.fault ??= error
      return undefined
    }
  }
}

const fieldOf = (type: GraphQLNamedType, { name }: FieldNode) =>
  isObjectType(type) || isInterfaceType(type) ? type.getFields()[name.value] : undefined

/** The format of the complexity plugin in the extensions of a field. */
type DeclaredComplexity = Partial<Cost> | ((args: object, context: object, field: object) => Partial<Cost>)

const ONE: Cost = { field: 1, multiplier: 1 }

/**
 * What an operation costs: the sum over its fields, each as often as it may occur. It is an upper bound, since what @skip and
 * @include take out is counted. A field whose arguments are wrong costs one, because nothing beneath it is ever executed.
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

interface Weighing {
  schema: GraphQLSchema
  fragments: Readonly<Record<string, FragmentDefinitionNode>>
  operation: OperationDefinitionNode
  /** As their types read them. */
  variableValues: { [variable: string]: unknown }
}

interface Weight {
  cost: number
  /** What is wrong with the arguments of the first field of which something is. */
  fault: GraphQLError | undefined
}

/** The cost of an operation with these variables. */
export function costOfOperation(weighing: Weighing): Weight {
  const { schema, operation } = weighing
  const scale = new Scale(weighing)
  const root = schema.getRootType(operation.operation)
  return { cost: root ? scale.weigh(operation.selectionSet, root) : 0, fault: scale.fault }
}

class Scale {
  readonly #weighing: Weighing
  /** A fragment may be spread at many places, and have others in it: each set is weighed once a type. */
  readonly #known = new Map<SelectionSetNode, Map<GraphQLNamedType, number>>()
  fault: GraphQLError | undefined

  constructor(weighing: Weighing) {
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

  #weighSelection(selection: SelectionNode, type: GraphQLNamedType): number {
    if (selection.kind === Kind.FIELD) return this.#weighField(selection, type)
    const { schema, fragments } = this.#weighing
    const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments[selection.name.value]
    if (!fragment) return 0
    const condition = fragment.typeCondition && schema.getType(fragment.typeCondition.name.value)
    return this.weigh(fragment.selectionSet, condition ?? type)
  }

  #weighField(node: FieldNode, type: GraphQLNamedType): number {
    const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[node.name.value] : undefined
    // `__typename` and the schema itself, whose depth is bounded elsewhere.
    if (!field) return 1
    const own = this.#costOf(field, node)
    if (!own) return 1
    const beneath = node.selectionSet ? this.weigh(node.selectionSet, getNamedType(field.type)) : 0
    return own.field + beneath * Math.max(own.multiplier, 0)
  }

  #costOf(field: GraphQLField<unknown, unknown>, node: FieldNode): Cost | undefined {
    const { complexity } = field.extensions as { complexity?: Declared }
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

/** As the complexity plugin notes it on a field. */
type Declared = Partial<Cost> | ((args: object, context: object, field: object) => Partial<Cost>)

const ONE: Cost = { field: 1, multiplier: 1 }

/**
 * Resolve infos and positions whose properties are computed on access: most resolvers read none of them, and a page has some
 * hundred values.
 */
import type { PlannedResolveInfo, SelectionPlan } from '../selection/selectionPlan.ts'
import type { Path } from './collectedErrors.ts'
import type { ExecutionContext, PlannedField, ResponsePosition } from './executionContext.ts'

type InfoContext = Pick<ExecutionContext, 'operation' | 'rootValue' | 'variableValues'>

/** The info that the resolver of a field receives; at the same time the position of the field. */
export class LazyResolveInfo implements ResponsePosition, PlannedResolveInfo {
  readonly #execution: InfoContext
  readonly #planned: PlannedField
  readonly #parent: ResponsePosition | undefined
  #path: Path | undefined

  constructor(execution: InfoContext, planned: PlannedField, parent: ResponsePosition | undefined) {
    this.#execution = execution
    this.#planned = planned
    this.#parent = parent
  }

  get path(): Path {
    const { responseKey, parentType } = this.#planned
    this.#path ??= { prev: this.#parent?.path, key: responseKey, typename: parentType.name }
    return this.#path
  }

  get fieldName() {
    return this.#planned.field.name
  }

  get fieldNodes() {
    return this.#planned.nodes
  }

  get returnType() {
    return this.#planned.field.type
  }

  get parentType() {
    return this.#planned.parentType
  }

  get schema() {
    return this.#execution.operation.schema
  }

  get fragments() {
    return this.#execution.operation.fragments
  }

  get rootValue() {
    return this.#execution.rootValue
  }

  get operation() {
    return this.#execution.operation.operation
  }

  get variableValues() {
    return this.#execution.variableValues
  }

  get selectionPlan(): SelectionPlan {
    return this.#planned.collected.selection
  }
}

/** The position of an item in a list. */
export class ListItemPosition implements ResponsePosition {
  readonly #list: ResponsePosition
  readonly #index: number
  #path: Path | undefined

  constructor(list: ResponsePosition, index: number) {
    this.#list = list
    this.#index = index
  }

  get path(): Path {
    this.#path ??= { prev: this.#list.path, key: this.#index, typename: undefined }
    return this.#path
  }
}

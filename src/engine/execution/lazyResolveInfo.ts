/**
 * Where a value is in the answer. Most resolvers never ask, and a page has some hundred values: what can be found out later
 * is not made before somebody asks for it.
 */
import type { GraphQLResolveInfo } from 'graphql'
import type { Path } from './collectedErrors.ts'
import type { ExecutionContext } from './compiledOperation.ts'
import type { PlannedField } from './selectionPlan.ts'

export interface Place {
  /** Always the same object, as plugins remember things by it. */
  readonly path: Path
}

type Of = Pick<ExecutionContext, 'operation' | 'rootValue' | 'variableValues'>

/** The place of a field, which is what its resolver learns of it. */
export class FieldPlace implements Place, GraphQLResolveInfo {
  readonly #run: Of
  readonly #planned: PlannedField
  readonly #parent: Place | undefined
  #path: Path | undefined

  constructor(run: Of, planned: PlannedField, parent: Place | undefined) {
    this.#run = run
    this.#planned = planned
    this.#parent = parent
  }

  get path(): Path {
    const { key, parentType } = this.#planned
    this.#path ??= { prev: this.#parent?.path, key, typename: parentType.name }
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
    return this.#run.operation.schema
  }

  get fragments() {
    return this.#run.operation.fragments
  }

  get rootValue() {
    return this.#run.rootValue
  }

  get operation() {
    return this.#run.operation.operation
  }

  get variableValues() {
    return this.#run.variableValues
  }
}

/** The place of an entry of a list. */
export class EntryPlace implements Place {
  readonly #list: Place
  readonly #index: number
  #path: Path | undefined

  constructor(list: Place, index: number) {
    this.#list = list
    this.#index = index
  }

  get path(): Path {
    this.#path ??= { prev: this.#list.path, key: this.#index, typename: undefined }
    return this.#path
  }
}

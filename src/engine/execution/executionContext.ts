/** The types of one execution. They refer to each other, so they are in one file. */
import type { FieldNode, GraphQLField, GraphQLFieldResolver, GraphQLObjectType, GraphQLResolveInfo } from 'graphql'
import type { CollectedField } from '../selection/selectionPlan.ts'
import type { CollectedErrors, Path } from './collectedErrors.ts'
import type { ExposedProperty } from './exposedFields.ts'
import type { Json } from './json.ts'

export type Values = Readonly<Record<string, unknown>>

/** The operation of a request with all that its fields need. */
export interface ExecutionContext {
  operation: Pick<GraphQLResolveInfo, 'schema' | 'fragments' | 'operation'>
  rootValue: unknown
  contextValue: unknown
  variableValues: { [variable: string]: unknown }
  errors: CollectedErrors
}

/** The position of a value in the response. */
export interface ResponsePosition {
  /** Always the same object, because plugins use it as a key. */
  readonly path: Path
}

/**
 * Completes a resolved value to JSON. Throws, or rejects, where the value becomes null because of an error. `info` is that of the
 * field; `position` that of the value, which may be an item of a list.
 */
export type CompleteValue = (
  execution: ExecutionContext,
  info: GraphQLResolveInfo,
  position: ResponsePosition,
  value: unknown,
) => Json

/** A field of a selection on one object type, with all that executing it needs. */
export interface PlannedField {
  readonly collected: CollectedField
  readonly responseKey: string
  /** The response key as JSON, for the first field of an object and for each one after it. */
  readonly label: string
  readonly nextLabel: string
  readonly field: GraphQLField<unknown, unknown>
  readonly nodes: readonly FieldNode[]
  readonly parentType: GraphQLObjectType
  readonly resolve: GraphQLFieldResolver<unknown, unknown>
  readonly argumentsFor: (variableValues: Values) => { [argument: string]: unknown }
  readonly complete: CompleteValue
  /** True if an error of this field makes its parent null. */
  readonly isNonNull: boolean
  /** For a leaf that only exposes a property of its parent. */
  readonly exposed: ExposedProperty | undefined
}

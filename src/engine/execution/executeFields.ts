/** Executes the fields of one object, concurrently or serially. */
import { type GraphQLError, locatedError, responsePathAsArray } from 'graphql'
import { isWholeRow } from '../reader/rows.ts'
import type { Path } from './collectedErrors.ts'
import type { ExecutionContext, PlannedField, ResponsePosition } from './executionContext.ts'
import { exposedJson } from './exposedFields.ts'
import { type Json, joinedFields, NULL } from './json.ts'
import { LazyResolveInfo } from './lazyResolveInfo.ts'

/** True for any thenable: Prisma's promises are no instances of Promise. */
export const isPromise = (value: unknown): value is Promise<unknown> =>
  typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'

/** ExecuteSelectionSet, https://spec.graphql.org/October2021/#ExecuteSelectionSet(), for all objects but the root of a mutation. */
export function executeFields(
  execution: ExecutionContext,
  fields: readonly PlannedField[],
  source: unknown,
  position: ResponsePosition | undefined,
): Json {
  let text = '{'
  let pieces: Json[] | undefined
  const isWhole = isWholeRow(source)
  try {
    for (let index = 0; index < fields.length; index++) {
      const field = fields[index] as PlannedField
      text += index === 0 ? field.label : field.nextLabel
      const json =
        (field.exposed && exposedJson(field.exposed, source, isWhole)) ??
        executeField(execution, field, source, position)
      if (typeof json === 'string') text += json
      else {
        if (pieces) pieces.push(text, json)
        else pieces = [text, json]
        text = ''
      }
    }
  } catch (error) {
    if (!pieces) throw error
    // The pending fields may reject as well, and without a handler that would be an unhandled rejection.
    return joinedFields(pieces).finally(() => {
      throw error
    })
  }
  text += '}'
  if (!pieces) return text
  pieces.push(text)
  return joinedFields(pieces)
}

/**
 * ExecuteMutation, https://spec.graphql.org/October2021/#ExecuteMutation(): one field after another. Chained as graphql-js does it,
 * because the order of errors depends on it.
 */
export function executeFieldsSerially(execution: ExecutionContext, fields: readonly PlannedField[]): Json {
  return fields.reduce<Json>(
    (before, field, index) => {
      const label = index === 0 ? field.label : field.nextLabel
      const end = index === fields.length - 1 ? '}' : ''
      const append = (text: string): Json => {
        const json = executeField(execution, field, execution.rootValue, undefined)
        return typeof json === 'string'
          ? text + label + json + end
          : json.then((completed) => text + label + completed + end)
      }
      return typeof before === 'string' ? append(before) : before.then(append)
    },
    fields.length === 0 ? '{}' : '{',
  )
}

/** ExecuteField, https://spec.graphql.org/October2021/#ExecuteField() */
function executeField(
  execution: ExecutionContext,
  planned: PlannedField,
  source: unknown,
  parent: ResponsePosition | undefined,
): Json {
  const info = new LazyResolveInfo(execution, planned, parent)
  try {
    const { variableValues, contextValue } = execution
    const value = planned.resolve(source, planned.argumentsFor(variableValues), contextValue, info)
    if (isPromise(value)) return completeLater(execution, planned, info, value)
    const completed = planned.complete(execution, info, info, value)
    return typeof completed === 'string'
      ? completed
      : completed.then(undefined, (error) => fail(execution, planned, info, error))
  } catch (error) {
    return fail(execution, planned, info, error)
  }
}

// Two `then`, as in graphql-js: the order of errors depends on the number of microtasks.
function completeLater(
  execution: ExecutionContext,
  planned: PlannedField,
  info: LazyResolveInfo,
  value: Promise<unknown>,
): Promise<string> {
  return value
    .then((resolved) => planned.complete(execution, info, info, resolved))
    .then(undefined, (error) => fail(execution, planned, info, error))
}

function fail(
  execution: ExecutionContext,
  { nodes, isNonNull }: PlannedField,
  { path }: ResponsePosition,
  error: unknown,
): string {
  return nullOrThrow(execution, locatedError(error, nodes, responsePathAsArray(path)), path, isNonNull)
}

/** Collects the error and returns null; throws it to the parent where null is not allowed. */
export function nullOrThrow(execution: ExecutionContext, error: GraphQLError, path: Path, isNonNull: boolean): string {
  if (isNonNull) throw error
  execution.errors.add(error, path)
  return NULL
}

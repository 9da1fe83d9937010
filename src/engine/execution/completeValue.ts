/**
 * Completes resolved values to JSON: https://spec.graphql.org/October2021/#sec-Value-Completion. Each function here looks at the
 * type once, when the document is planned, and returns the completion of all values of that type at one place of the document.
 */
import {
  defaultTypeResolver,
  type GraphQLAbstractType,
  GraphQLError,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  locatedError,
  responsePathAsArray,
} from 'graphql'
import { executeFields, isPromise, nullOrThrow } from './executeFields.ts'
import type { CompleteValue, ExecutionContext, PlannedField, ResponsePosition } from './executionContext.ts'
import { type Json, joined, jsonOfLeaf, NULL } from './json.ts'
import { ListItemPosition } from './lazyResolveInfo.ts'

/** The planned fields of the value's selection on an object type. */
type PlanFieldsOn = (type: GraphQLObjectType) => readonly PlannedField[]

/** CompleteValue, https://spec.graphql.org/October2021/#CompleteValue() */
export function completeValue(type: GraphQLOutputType, planFieldsOn: PlanFieldsOn): CompleteValue {
  const isNonNull = isNonNullType(type)
  const completePresent = completePresentValue(isNonNull ? type.ofType : type, planFieldsOn)
  return (execution, info, position, value) => {
    if (value === null || value === undefined) {
      if (!isNonNull) return NULL
      throw new Error(`Cannot return null for non-nullable field ${coordinateOf(info)}.`)
    }
    // As graphql-js: an error that a resolver returns counts as thrown.
    if (value instanceof Error) throw value
    return completePresent(execution, info, position, value)
  }
}

function completePresentValue(type: GraphQLOutputType, planFieldsOn: PlanFieldsOn): CompleteValue {
  if (isListType(type)) return completeListValue(type.ofType, planFieldsOn)
  if (isLeafType(type)) return completeLeafValue(type)
  if (isAbstractType(type)) return completeAbstractValue(type, planFieldsOn)
  if (isObjectType(type)) return completeObjectValue(type, planFieldsOn)
  throw new Error(`${type} is not an output type.`)
}

/** CoerceResult, https://spec.graphql.org/October2021/#CoerceResult() */
function completeLeafValue(type: GraphQLLeafType): CompleteValue {
  const write = jsonOfLeaf(type)
  return (_execution, _info, _position, value) => {
    const json = write(value)
    if (json === undefined) throw new Error(`${type.name}.serialize returned no value.`)
    return json
  }
}

function completeListValue(itemType: GraphQLOutputType, planFieldsOn: PlanFieldsOn): CompleteValue {
  const completeItem = completeListItem(itemType, planFieldsOn)
  return (execution, info, position, value) => {
    if (typeof value !== 'object' || !value || !(Symbol.iterator in value)) {
      throw new GraphQLError(`Expected Iterable, but did not find one for field "${coordinateOf(info)}".`)
    }
    let text = '['
    let pieces: Json[] | undefined
    let index = 0
    try {
      for (const item of value as Iterable<unknown>) {
        if (index > 0) text += ','
        const json = completeItem(execution, info, new ListItemPosition(position, index), item)
        index++
        if (typeof json === 'string') text += json
        else {
          if (pieces) pieces.push(text, json)
          else pieces = [text, json]
          text = ''
        }
      }
    } catch (error) {
      // The pending items may reject as well, and without a handler that would be an unhandled rejection.
      for (const piece of pieces ?? []) if (typeof piece !== 'string') piece.catch(() => {})
      throw error
    }
    text += ']'
    if (!pieces) return text
    pieces.push(text)
    return joined(pieces)
  }
}

function completeListItem(itemType: GraphQLOutputType, planFieldsOn: PlanFieldsOn): CompleteValue {
  const complete = completeValue(itemType, planFieldsOn)
  const isNonNull = isNonNullType(itemType)
  const fail = (
    execution: ExecutionContext,
    { fieldNodes }: GraphQLResolveInfo,
    { path }: ResponsePosition,
    error: unknown,
  ) => nullOrThrow(execution, locatedError(error, fieldNodes, responsePathAsArray(path)), path, isNonNull)
  return (execution, info, position, item) => {
    try {
      const completed = isPromise(item)
        ? item.then((resolved) => complete(execution, info, position, resolved))
        : complete(execution, info, position, item)
      return typeof completed === 'string'
        ? completed
        : completed.then(undefined, (error) => fail(execution, info, position, error))
    } catch (error) {
      return fail(execution, info, position, error)
    }
  }
}

/** Completes as the type that ResolveAbstractType returns, https://spec.graphql.org/October2021/#ResolveAbstractType() */
function completeAbstractValue(type: GraphQLAbstractType, planFieldsOn: PlanFieldsOn): CompleteValue {
  const resolveType = type.resolveType ?? defaultTypeResolver
  const completions = new Map<GraphQLObjectType, CompleteValue>()
  const completionOf = (name: unknown, info: GraphQLResolveInfo): CompleteValue => {
    const runtimeType = typeof name === 'string' ? info.schema.getType(name) : undefined
    if (!isObjectType(runtimeType) || !info.schema.isSubType(type, runtimeType)) {
      throw new GraphQLError(`${type.name} at ${coordinateOf(info)} was resolved to ${String(name)}.`, {
        nodes: info.fieldNodes,
      })
    }
    let complete = completions.get(runtimeType)
    if (!complete) {
      complete = completeObjectValue(runtimeType, planFieldsOn)
      completions.set(runtimeType, complete)
    }
    return complete
  }
  return (execution, info, position, value) => {
    const name = resolveType(value, execution.contextValue, info, type)
    return isPromise(name)
      ? name.then((resolved) => completionOf(resolved, info)(execution, info, position, value))
      : completionOf(name, info)(execution, info, position, value)
  }
}

function completeObjectValue(type: GraphQLObjectType, planFieldsOn: PlanFieldsOn): CompleteValue {
  const { isTypeOf } = type
  let fields: readonly PlannedField[] | undefined
  const complete: CompleteValue = (execution, _info, position, value) => {
    fields ??= planFieldsOn(type)
    return executeFields(execution, fields, value, position)
  }
  if (!isTypeOf) return complete
  const refuseOther = (isOfType: unknown, info: GraphQLResolveInfo): void => {
    if (!isOfType)
      throw new GraphQLError(`The value of ${coordinateOf(info)} is not a ${type.name}.`, { nodes: info.fieldNodes })
  }
  return (execution, info, position, value) => {
    const isOfType = isTypeOf(value, execution.contextValue, info)
    if (isPromise(isOfType)) {
      return isOfType.then((resolved) => {
        refuseOther(resolved, info)
        return complete(execution, info, position, value)
      })
    }
    refuseOther(isOfType, info)
    return complete(execution, info, position, value)
  }
}

const coordinateOf = ({ parentType, fieldName }: GraphQLResolveInfo): string => `${parentType.name}.${fieldName}`

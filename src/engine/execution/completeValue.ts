/** From what a resolver gave to the JSON that the answer has: a chain of functions for a type, made once for each place in a document. */
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
import type { ExecutionContext } from './compiledOperation.ts'
import { executeFields, isPromise, nullOrThrow } from './executeFields.ts'
import { type Json, joined, jsonOfLeaf, NULL } from './json.ts'
import { EntryPlace, type Place } from './lazyResolveInfo.ts'
import type { SelectionPlan } from './selectionPlan.ts'

/** Throws, or rejects, what makes the value null. `info` tells of the field, `place` of the value, which may be an entry of it. */
export type Complete = (run: ExecutionContext, info: GraphQLResolveInfo, place: Place, value: unknown) => Json

/** The completion of values of this type, of which `selection` is selected. */
export function completionOf(type: GraphQLOutputType, selection: SelectionPlan): Complete {
  const nonNull = isNonNullType(type)
  const complete = completionOfPresent(nonNull ? type.ofType : type, selection)
  return (run, info, place, value) => {
    if (value === null || value === undefined) {
      if (!nonNull) return NULL
      throw new Error(`Cannot return null for non-nullable field ${info.parentType.name}.${info.fieldName}.`)
    }
    // An error that a resolver gives is one that it throws.
    if (value instanceof Error) throw value
    return complete(run, info, place, value)
  }
}

function completionOfPresent(type: GraphQLOutputType, selection: SelectionPlan): Complete {
  if (isListType(type)) return completionOfList(type.ofType, selection)
  if (isLeafType(type)) return completionOfLeaf(type)
  if (isAbstractType(type)) return completionOfAbstract(type, selection)
  if (isObjectType(type)) return completionOfObject(type, selection)
  throw new Error(`${type} is no type of an answer.`)
}

function completionOfLeaf(type: GraphQLLeafType): Complete {
  const write = jsonOfLeaf(type)
  return (_run, _info, _place, value) => {
    const json = write(value)
    if (json === undefined) throw new Error(`${type.name} made nothing of a value.`)
    return json
  }
}

function completionOfList(itemType: GraphQLOutputType, selection: SelectionPlan): Complete {
  const complete = completionOf(itemType, selection)
  const nonNull = isNonNullType(itemType)
  const fail = (run: ExecutionContext, info: GraphQLResolveInfo, { path }: Place, error: unknown) =>
    nullOrThrow(run, locatedError(error, info.fieldNodes, responsePathAsArray(path)), path, nonNull)
  const completeItem = (run: ExecutionContext, info: GraphQLResolveInfo, place: Place, item: unknown): Json => {
    try {
      const completed = isPromise(item)
        ? item.then((resolved) => complete(run, info, place, resolved))
        : complete(run, info, place, item)
      return typeof completed === 'string'
        ? completed
        : completed.then(undefined, (error) => fail(run, info, place, error))
    } catch (error) {
      return fail(run, info, place, error)
    }
  }
  return (run, info, place, value) => {
    if (typeof value !== 'object' || !value || !(Symbol.iterator in value)) {
      throw new GraphQLError(`Expected Iterable, but did not find one for field "${placeOf(info)}".`)
    }
    let text = '['
    let pieces: Json[] | undefined
    let index = 0
    try {
      for (const item of value as Iterable<unknown>) {
        if (index > 0) text += ','
        const json = completeItem(run, info, new EntryPlace(place, index), item)
        index++
        if (typeof json === 'string') text += json
        else {
          if (pieces) pieces.push(text, json)
          else pieces = [text, json]
          text = ''
        }
      }
    } catch (error) {
      // The items before may fail as well; nobody else would be there to hear it.
      for (const piece of pieces ?? []) if (typeof piece !== 'string') piece.catch(() => {})
      throw error
    }
    text += ']'
    if (!pieces) return text
    pieces.push(text)
    return joined(pieces)
  }
}

const placeOf = ({ parentType, fieldName }: GraphQLResolveInfo): string => `${parentType.name}.${fieldName}`

function completionOfAbstract(type: GraphQLAbstractType, selection: SelectionPlan): Complete {
  const resolveType = type.resolveType ?? defaultTypeResolver
  const completions = new Map<GraphQLObjectType, Complete>()
  const completeAs = (
    name: unknown,
    run: ExecutionContext,
    info: GraphQLResolveInfo,
    place: Place,
    value: unknown,
  ): Json => {
    const runtimeType = typeof name === 'string' ? info.schema.getType(name) : undefined
    if (!isObjectType(runtimeType) || !info.schema.isSubType(type, runtimeType)) {
      throw new GraphQLError(`${type.name} at ${placeOf(info)} was resolved to ${String(name)}.`, {
        nodes: info.fieldNodes,
      })
    }
    let complete = completions.get(runtimeType)
    if (!complete) {
      complete = completionOfObject(runtimeType, selection)
      completions.set(runtimeType, complete)
    }
    return complete(run, info, place, value)
  }
  return (run, info, place, value) => {
    const name = resolveType(value, run.context, info, type)
    return isPromise(name)
      ? name.then((resolved) => completeAs(resolved, run, info, place, value))
      : completeAs(name, run, info, place, value)
  }
}

function completionOfObject(type: GraphQLObjectType, selection: SelectionPlan): Complete {
  const { isTypeOf } = type
  const complete: Complete = (run, _info, place, value) => executeFields(run, selection.fieldsOn(type), value, place)
  if (!isTypeOf) return complete
  const completeIf = (
    fits: unknown,
    run: ExecutionContext,
    info: GraphQLResolveInfo,
    place: Place,
    value: unknown,
  ): Json => {
    if (fits) return complete(run, info, place, value)
    throw new GraphQLError(`A value at ${placeOf(info)} is no ${type.name}.`, { nodes: info.fieldNodes })
  }
  return (run, info, place, value) => {
    const fits = isTypeOf(value, run.context, info)
    return isPromise(fits)
      ? fits.then((resolved) => completeIf(resolved, run, info, place, value))
      : completeIf(fits, run, info, place, value)
  }
}

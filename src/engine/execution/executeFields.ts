/** The fields of one object, side by side or one after another. */
import { type GraphQLError, locatedError, responsePathAsArray } from 'graphql'
import { isWholeRow } from '../reader/rows.ts'
import type { Path } from './collectedErrors.ts'
import type { ExecutionContext } from './compiledOperation.ts'
import { exposedJson } from './exposedFields.ts'
import { type Json, joinedFields, NULL } from './json.ts'
import { FieldPlace, type Place } from './lazyResolveInfo.ts'
import type { PlannedField } from './selectionPlan.ts'

/** Anything that one can wait for: Prisma's promises are none of the language's. */
export const isPromise = (value: unknown): value is Promise<unknown> =>
  typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'

/** Side by side, as the fields of everything but a mutation. */
export function executeFields(
  run: ExecutionContext,
  fields: readonly PlannedField[],
  source: unknown,
  place: Place | undefined,
): Json {
  let text = '{'
  let pieces: Json[] | undefined
  const isWhole = isWholeRow(source)
  try {
    for (let index = 0; index < fields.length; index++) {
      const field = fields[index] as PlannedField
      text += index === 0 ? field.label : field.nextLabel
      const json =
        (field.exposed && exposedJson(field.exposed, source, isWhole)) ?? executeField(run, field, source, place)
      if (typeof json === 'string') text += json
      else {
        if (pieces) pieces.push(text, json)
        else pieces = [text, json]
        text = ''
      }
    }
  } catch (error) {
    if (!pieces) throw error
    // The others may fail as well; nobody else would be there to hear it.
    return joinedFields(pieces).finally(() => {
      throw error
    })
  }
  text += '}'
  if (!pieces) return text
  pieces.push(text)
  return joinedFields(pieces)
}

/** One after another, as the fields of a mutation; chained as graphql-js does it, since the order of errors depends on it. */
export function executeFieldsSerially(run: ExecutionContext, fields: readonly PlannedField[]): Json {
  return fields.reduce<Json>(
    (before, field, index) => {
      const label = index === 0 ? field.label : field.nextLabel
      const end = index === fields.length - 1 ? '}' : ''
      const append = (text: string): Json => {
        const json = executeField(run, field, run.rootValue, undefined)
        return typeof json === 'string' ? text + label + json + end : json.then((done) => text + label + done + end)
      }
      return typeof before === 'string' ? append(before) : before.then(append)
    },
    fields.length === 0 ? '{}' : '{',
  )
}

function executeField(run: ExecutionContext, planned: PlannedField, source: unknown, parent: Place | undefined): Json {
  const place = new FieldPlace(run, planned, parent)
  try {
    const value = planned.resolve(source, planned.argumentsFor(run.variableValues), run.context, place)
    if (isPromise(value)) return completeLater(run, planned, place, value)
    const completed = planned.complete(run, place, place, value)
    return typeof completed === 'string'
      ? completed
      : completed.then(undefined, (error) => fail(run, planned, place, error))
  } catch (error) {
    return fail(run, planned, place, error)
  }
}

// In as many steps as graphql-js takes: the order of errors depends on it.
function completeLater(
  run: ExecutionContext,
  planned: PlannedField,
  place: FieldPlace,
  value: Promise<unknown>,
): Promise<string> {
  return value
    .then((resolved) => planned.complete(run, place, place, resolved))
    .then(undefined, (error) => fail(run, planned, place, error))
}

function fail(run: ExecutionContext, { nodes, nonNull }: PlannedField, { path }: Place, error: unknown): string {
  return nullOrThrow(run, locatedError(error, nodes, responsePathAsArray(path)), path, nonNull)
}

/** Null where null is allowed, with the error told; else it is for whoever this is in. */
export function nullOrThrow(run: ExecutionContext, error: GraphQLError, path: Path, nonNull: boolean): string {
  if (nonNull) throw error
  run.errors.add(error, path)
  return NULL
}

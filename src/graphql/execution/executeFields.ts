/** The fields of one object, side by side or one after another. */
import { type GraphQLError, locatedError, responsePathAsArray } from 'graphql'
import { isWholeRow } from '../reader/rows.ts'
import type { Path } from './collectedErrors.ts'
import type { Run } from './compiledOperation.ts'
import { exposedValue } from './exposed.ts'
import { FieldPlace, type Place } from './place.ts'
import type { PlannedField } from './selectionPlan.ts'

export type Fields = Record<string, unknown>

/** Anything that one can wait for: Prisma's promises are none of the language's. */
export const isPromise = (value: unknown): value is Promise<unknown> =>
  typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'

/** Side by side, as the fields of everything but a mutation. */
export function executeFields(
  run: Run,
  fields: readonly PlannedField[],
  source: unknown,
  place: Place | undefined,
): Fields | Promise<Fields> {
  const results: Fields = {}
  let pending: string[] | undefined
  const isWhole = isWholeRow(source)
  try {
    for (let index = 0; index < fields.length; index++) {
      const field = fields[index] as PlannedField
      const exposed = field.exposed && exposedValue(field.exposed, source, isWhole)
      if (exposed !== undefined) {
        results[field.key] = exposed
        continue
      }
      const value = executeField(run, field, source, place)
      results[field.key] = value
      if (isPromise(value)) {
        if (pending) pending.push(field.key)
        else pending = [field.key]
      }
    }
  } catch (error) {
    if (!pending) throw error
    // The others may fail as well; nobody else would be there to hear it.
    return settled(results, pending).finally(() => {
      throw error
    })
  }
  return pending ? settled(results, pending) : results
}

// By hand: Promise.all makes three promises for each, of which a page of tasks has many.
function settled(results: Fields, pending: readonly string[]): Promise<Fields> {
  return new Promise((resolve, reject) => {
    let left = pending.length
    for (const key of pending) {
      const put = (value: unknown) => {
        results[key] = value
        left--
        if (left === 0) resolve(results)
      }
      ;(results[key] as Promise<unknown>).then(put, reject)
    }
  })
}

/** One after another, as the fields of a mutation. */
export async function executeFieldsSerially(run: Run, fields: readonly PlannedField[]): Promise<Fields> {
  const results: Fields = {}
  for (const field of fields) results[field.key] = await executeField(run, field, run.rootValue, undefined)
  return results
}

function executeField(run: Run, planned: PlannedField, source: unknown, parent: Place | undefined): unknown {
  const place = new FieldPlace(run, planned, parent)
  try {
    const value = planned.resolve(source, planned.argumentsFor(run.variableValues), run.context, place)
    if (isPromise(value)) return completeLater(run, planned, place, value)
    const completed = planned.complete(run, place, place, value)
    // What a leaf is completed to is never waited for.
    if (planned.isLeaf || !isPromise(completed)) return completed
    return completed.then(undefined, (error) => fail(run, planned, place, error))
  } catch (error) {
    return fail(run, planned, place, error)
  }
}

// In as many steps as graphql-js takes: the order of errors depends on it.
function completeLater(run: Run, planned: PlannedField, place: FieldPlace, value: Promise<unknown>): Promise<unknown> {
  return value
    .then((resolved) => planned.complete(run, place, place, resolved))
    .then(undefined, (error) => fail(run, planned, place, error))
}

function fail(run: Run, { nodes, nonNull }: PlannedField, { path }: Place, error: unknown): null {
  return nullOrThrow(run, locatedError(error, nodes, responsePathAsArray(path)), path, nonNull)
}

/** Null where null is allowed, with the error told; else it is for whoever this is in. */
export function nullOrThrow(run: Run, error: GraphQLError, path: Path, nonNull: boolean): null {
  if (nonNull) throw error
  run.errors.add(error, path)
  return null
}

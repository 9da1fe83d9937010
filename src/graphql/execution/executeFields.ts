/** The fields of one object, side by side or one after another. */
import { type GraphQLError, type GraphQLResolveInfo, locatedError, responsePathAsArray } from 'graphql'
import type { Path } from './collectedErrors.ts'
import type { Run } from './compiledOperation.ts'
import type { PlannedField } from './selectionPlan.ts'

type Fields = Record<string, unknown>

export const isPromise = (value: unknown): value is Promise<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'

/** Side by side, as the fields of everything but a mutation. */
export function executeFields(
  run: Run,
  fields: readonly PlannedField[],
  source: unknown,
  path: Path | undefined,
): Fields | Promise<Fields> {
  const results: Fields = {}
  const pending: Promise<void>[] = []
  try {
    for (const field of fields) {
      const value = executeField(run, field, source, path)
      results[field.key] = value
      if (isPromise(value)) pending.push(putInto(results, field.key, value))
    }
  } catch (error) {
    if (pending.length === 0) throw error
    // The others may fail as well; nobody else would be there to hear it.
    return Promise.all(pending).finally(() => {
      throw error
    }) as Promise<never>
  }
  return pending.length === 0 ? results : Promise.all(pending).then(() => results)
}

async function putInto(results: Fields, key: string, value: Promise<unknown>): Promise<void> {
  results[key] = await value
}

/** One after another, as the fields of a mutation. */
export async function executeFieldsSerially(run: Run, fields: readonly PlannedField[]): Promise<Fields> {
  const results: Fields = {}
  for (const field of fields) results[field.key] = await executeField(run, field, run.rootValue, undefined)
  return results
}

function executeField(run: Run, planned: PlannedField, source: unknown, parentPath: Path | undefined): unknown {
  const path: Path = { prev: parentPath, key: planned.key, typename: planned.parentType.name }
  const info = infoOf(run, planned, path)
  try {
    const value = planned.resolve(source, planned.argumentsFor(run), run.context, info)
    const completed = isPromise(value)
      ? value.then((resolved) => planned.complete(run, info, path, resolved))
      : planned.complete(run, info, path, value)
    return isPromise(completed) ? completed.then(undefined, (error) => fail(run, planned, path, error)) : completed
  } catch (error) {
    return fail(run, planned, path, error)
  }
}

function infoOf({ operation, rootValue, variableValues }: Run, planned: PlannedField, path: Path): GraphQLResolveInfo {
  return {
    fieldName: planned.field.name,
    fieldNodes: planned.nodes,
    returnType: planned.field.type,
    parentType: planned.parentType,
    path,
    schema: operation.schema,
    fragments: operation.fragments,
    rootValue,
    operation: operation.operation,
    variableValues,
  }
}

function fail(run: Run, { nodes, nonNull }: PlannedField, path: Path, error: unknown): null {
  return nullOrThrow(run, locatedError(error, nodes, responsePathAsArray(path)), path, nonNull)
}

/** Null where null is allowed, with the error told; else it is for whoever this is in. */
export function nullOrThrow(run: Run, error: GraphQLError, path: Path, nonNull: boolean): null {
  if (nonNull) throw error
  run.errors.add(error, path)
  return null
}

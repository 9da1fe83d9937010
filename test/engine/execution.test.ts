/** A compiled document returns for every request what graphql-js returns, whatever was sent before. */
import fc from 'fast-check'
import { execute, type GraphQLError, type GraphQLSchema, parse, validate } from 'graphql'
import { expect, test } from 'vitest'
import { DocumentCache } from '../../src/engine/documents/documentCache.ts'
import { refusalByCost } from '../../src/http/limits.ts'
import type { Chance } from '../support/inputs/documentCases.ts'
import { echoingSchema } from '../support/inputs/echoingSchema.ts'
import { type ExecutionCase, ExecutionCases } from '../support/inputs/executionCases.ts'

// EXECUTION_CASES runs thousands; a failure prints the seed and the path to repeat it.
const CASES = Number(process.env.EXECUTION_CASES ?? 400)
const SEED = Number(process.env.EXECUTION_SEED ?? 20_261_130)
const CASE_MS_MAX = 1_000 // Only the time-out, so that a run of thousands may take longer.

const schema = echoingSchema()

interface Result {
  data?: unknown
  errors?: unknown
}

const resultOf = (errors: readonly GraphQLError[] | undefined, data: unknown): Result => ({
  ...(errors && { errors: errors.map((error) => error.toJSON()) }),
  ...(data !== undefined && { data }),
})

/** Returns a function that executes a document as the fast path does, prepared once for all its requests. */
function cachedDocument(text: string, of: GraphQLSchema = schema) {
  const documents = new DocumentCache(of, refusalByCost)
  documents.add(text, parse(text))
  return async (operationName: string | undefined, variables: Record<string, unknown>): Promise<Result> => {
    const operation = documents.find(text, operationName)
    if (!operation) throw new Error(`There is no operation ${operationName}.`)
    const prepared = operation.prepare(variables)
    if ('errors' in prepared) return resultOf(prepared.errors, undefined)
    const { errors, data } = await operation.execute(prepared.variableValues, {})
    return resultOf(errors, JSON.parse(data))
  }
}

async function byReference(
  text: string,
  operationName: string | undefined,
  variableValues: Record<string, unknown>,
  of = schema,
): Promise<Result> {
  const { errors, data } = await execute({ schema: of, document: parse(text), operationName, variableValues })
  return resultOf(errors, data === undefined ? undefined : JSON.parse(JSON.stringify(data)))
}

async function expectSame({ query, sendings }: ExecutionCase): Promise<void> {
  const execution = cachedDocument(query)
  for (const { operationName, variables } of sendings) {
    const expected = await byReference(query, operationName, variables)
    expect(await execution(operationName, variables), `${query}\n${JSON.stringify(variables)}`).toEqual(expected)
  }
}

test('any document, with variables in any position, null, absent or wrong', {
  timeout: CASES * CASE_MS_MAX,
}, async () => {
  const seen = { data: 0, failures: 0, refusals: 0 }
  await fc.assert(
    fc.asyncProperty(
      fc.gen().map((generate) => {
        const chance: Chance = (max) => generate(fc.nat, { max })
        return new ExecutionCases(schema, chance).write()
      }),
      async (executionCase) => {
        expect(
          validate(schema, parse(executionCase.query)).map(({ message }) => message),
          executionCase.query,
        ).toEqual([])
        for (const { operationName, variables } of executionCase.sendings) {
          const { data, errors } = await byReference(executionCase.query, operationName, variables)
          if (data === undefined) seen.refusals++
          else if (errors) seen.failures++
          else seen.data++
        }
        await expectSame(executionCase)
      },
    ),
    { numRuns: CASES, seed: SEED, endOnFailure: true },
  )
  // If all or none of the documents failed, the comparison would prove little.
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(CASES / 20)
})

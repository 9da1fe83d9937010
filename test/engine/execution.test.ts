/** What is compiled once for a document answers every request in it as graphql-js does, whatever was sent before. */
import fc from 'fast-check'
import { execute, type GraphQLError, type GraphQLSchema, parse, validate } from 'graphql'
import { expect, test } from 'vitest'
import { DocumentCache } from '../../src/engine/documents/documentCache.ts'
import { refusalByCost } from '../../src/http/limits.ts'
import type { Chance } from '../support/inputs/documentCases.ts'
import { echoingSchema } from '../support/inputs/echoingSchema.ts'
import { type ExecutionCase, ExecutionCases } from '../support/inputs/executionCases.ts'

// Thousands by EXECUTION_CASES; a failure names the seed and the path that repeat it.
const CASES = Number(process.env.EXECUTION_CASES ?? 400)
const SEED = Number(process.env.EXECUTION_SEED ?? 20_261_130)
const CASE_MS_MAX = 1_000 // Nothing is judged by it: a run of thousands may only last longer.

const schema = echoingSchema()

interface Answer {
  data?: unknown
  errors?: unknown
}

const answerOf = (errors: readonly GraphQLError[] | undefined, data: unknown): Answer => ({
  ...(errors && { errors: errors.map((error) => error.toJSON()) }),
  ...(data !== undefined && { data }),
})

/** Answers by what the fast path has prepared, and keeps it for the next request. */
function makeKnown(text: string, of: GraphQLSchema = schema) {
  const documents = new DocumentCache(of, refusalByCost)
  documents.add(text, parse(text))
  return async (operationName: string | undefined, variables: Record<string, unknown>): Promise<Answer> => {
    const operation = documents.find(text, operationName)
    if (!operation) throw new Error(`There is no ${operationName}.`)
    const prepared = operation.prepare(variables)
    if ('errors' in prepared) return answerOf(prepared.errors, undefined)
    const { errors, data } = await operation.execute(prepared.variableValues, {})
    return answerOf(errors, JSON.parse(data))
  }
}

async function byReference(
  text: string,
  operationName: string | undefined,
  variableValues: Record<string, unknown>,
  of = schema,
): Promise<Answer> {
  const { errors, data } = await execute({ schema: of, document: parse(text), operationName, variableValues })
  return answerOf(errors, data === undefined ? undefined : JSON.parse(JSON.stringify(data)))
}

async function expectSame({ query, sendings }: ExecutionCase): Promise<void> {
  const known = makeKnown(query)
  for (const { operationName, variables } of sendings) {
    const expected = await byReference(query, operationName, variables)
    expect(await known(operationName, variables), `${query}\n${JSON.stringify(variables)}`).toEqual(expected)
  }
}

test('any document, with variables anywhere, null, absent or wrong', { timeout: CASES * CASE_MS_MAX }, async () => {
  const seen = { data: 0, failures: 0, refusals: 0 }
  await fc.assert(
    fc.asyncProperty(
      fc.gen().map((generate) => {
        const chance: Chance = (max) => generate(fc.nat, { max })
        return new ExecutionCases(schema, chance).write()
      }),
      async (written) => {
        expect(
          validate(schema, parse(written.query)).map(({ message }) => message),
          written.query,
        ).toEqual([])
        for (const { operationName, variables } of written.sendings) {
          const { data, errors } = await byReference(written.query, operationName, variables)
          if (data === undefined) seen.refusals++
          else if (errors) seen.failures++
          else seen.data++
        }
        await expectSame(written)
      },
    ),
    { numRuns: CASES, seed: SEED, endOnFailure: true },
  )
  // Documents that all fail, or none of them, would be alike easily.
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(CASES / 20)
})

/**
 * What is read through the unions of the errors plugin, which only mutations give: a success and what it holds, or a refusal
 * and what it shows. The same request under the same key is done once, so both readers can answer it, and must say the same.
 */
import fc from 'fast-check'
import { type GraphQLSchema, isObjectType, isUnionType, parse, validate } from 'graphql'
import pino from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { App } from '../../src/app.ts'
import { readerFallbacks } from '../../src/engine/reader/prismaFallbacks.ts'
import { type Chance, DocumentWriter } from '../support/inputs/documentCases.ts'
import { type Deed, playResults } from '../support/inputs/resultScenario.ts'
import { moneyWorld, type World } from '../support/money.ts'

// Thousands by READER_CASES; a failure names the seed and the path that repeat it.
const CASES = Number(process.env.READER_CASES ?? 300)
const SEED = Number(process.env.READER_SEED ?? 20_261_125)
const CASE_MS_MAX = 400 // Nothing is judged by it: a run of thousands may only last longer.
// Each time another answer: a time, a token or a file is new. What is read for them is read for others as well.
const ELSEWHERE = new Set([
  'AttachmentPayload',
  'AuthPayload',
  'MarkReadPayload',
  'OkPayload',
  'PayoutOnboardingPayload',
  'SandboxPayload',
])

let world: World
let prisma: App
let schema: GraphQLSchema
let deeds: Deed[]

beforeAll(async () => {
  world = await moneyWorld()
  const { createApp } = await import('../../src/app.ts')
  schema = (await import('../../src/api/schema.ts')).schema
  const { config, connectionString, authSecret } = world.app
  const log = pino({ level: 'silent' })
  prisma = createApp({ config: { ...config, reader: 'prisma' }, connectionString, authSecret, log })
  deeds = await playResults(world)
})

afterAll(async () => {
  await prisma.stop()
  await world.app.stop()
})

async function bytesOf(
  { yoga }: Pick<App, 'yoga'>,
  { caller: { accessToken } }: Deed,
  { query, variables }: { query: string; variables: object },
) {
  const response = await yoga.fetch('http://127.0.0.1/graphql', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${accessToken}`,
      'x-request-id': 'the-same-for-both',
    },
    body: JSON.stringify({ query, variables }),
  })
  const answer = await response.json()
  // The order in which fields fail is chance.
  answer.errors?.sort((one: object, other: object) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1))
  return JSON.stringify(answer)
}

test('no query gives such a union', () => {
  const results = Object.values(schema.getTypeMap())
    .filter(isUnionType)
    .filter(({ name }) => name.endsWith('Result'))
  const queries = Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .filter((type) => type !== schema.getMutationType())
    .flatMap((type) => Object.values(type.getFields()))
  expect(results.length).toBeGreaterThan(10)
  expect(queries.filter(({ type }) => results.some(({ name }) => String(type).includes(name)))).toEqual([])
})

test('every success is given that can be given again', () => {
  const payloads = Object.keys(schema.getTypeMap()).filter((name) => name.endsWith('Payload') && !ELSEWHERE.has(name))
  expect(payloads.filter((name) => !deeds.some(({ member }) => member === name))).toEqual([])
})

test('a result is read as Prisma reads it, byte by byte, whatever is selected of it', {
  timeout: CASES * CASE_MS_MAX,
}, async () => {
  const before = [...readerFallbacks().keys()]
  let given = 0
  const ids = new Map([['Task', ['tsk_nothing']]])
  await fc.assert(
    fc.asyncProperty(
      fc.gen().map((generate) => {
        const chance: Chance = (max) => generate(fc.nat, { max })
        const deed = deeds[chance(deeds.length - 1)] as Deed
        const writer = new DocumentWriter(schema, { ids, cursors: new Map() }, chance)
        return { deed, document: writer.writeMutation(deed.mutation, deed.member, deed.input) }
      }),
      async ({ deed, document }) => {
        expect(validate(schema, parse(document.query)).map(({ message }) => message)).toEqual([])
        const ours = await bytesOf(world.app, deed, document)
        expect(ours, document.query).toBe(await bytesOf(prisma, deed, document))
        if (ours.includes(`"__typename":"${deed.member}"`)) given++
      },
    ),
    { numRuns: CASES, seed: SEED, endOnFailure: true },
  )
  // Bad arguments are alike easily.
  expect(given).toBeGreaterThan(CASES * 0.8)
  expect([...readerFallbacks().keys()].filter((place) => !before.includes(place))).toEqual([])
})

test('what a poster may do with an open task is no question to Prisma', async () => {
  // The second one is open to the end.
  const deed = deeds.filter(({ mutation }) => mutation === 'createTask')[1] as Deed
  const query = `mutation ($input: CreateTaskInput!) {
    createTask(input: $input) { ... on TaskPayload { task { availableActions { action allowed } } } }
  }`
  expect(await bytesOf(world.app, deed, { query, variables: { input: deed.input } })).toContain('"allowed":true')
  expect([...readerFallbacks().keys()]).not.toContain('TaskApplication.groupBy')
})

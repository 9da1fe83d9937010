/**
 * Reads through the result unions of the errors plugin, which only mutations return. A request with the same idempotency key is
 * replayed, so both readers can answer it, and must return the same.
 */
import fc from 'fast-check'
import { type GraphQLSchema, isObjectType, isUnionType, parse, validate } from 'graphql'
import pino from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { App } from '../../src/app.ts'
import { readerFallbacks } from '../../src/engine/reader/prismaFallbacks.ts'
import { type Chance, DocumentWriter } from '../support/inputs/documentCases.ts'
import { playResults, type RepeatableRequest } from '../support/inputs/resultScenario.ts'
import { moneyWorld, type World } from '../support/money.ts'

// READER_CASES runs thousands; a failure prints the seed and the path to repeat it.
const CASES = Number(process.env.READER_CASES ?? 300)
const SEED = Number(process.env.READER_SEED ?? 20_261_125)
const CASE_MS_MAX = 400 // Only the time-out, so that a run of thousands may take longer.
// Their results differ each time: a time, a token or a file is new, or the mutation takes no key. Other payloads read the same rows.
const NOT_REPEATABLE = new Set([
  'AccessTokenPayload',
  'AttachmentPayload',
  'AuthPayload',
  'MarkReadPayload',
  'OkPayload',
  'PasskeyChallengePayload',
  'PayoutOnboardingPayload',
  'RecoveryCodesPayload',
  'RemovePaymentMethodPayload',
  'SandboxChargebackPayload',
  'SandboxPayload',
  'TotpPayload',
])

let world: World
let prisma: App
let schema: GraphQLSchema
let requests: RepeatableRequest[]

beforeAll(async () => {
  world = await moneyWorld()
  const { createApp } = await import('../../src/app.ts')
  schema = (await import('../../src/api/schema.ts')).schema
  const { config, connectionString, authSecret } = world.app
  const log = pino({ level: 'silent' })
  prisma = createApp({ config: { ...config, reader: 'prisma' }, connectionString, authSecret, log })
  requests = await playResults(world)
})

afterAll(async () => {
  await prisma.stop()
  await world.app.stop()
})

async function bytesOf(
  { yoga }: Pick<App, 'yoga'>,
  { caller: { accessToken } }: RepeatableRequest,
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
  const body = await response.json()
  // The order of errors is random.
  body.errors?.sort((left: object, right: object) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1))
  return JSON.stringify(body)
}

test('no query returns a result union', () => {
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

test('the scenario returns every payload that can be replayed', () => {
  const payloads = Object.keys(schema.getTypeMap()).filter(
    (name) => name.endsWith('Payload') && !NOT_REPEATABLE.has(name),
  )
  expect(payloads.filter((name) => !requests.some(({ member }) => member === name))).toEqual([])
})

test('a result has the same bytes as with Prisma, for any selection', {
  timeout: CASES * CASE_MS_MAX,
}, async () => {
  const before = [...readerFallbacks().keys()]
  let expectedCount = 0
  const ids = new Map([['Task', ['tsk_nothing']]])
  await fc.assert(
    fc.asyncProperty(
      fc.gen().map((generate) => {
        const chance: Chance = (max) => generate(fc.nat, { max })
        const request = requests[chance(requests.length - 1)] as RepeatableRequest
        const writer = new DocumentWriter(schema, { ids, cursors: new Map() }, chance)
        return { request, document: writer.writeMutation(request.mutation, request.member, request.input) }
      }),
      async ({ request, document }) => {
        expect(validate(schema, parse(document.query)).map(({ message }) => message)).toEqual([])
        const ours = await bytesOf(world.app, request, document)
        expect(ours, document.query).toBe(await bytesOf(prisma, request, document))
        if (ours.includes(`"__typename":"${request.member}"`)) expectedCount++
      },
    ),
    { numRuns: CASES, seed: SEED, endOnFailure: true },
  )
  // Comparing errors of bad arguments would prove little.
  expect(expectedCount).toBeGreaterThan(CASES * 0.8)
  expect([...readerFallbacks().keys()].filter((place) => !before.includes(place))).toEqual([])
})

test('the available actions of an open task do not fall back to Prisma', async () => {
  // The task of the second one stays open.
  const request = requests.filter(({ mutation }) => mutation === 'createTask')[1] as RepeatableRequest
  const query = `mutation ($input: CreateTaskInput!) {
    createTask(input: $input) { ... on TaskPayload { task { availableActions { action allowed } } } }
  }`
  expect(await bytesOf(world.app, request, { query, variables: { input: request.input } })).toContain('"allowed":true')
  expect([...readerFallbacks().keys()]).not.toContain('TaskApplication.groupBy')
})

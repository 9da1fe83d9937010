/** Headers of requests and responses: the budget, the cost of an operation, and the idempotency key, on both paths. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CategoriesDocument, CreateTaskDocument, FundTaskDocument, TasksDocument } from '../../../schema/sdk/index.ts'
import { BUDGETS } from '../../../src/cache/rateLimits.ts'
import { type Person, person } from '../../support/people.ts'
import { newId } from '../../support/publicIds.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'
import { codesOf, resultOf } from '../../support/servers/http.ts'

const LISTED = 'https://app.example.com'
const { points: LIMIT, windowSeconds: WINDOW } = BUDGETS.request

let app: TestApp
let url: string
let anna: Person

beforeAll(async () => {
  app = await startApp({ rateLimits: true, corsOrigins: [LISTED] })
  url = await app.listen()
  anna = await person(app, 'Anna')
})
afterAll(async () => {
  await app.stop()
})

const request = (who: Person | undefined, body: object, headers: Record<string, string> = {}) =>
  fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(who && { authorization: `Bearer ${who.accessToken}` }),
      ...headers,
    },
    body: JSON.stringify(body),
  })

const remainingIn = (response: Response): number =>
  Number(/^"requests";r=(\d+);t=(\d+)$/.exec(response.headers.get('ratelimit') ?? '')?.[1])

describe('the headers RateLimit-Policy and RateLimit', () => {
  test.each([
    ['the fast path', {}],
    ['the slow path', { 'x-errand-cost': '1' }],
  ])('have the budget of the query rateLimit on %s', async (_path, headers) => {
    const ben = await person(app, 'Ben')
    const query = '{ rateLimit { limit remaining resetAt } }'
    await request(ben, { query }, headers as Record<string, string>)
    const response = await request(ben, { query }, headers as Record<string, string>)
    const { rateLimit } = (await resultOf(response)).body.data as {
      rateLimit: { limit: number; remaining: number; resetAt: string }
    }
    expect(response.headers.get('ratelimit-policy')).toBe(`"requests";q=${LIMIT};w=${WINDOW}`)
    expect(rateLimit.limit).toBe(LIMIT)
    expect(remainingIn(response)).toBe(rateLimit.remaining)
    expect(remainingIn(response)).toBe(LIMIT - 2)
    const seconds = Number(/t=(\d+)$/.exec(response.headers.get('ratelimit') ?? '')?.[1])
    expect(Math.abs(seconds * 1_000 - (Date.parse(rateLimit.resetAt) - Date.now()))).toBeLessThan(5_000)
  })

  test('say that nothing is left when a request is refused', async () => {
    const carl = await person(app, 'Carl')
    for (let spent = 0; spent < LIMIT; spent++) await app.services.rateLimits.spend('request', carl.uuid)
    const response = await request(carl, { query: CategoriesDocument.text })
    expect(response.status).toBe(429)
    expect(remainingIn(response)).toBe(0)
    expect(codesOf(await resultOf(response))).toEqual(['RATE_LIMITED'])
  })

  test('can be read by pages of other origins', async () => {
    const response = await request(anna, { query: CategoriesDocument.text }, { origin: LISTED })
    expect(response.headers.get('access-control-expose-headers')).toContain('ratelimit, ratelimit-policy')
    expect(remainingIn(response)).toBeGreaterThan(0)
  })

  test('are not sent by a server without limits', async () => {
    const other = await startApp()
    const response = await fetch(`${await other.listen()}/graphql?query={__typename}`, {
      headers: { 'x-errand-csrf': '1' },
    })
    expect(response.headers.has('ratelimit')).toBe(false)
    await other.stop()
  })
})

describe('the header x-errand-cost', () => {
  const costOf = async (body: object) => {
    const { extensions } = (await (await request(anna, body, { 'x-errand-cost': '1' })).json()) as {
      extensions?: { cost: { requested: number; actual: number } }
    }
    return extensions?.cost
  }

  test('adds the cost that the limit counts, and that of the entries that were read', async () => {
    const cost = await costOf({ query: TasksDocument.text, variables: { first: 50 } })
    expect(cost?.requested).toBeGreaterThan(50)
    expect(cost?.actual).toBeLessThan(cost?.requested ?? 0)
  })

  test('counts a field once, and each entry of a list', async () => {
    const { body } = await resultOf(await request(anna, { query: '{ categories { name } }' }))
    const entries = (body.data as { categories: unknown[] }).categories.length
    expect(await costOf({ query: '{ categories { name } }' })).toMatchObject({ actual: 1 + entries })
    expect(await costOf({ query: '{ __typename ...A ...A } fragment A on Query { __typename }' })).toMatchObject({
      actual: 1,
    })
  })

  test('is ignored with another value, and without it there are no extensions', async () => {
    const query = '{ __typename }'
    expect(await (await request(anna, { query }, { 'x-errand-cost': '0' })).json()).toEqual({
      data: { __typename: 'Query' },
    })
    expect(await (await request(anna, { query })).json()).toEqual({ data: { __typename: 'Query' } })
  })
})

describe('the header Idempotency-Key', () => {
  const input = { title: 'By header', description: 'Once.', budget: { amount: '20.00', currencyCode: 'EUR' } }
  const create = async (key: string, headers: Record<string, string> = {}, more: object = {}) => {
    const variables = { input: { ...input, ...more } }
    const response = await request(
      anna,
      { query: CreateTaskDocument.text, variables },
      { 'idempotency-key': key, ...headers },
    )
    return resultOf(response)
  }

  test.each([
    ['bare', (key: string) => key, {}],
    ['in quotation marks', (key: string) => `"${key}"`, {}],
    ['on the slow path', (key: string) => key, { 'x-errand-cost': '1' }],
  ])('replays the answer of the same request: %s', async (_how, headerOf, headers) => {
    const key = newId()
    const first = await create(headerOf(key), headers as Record<string, string>)
    const second = await create(headerOf(key), headers as Record<string, string>)
    expect(first.body.data?.createTask).toMatchObject({ __typename: 'TaskPayload', replayed: false })
    expect(second.body.data?.createTask).toMatchObject({ __typename: 'TaskPayload', replayed: true })
  })

  test('is the same key as that of the input', async () => {
    const key = newId()
    await create(key)
    const variables = { input: { ...input, idempotencyKey: key } }
    const again = await resultOf(await request(anna, { query: CreateTaskDocument.text, variables }))
    expect(again.body.data?.createTask).toMatchObject({ __typename: 'TaskPayload', replayed: true })
    expect((await create(key, {}, { idempotencyKey: key })).body.data?.createTask).toMatchObject({ replayed: true })
  })

  test('refuses another request under the same key', async () => {
    const key = newId()
    await create(key)
    const other = await create(key, {}, { title: 'Another' })
    expect(other.body.data?.createTask).toMatchObject({ __typename: 'IdempotencyKeyReusedError' })
  })

  test.each([
    ['the fast path', {}],
    ['the slow path', { 'x-errand-cost': '1' }],
  ])('is refused beside another key in the input on %s, and nothing happens', async (_path, headers) => {
    const before = await app.database.rows`/* testTasks */ select from tasks`
    const refused = await create(newId(), headers as Record<string, string>, { idempotencyKey: newId() })
    expect([refused.status, codesOf(refused)]).toEqual([400, ['BAD_REQUEST']])
    expect(await app.database.rows`/* testTasks */ select from tasks`).toHaveLength(before.length)
  })

  test('satisfies an input that requires a key', async () => {
    const variables = { input: { taskId: 'tsk_none', paymentMethodId: 'pm_ok' } }
    const without = await resultOf(await request(anna, { query: FundTaskDocument.text, variables }))
    expect(codesOf(without)).toEqual(['BAD_USER_INPUT'])
    const answer = await resultOf(
      await request(anna, { query: FundTaskDocument.text, variables }, { 'idempotency-key': newId() }),
    )
    expect(answer.body.data?.fundTask).toMatchObject({ __typename: 'NotFoundError' })
  })

  test('of a query is ignored, and a malformed one is refused as in the input', async () => {
    const query = await resultOf(
      await request(anna, { query: CategoriesDocument.text }, { 'idempotency-key': newId() }),
    )
    expect(query.body.data).toHaveProperty('categories')
    expect(codesOf(await create('k'.repeat(1_000)))).toEqual(['BAD_USER_INPUT'])
  })
})

/** Errors as the client and the log see them. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { letAllGo, SECRET_TEXT, waitArrives } from '../../support/inputs/edgeProbe.graphql.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'
import { codesOf, post } from '../../support/servers/http.ts'

let app: TestApp
let url: string

beforeAll(async () => {
  app = await startApp()
  url = await app.listen()
})
afterAll(async () => {
  await app.stop()
})
beforeEach(() => {
  app.logLines.length = 0
})

/** Returns the warnings and errors in the log. */
const troubles = () => app.logLines.filter(({ level }) => Number(level) >= 40)

const RESPONSE_JSON = { accept: 'application/graphql-response+json' }

describe('an error of the client', () => {
  test.each([
    ['a document that cannot be parsed', '{ categories { ', {}, 'GRAPHQL_PARSE_FAILED'],
    ['a field that does not exist', '{ nothing }', {}, 'GRAPHQL_VALIDATION_FAILED'],
    ['a literal of the wrong type', '{ categories { name } node(id: 1.5) { id } }', {}, 'BAD_USER_INPUT'],
    ['a literal that its scalar refuses', '{ events(after: "yesterday") { nodes { id } } }', {}, 'BAD_USER_INPUT'],
    ['a variable of the wrong type', 'query ($id: ID!) { node(id: $id) { id } }', { id: { a: 1 } }, 'BAD_USER_INPUT'],
    ['a variable that is missing', 'query ($id: ID!) { node(id: $id) { id } }', {}, 'BAD_USER_INPUT'],
    [
      'a variable that its scalar refuses',
      'query ($a: EventCursor) { events(after: $a) { nodes { id } } }',
      { a: 'x' },
      'BAD_USER_INPUT',
    ],
  ])('such as %s has its code, and is a 400 in the new media type', async (_what, query, variables, code) => {
    const modern = await post(url, { query, variables }, { headers: RESPONSE_JSON })
    expect(codesOf(modern)).toEqual([code])
    expect([modern.status, modern.headers.get('content-type')]).toEqual([
      400,
      'application/graphql-response+json; charset=utf-8',
    ])
    const legacy = await post(url, { query, variables }, { headers: { accept: 'application/json' } })
    expect(codesOf(legacy)).toEqual([code])
    expect(legacy.status).toBe(200)
    expect(troubles()).toEqual([])
  })

  test('such as a page of more than a hundred has a code and a path', async () => {
    const answer = await post(url, { query: '{ tasks(first: 101) { nodes { id } } }' })
    expect(answer.body.errors).toMatchObject([
      { path: ['tasks'], extensions: { code: 'BAD_USER_INPUT', retryable: false } },
    ])
  })

  test('has the id of each request, even if its document is cached', async () => {
    for (const query of ['{ nothing }', '{ broken']) {
      const ids = [await post(url, { query }), await post(url, { query })].map(({ body, headers }) => [
        body.errors?.[0]?.extensions.requestId,
        headers.get('x-request-id'),
      ])
      expect(ids[0]?.[0]).toBe(ids[0]?.[1])
      expect(ids[1]?.[0]).toBe(ids[1]?.[1])
      expect(ids[0]?.[0]).not.toBe(ids[1]?.[0])
    }
  })

  test('is truncated', async () => {
    const variables = { id: { text: 'x'.repeat(100_000) } }
    const answer = await post(url, { query: 'query ($id: ID!) { node(id: $id) { id } }', variables })
    expect(JSON.stringify(answer.body).length).toBeLessThan(1_000)
  })

  test('names the operations if the requested one does not exist', async () => {
    const query = 'query A { apiInfo { version } } query B { categories { name } }'
    expect(codesOf(await post(url, { query }))).toEqual(['BAD_REQUEST'])
    expect(codesOf(await post(url, { query, operationName: 'C' }))).toEqual(['BAD_REQUEST'])
    expect((await post(url, { query, operationName: 'A' })).body.data).toHaveProperty('apiInfo')
  })
})

describe('a refusal outside of a result union', () => {
  test('keeps its code', async () => {
    const answer = await post(url, { query: '{ edgeRefusal }' })
    expect(answer.body).toMatchObject({
      data: { edgeRefusal: null },
      errors: [{ path: ['edgeRefusal'], extensions: { code: 'NOT_FOUND', retryable: false } }],
    })
    expect(troubles()).toEqual([])
  })

  test('says when to retry', async () => {
    const answer = await post(url, { query: '{ edgeLimited }' })
    expect(answer.body.errors?.[0]?.extensions).toMatchObject({
      code: 'RATE_LIMITED',
      retryable: true,
      retryAfter: 'PT12S',
    })
  })
})

describe('an unexpected error', () => {
  const MASKED = 'Internal server error. The server log has the details under this request id.'

  test.each(['edgeFail', 'edgeStatement'])(
    'is masked (%s), and its id finds the one line with its cause',
    async (field) => {
      const answer = await post(url, { query: `{ apiInfo { version } ${field} }` })
      const [error] = answer.body.errors ?? []
      expect(error).toEqual({
        message: MASKED,
        path: [field],
        locations: [{ line: 1, column: 23 }],
        extensions: { code: 'INTERNAL', requestId: answer.headers.get('x-request-id'), retryable: false },
      })
      expect(answer.body.data).toHaveProperty('apiInfo')
      expect(troubles()).toMatchObject([
        { level: 50, msg: 'request failed', code: 'INTERNAL', requestId: answer.headers.get('x-request-id') },
      ])
      const cause = troubles()[0]?.cause as { message: string; stack: string[] }
      expect(cause.message).not.toBe('')
      expect(cause.stack.join()).toMatch(/edgeProbe|pg/)
    },
  )

  test('puts no value of the client into the log', async () => {
    await post(url, { query: '{ edgeFail edgeStatement }' })
    expect(app.logLines.length).toBeGreaterThan(0)
    expect(JSON.stringify(app.logLines)).not.toContain(SECRET_TEXT)
  })

  test('of thirty fields is one log line and twenty errors', async () => {
    const answer = await post(url, { query: '{ edgeFailAll }' })
    expect(answer.body.errors?.length).toBe(20)
    expect(troubles().length).toBe(1)
  })
})

test('a client that disconnects during its body or its operation is not logged', async () => {
  const abort = new AbortController()
  const unfinished = new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array(10).fill(0x20)) })
  const half = post(url, { query: '{ edgeFail }' }, { body: unfinished, signal: abort.signal })
  const arrived = waitArrives()
  const running = post(url, { query: '{ edgeWait }' }, { signal: abort.signal })
  await arrived
  abort.abort()
  await expect(half).rejects.toThrow()
  await expect(running).rejects.toThrow()
  letAllGo()
  expect((await post(url, { query: '{ apiInfo { version } }' })).status).toBe(200)
  expect(troubles()).toEqual([])
})

test('a statement time-out is a retryable overload', async () => {
  const answer = await post(url, { query: '{ edgeCanceled }' })
  expect(answer.body.errors).toMatchObject([{ extensions: { code: 'OVERLOADED', retryable: true } }])
  expect(troubles()).toMatchObject([{ level: 40, code: 'OVERLOADED' }])
})

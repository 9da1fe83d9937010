/** The direct lane: whatever is sent, the same status, headers and bytes as the long way gives. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import '../support/edgeProbe.graphql.ts'
import { ask, LISTED_ORIGIN, startTwoWays, type TwoWays } from '../support/twoWays.ts'

const QUERY = 'query Named { categories { name slug } }'

let ways: TwoWays

beforeAll(async () => {
  ways = await startTwoWays()
})

afterAll(async () => {
  await ways.stop()
})

describe('a good request', () => {
  test.each([
    ['application/json'],
    ['application/graphql-response+json'],
    ['application/graphql-response+json, application/json;q=0.9'],
    ['application/json, application/graphql-response+json'],
    ['*/*'],
    ['application/*'],
    ['text/html, */*;q=0.8'],
    ['application/json; charset=utf-8'],
    ['application/json; charset=latin1'],
    ['text/event-stream'],
    ['multipart/mixed, application/json'],
    ['text/plain'],
    [''],
  ])('with Accept: %s gets the form that it wants, or hears that there is none', async (accept) => {
    const { status, headers } = await ways.expectSame(ask(QUERY, undefined, { accept }))
    expect(status === 406 || headers['content-type'] !== undefined).toBe(true)
    await ways.expectSame(ask('{ task(id: 5.5) { id } }', undefined, { accept }))
    await ways.expectSame(ask('query ($id: ID!) { task(id: $id) { id } }', {}, { accept }))
  })

  test.each([
    { 'content-type': 'application/json; charset=utf-8' },
    { 'content-type': 'application/graphql+json' },
    { 'content-type': 'APPLICATION/JSON' },
    { 'user-agent': 'somebody/1' },
    { origin: LISTED_ORIGIN },
    { origin: LISTED_ORIGIN, 'access-control-request-headers': 'authorization' },
    { origin: 'https://evil.example.com' },
    { authorization: '' },
    { authorization: 'Bearer' },
    { connection: 'close' },
    { 'x-request-id': 'of-a-client-2026' },
  ])('with the headers %o is answered alike', async (headers) => {
    await ways.expectSame(ask(QUERY, undefined, headers as unknown as Record<string, string>))
  })

  test.each([
    ['{ categories { name } }'],
    ['query A { categories { name } }'],
    [
      'query A { categories { name } } query B { categories { slug } } mutation C { revokeSession(id: "x") { __typename } }',
    ],
    ['query A { categories { name } } subscription B { events { __typename } }'],
    ['subscription B { events { __typename } } mutation C { revokeSession(id: "x") { __typename } }'],
    ['subscription B { events { __typename } }'],
    [
      'query A($x: Boolean = true) { ...f } query B($x: Boolean = false) { ...f } fragment f on Query { categories { name slug @include(if: $x) } }',
    ],
  ])('names one of the operations of %s, whichever was named before', async (query) => {
    const names = ['A', 'B', 'C', 'D', '', null, undefined]
    // In both orders: what the lane learns of a document, it learns from whichever comes first.
    for (const [round, order] of [names, names.toReversed()].entries()) {
      for (const operationName of order) {
        const body = JSON.stringify({ query: `${query} # round ${round}`, operationName })
        await ways.expectSame({ body })
        // As somebody for whom the subscription is a stream.
        const { status } = await ways.expectSameHead({ body, headers: { accept: '*/*', ...ways.callers[1] } })
        expect(status).toBeLessThan(500)
      }
    }
  })

  test('for a subscription is answered with a stream, also after a query of the same document', async () => {
    const query = 'query First { categories { name } } subscription Then { events { __typename } }'
    await ways.expectSame({ body: JSON.stringify({ query, operationName: 'First' }) })
    const headers = { accept: '*/*', ...ways.callers[1] }
    const answer = await ways.expectSameHead({ body: JSON.stringify({ query, operationName: 'Then' }), headers })
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'text/event-stream'])
  })
})

describe('a bad request', () => {
  test.each([
    ['is cut off', '{"query": "{ categories'],
    ['is no JSON', 'query=x'],
    ['is not UTF-8', Buffer.from([0x22, 0xff, 0xfe, 0x22])],
    ['has a text that is not UTF-8', Buffer.from(`{"query":"{ categories { name } } # \xff"}`, 'latin1')],
    ['begins with a byte order mark', `\uFEFF${JSON.stringify({ query: QUERY })}`],
    ['is empty', ''],
    ['is null', 'null'],
    ['is a text', '"{ categories { name } }"'],
    ['is a list', '[]'],
    ['is a batch', JSON.stringify([{ query: QUERY }])],
    ['has no query', '{}'],
    ['has a query that is null', '{"query":null}'],
    ['has a query that is no text', '{"query":{"a":1}}'],
    ['has variables that are a list', JSON.stringify({ query: QUERY, variables: [] })],
    ['has variables that are a text', JSON.stringify({ query: QUERY, variables: '{}' })],
    ['has variables that are null', JSON.stringify({ query: QUERY, variables: null })],
    ['has a name that is a number', JSON.stringify({ query: QUERY, operationName: 5 })],
    ['has extensions', JSON.stringify({ query: QUERY, extensions: { persistedQuery: { version: 1 } } })],
    ['has extensions that are a list', JSON.stringify({ query: QUERY, extensions: [] })],
    ['has a field that nobody knows', JSON.stringify({ query: QUERY, more: 1 })],
    ['has a field that nobody knows and that is null', JSON.stringify({ query: QUERY, more: null })],
    ['has a prototype', `{"query":${JSON.stringify(QUERY)},"__proto__":{"variables":1}}`],
    ['has a document with an error of syntax', JSON.stringify({ query: '{ categories { name }' })],
    ['has a document that is empty', JSON.stringify({ query: '' })],
    ['has a document without an operation', JSON.stringify({ query: 'fragment A on Task { id }' })],
    ['has a document that does not fit the schema', JSON.stringify({ query: '{ nothing }' })],
    ['has a literal of the wrong type', JSON.stringify({ query: '{ task(id: {}) { id } }' })],
    ['has a document that is too long', JSON.stringify({ query: `{ __typename } # ${'x'.repeat(50_000)}` })],
    ['has a document that is too deep', JSON.stringify({ query: `${'{ viewer '.repeat(30)}${'}'.repeat(30)}` })],
    [
      'has too many aliases',
      JSON.stringify({ query: `{ ${Array.from({ length: 40 }, (_, n) => `a${n}: __typename`).join(' ')} }` }),
    ],
    ['has a subscription', JSON.stringify({ query: 'subscription { events { __typename } }' })],
  ])('whose body %s is answered alike', async (_what, body) => {
    await ways.expectSame({ body })
  })

  test.each([
    [{}],
    [{ id: null }],
    [{ id: 5.5 }],
    [{ id: ['tsk_1'] }],
    [{ id: 'tsk_1', first: 'x' }],
    [{ id: 'tsk_1', first: 1e10 }],
    [{ id: 'tsk_1', first: 101 }],
    [{ id: 'tsk_1', first: -1 }],
    [{ id: 'tsk_1', first: 5, status: ['NONE'] }],
    [{ id: 'tsk_1', first: 5, more: 1 }],
    [{ first: 'x', status: 5 }],
  ])('with the variables %o is answered alike', async (variables) => {
    const query = `query ($id: ID!, $first: Int, $status: [TaskApplicationStatus!]) {
      task(id: $id) { id applications(first: $first, status: $status) { nodes { id } } }
    }`
    for (const accept of ['application/json', 'application/graphql-response+json'])
      await ways.expectSame(ask(query, variables, { accept }))
  })

  test('that costs too much is refused alike, and the same document with smaller pages is not', async () => {
    const query = `query ($first: Int) {
      tasks(first: $first) { nodes { applications(first: $first) { nodes { task { applications(first: $first) { nodes { id } } } } } } }
    }`
    const statuses = []
    for (const first of [2, 100, 3, 99, 2])
      statuses.push((await ways.expectSame(ask(query, { first }))).bytes.includes('COST'))
    expect(statuses).toEqual([false, true, false, true, false])
  })

  test.each([
    'Bearer nonsense',
    'Bearer a b',
    'Basic x',
    'Bearer eyJhbGciOiJub25lIn0.e30.',
    `Bearer ${'x'.repeat(2_000)}`,
  ])('with the header %s is refused alike', async (authorization) => {
    await ways.expectSame(ask(QUERY, undefined, { authorization }))
    await ways.expectSame(ask('mutation { revokeSession(id: "ses_x") { __typename } }', undefined, { authorization }))
  })

  test.each(['edgeFail', 'edgeFailAll', 'edgeRefusal', 'edgeLimited'])(
    'in which %s fails is answered alike, with nothing told of why',
    async (field) => {
      for (const accept of ['application/json', 'application/graphql-response+json'])
        await ways.expectSame(
          ask(`query Fails { ${field} categories { name } again: ${field} }`, undefined, { accept }),
        )
    },
  )
})

describe('a mutation', () => {
  test('is refused alike', async () => {
    const query =
      'mutation Send($input: SendMessageInput!) { sendMessage(input: $input) { __typename ... on Error { code message requestId } } }'
    for (const caller of ways.callers) {
      for (const input of [
        {},
        { chatId: 'tch_x', body: '' },
        { chatId: 'tch_x', body: 'x' },
        { chatId: 'tch_x', body: 5 },
      ])
        await ways.expectSame(ask(query, { input }, caller))
    }
  })

  test('is done once under its key, whichever way it comes', async () => {
    const query = `mutation Make($input: CreateTaskInput!) {
      createTask(input: $input) { __typename ... on TaskPayload { replayed task { id title version } } ... on ValidationError { fields { path message } } }
    }`
    const input = {
      idempotencyKey: 'made-by-either-way',
      title: 'Paint the fence',
      description: 'All of it, twice.',
      budget: { amount: '50.00', currencyCode: 'EUR' },
      acceptanceMode: 'FIRST_COME',
    }
    const first = JSON.parse((await ways.send(ask(query, { input }, ways.callers[1]))).bytes)
    expect(first.data.createTask).toMatchObject({ __typename: 'TaskPayload', replayed: false })
    const again = JSON.parse((await ways.expectSame(ask(query, { input }, ways.callers[1]))).bytes)
    expect(again.data.createTask).toEqual({ ...first.data.createTask, replayed: true })
  })
})

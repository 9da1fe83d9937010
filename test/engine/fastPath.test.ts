/** The fast path returns the same status, headers and bytes as the slow path for every request. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import '../support/inputs/edgeProbe.graphql.ts'
import {
  type FastAndSlowPath,
  getRequest,
  LISTED_ORIGIN,
  postRequest,
  startFastAndSlowPath,
} from '../support/fastAndSlowPath.ts'

const QUERY = 'query Named { categories { name slug } }'

let ways: FastAndSlowPath

beforeAll(async () => {
  ways = await startFastAndSlowPath()
})

afterAll(async () => {
  await ways.stop()
})

describe('a valid request', () => {
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
    const { status, headers } = await ways.expectSame(postRequest(QUERY, undefined, { accept }))
    expect(status === 406 || headers['content-type'] !== undefined).toBe(true)
    await ways.expectSame(postRequest('{ task(id: 5.5) { id } }', undefined, { accept }))
    await ways.expectSame(postRequest('query ($id: ID!) { task(id: $id) { id } }', {}, { accept }))
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
    await ways.expectSame(postRequest(QUERY, undefined, headers as unknown as Record<string, string>))
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
    // In both orders, because the first request determines what the document cache stores.
    for (const [round, order] of [names, names.toReversed()].entries()) {
      for (const operationName of order) {
        const body = JSON.stringify({ query: `${query} # round ${round}`, operationName })
        await ways.expectSame({ body })
        // Signed in, because only then the subscription is a stream.
        const { status } = await ways.expectSameHead({ body, headers: { accept: '*/*', ...ways.callers[1] } })
        expect(status).toBeLessThan(500)
      }
    }
  })

  test.each([
    '{ __typename a: __typename categories { __typename slug } __schema { queryType { name } } }',
    '{ t: __type(name: "Task") { name kind fields { name } } none: __type(name: "Nothing") { name } categories { slug } }',
    'query ($name: String = "Task") { __type(name: $name) { name } }',
    '{ ...f ...f categories { name } } fragment f on Query { categories { slug } ... on Query { categories { id } } }',
    '{ node(id: "tsk_x") { id ... on Task { title } ... on Node { __typename } } nodes(ids: []) { id } }',
  ])('with the query %s is answered alike', async (query) => {
    for (const variables of [undefined, null, {}, { name: null }, { name: 'User', more: 1 }])
      await ways.expectSame(postRequest(query, variables))
  })

  test('for a subscription returns a stream, even after a query of the same document', async () => {
    const query = 'query First { categories { name } } subscription Then { events { __typename } }'
    await ways.expectSame({ body: JSON.stringify({ query, operationName: 'First' }) })
    const headers = { accept: '*/*', ...ways.callers[1] }
    const answer = await ways.expectSameHead({ body: JSON.stringify({ query, operationName: 'Then' }), headers })
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'text/event-stream'])
  })
})

describe('an invalid request', () => {
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
    ['has extensions of Apollo', JSON.stringify({ query: QUERY, extensions: { clientLibrary: { name: 'x' } } })],
    ['has extensions that are null', JSON.stringify({ query: QUERY, extensions: null })],
    ['has extensions that are a text', JSON.stringify({ query: QUERY, extensions: '{}' })],
    ['has the same field twice', `{"query":"{ nothing }","query":${JSON.stringify(QUERY)}}`],
    ['has extensions that are a list', JSON.stringify({ query: QUERY, extensions: [] })],
    ['has a field that nobody knows', JSON.stringify({ query: QUERY, more: 1 })],
    ['has a field that nobody knows and that is null', JSON.stringify({ query: QUERY, more: null })],
    ['has a prototype', `{"query":${JSON.stringify(QUERY)},"__proto__":{"variables":1}}`],
    ['has a document with a syntax error', JSON.stringify({ query: '{ categories { name }' })],
    ['has a document that is empty', JSON.stringify({ query: '' })],
    ['has a document without an operation', JSON.stringify({ query: 'fragment A on Task { id }' })],
    ['has a document that is not valid for the schema', JSON.stringify({ query: '{ nothing }' })],
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
      await ways.expectSame(postRequest(query, variables, { accept }))
  })

  test('that costs too much is refused identically, and the same document with smaller pages is not', async () => {
    const query = `query ($first: Int) {
      tasks(first: $first) { nodes { applications(first: $first) { nodes { task { applications(first: $first) { nodes { id } } } } } } }
    }`
    const statuses = []
    for (const first of [2, 100, 3, 99, 2])
      statuses.push((await ways.expectSame(postRequest(query, { first }))).bytes.includes('COST'))
    expect(statuses).toEqual([false, true, false, true, false])
  })

  test.each([
    'Bearer nonsense',
    'Bearer a b',
    'Basic x',
    'Bearer eyJhbGciOiJub25lIn0.e30.',
    `Bearer ${'x'.repeat(2_000)}`,
  ])('with the header %s is refused alike', async (authorization) => {
    await ways.expectSame(postRequest(QUERY, undefined, { authorization }))
    await ways.expectSame(
      postRequest('mutation { revokeSession(id: "ses_x") { __typename } }', undefined, { authorization }),
    )
  })

  test.each(['edgeFail', 'edgeFailAll', 'edgeRefusal', 'edgeLimited'])(
    'in which %s fails is answered alike, with nothing told of why',
    async (field) => {
      for (const accept of ['application/json', 'application/graphql-response+json'])
        await ways.expectSame(
          postRequest(`query Fails { ${field} categories { name } again: ${field} }`, undefined, { accept }),
        )
    },
  )
})

describe('a query by GET', () => {
  const GET =
    'query Got($id: ID = "tsk_x", $flag: Boolean = true) { task(id: $id) { id } categories @include(if: $flag) { slug } }'

  test('takes the fast path, and is answered identically', async () => {
    await ways.expectSame(getRequest({ query: GET, operationName: 'Got', variables: '{}', extensions: '{"a":1}' }))
    const before = await ways.fastPathCount()
    await ways.expectSame(getRequest({ query: GET }))
    expect((await ways.fastPathCount()) - before).toBe(3)
  })

  test.each([
    { query: GET, variables: '{"flag":false}' },
    { query: GET, variables: '{"flag":null}' },
    { query: GET, variables: '{"id":null}' },
    { query: GET, variables: '{"id":5.5}' },
    { query: GET, variables: 'null' },
    { query: GET, variables: '[]' },
    { query: GET, variables: '{' },
    { query: GET, variables: '"text"' },
    { query: GET, variables: '' },
    { query: GET, extensions: '[]' },
    { query: GET, extensions: '{' },
    { query: GET, operationName: '' },
    { query: GET, operationName: 'Other' },
    { query: GET, more: '1' },
    { query: '' },
    { variables: '{}' },
    { query: '{ nothing }' },
    { query: 'mutation { revokeSession(id: "ses_x") { __typename } }' },
    {
      query: 'query A { categories { slug } } mutation B { revokeSession(id: "ses_x") { __typename } }',
      operationName: 'B',
    },
    {
      query: 'query A { categories { slug } } mutation B { revokeSession(id: "ses_x") { __typename } }',
      operationName: 'A',
    },
    { query: '{ ü: categories { slug } }' },
  ])('with the parameters %o is answered alike', async (parameters) => {
    // By POST first, which may fill the document cache for the GET.
    const { query, operationName } = parameters as { query?: string; operationName?: string }
    await ways.expectSame(postRequest(query ?? '', {}))
    await ways.expectSame({ body: JSON.stringify({ query, operationName }) })
    for (const headers of [undefined, ways.callers[1], {}, { cookie: 'a=b', 'x-errand-csrf': '1' }]) {
      await ways.expectSame(getRequest(parameters as unknown as Record<string, string>, headers))
    }
  })

  test.each(['', '?', '?query', '?query=%7B+__typename+%7D&query=x', '?%zz&query=%7B+__typename+%7D', '#?query=x'])(
    'of the form %s is answered alike',
    async (search) => {
      await ways.expectSame({ search, headers: { 'x-errand-csrf': '1', accept: 'application/json' } })
      await ways.expectSame(postRequest(QUERY))
      // The query string of a POST is ignored.
      const before = await ways.fastPathCount()
      await ways.expectSame({ ...postRequest(QUERY), search })
      expect((await ways.fastPathCount()) - before).toBe(3)
    },
  )
})

describe('a null variable in a non-null position', () => {
  const DIRECTIVE = 'query ($x: Boolean = true) { categories @include(if: $x) { slug } }'
  const BENEATH = 'query ($x: Boolean = true) { tasks(first: 1) { nodes { id title @skip(if: $x) } } }'
  const ARGUMENT = 'query ($id: ID = "tsk_x") { task(id: $id) { id } categories { slug } }'
  const refused = (name: string, type: string, path?: unknown) => ({
    message: `Argument "${name}" of non-null type "${type}" must not be null.`,
    extensions: { code: 'BAD_USER_INPUT' },
    ...(path !== undefined && { path }),
  })

  test.each([
    [
      'fails the operation by a directive on its fields',
      DIRECTIVE,
      { x: null },
      { data: null, errors: [refused('if', 'Boolean!')] },
    ],
    [
      'fails what a directive stands in',
      BENEATH,
      { x: null },
      { errors: [refused('if', 'Boolean!', ['tasks', 'nodes', 0])] },
    ],
    [
      'fails the field whose argument it is',
      ARGUMENT,
      { id: null },
      { data: { task: null, categories: expect.any(Array) }, errors: [refused('id', 'ID!', ['task'])] },
    ],
  ])('%s, as in graphql-js, the first time and every later one', async (_what, query, variables, expected) => {
    for (const sent of [variables, {}, variables]) {
      for (const caller of ways.callers.slice(0, 2)) {
        const { bytes, status } = await ways.expectSame(postRequest(query, sent, caller))
        expect(status).toBe(200)
        if (sent === variables) expect(JSON.parse(bytes)).toMatchObject(expected)
        else expect(JSON.parse(bytes).errors).toBeUndefined()
      }
    }
  })

  test('leaves no state for the fields below it', async () => {
    const query = `query ($x: Boolean = false, $status: [TaskApplicationStatus!], $first: Int) {
      tasks(first: 2) { nodes { id poster @skip(if: $x) { displayName } applications(first: $first, status: $status) { totalCount } } }
    }`
    for (const caller of ways.callers) {
      for (const variables of [{ x: null }, { x: false }, { x: true }, { x: null, first: null }, { status: null }, {}])
        await ways.expectSame(postRequest(query, variables, caller))
    }
  })

  test('is reported with every other problem of the variables', async () => {
    const query =
      'query ($id: ID!, $first: Int, $more: Int!) { task(id: $id) { id applications(first: $first, last: $more) { totalCount } } }'
    const { bytes } = await ways.expectSame(postRequest(query, { id: null, first: 'x' }))
    expect(JSON.parse(bytes).errors.map(({ locations }: { locations: object }) => locations)).toHaveLength(3)
  })
})

describe('a mutation', () => {
  test('is refused identically', async () => {
    const query =
      'mutation Send($input: SendMessageInput!) { sendMessage(input: $input) { __typename ... on Error { code message requestId } } }'
    for (const caller of ways.callers) {
      for (const input of [
        {},
        { chatId: 'tch_x', body: '' },
        { chatId: 'tch_x', body: 'x' },
        { chatId: 'tch_x', body: 5 },
      ])
        await ways.expectSame(postRequest(query, { input }, caller))
    }
  })

  test('is executed once under its key, on both paths', async () => {
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
    const first = JSON.parse((await ways.send(postRequest(query, { input }, ways.callers[1]))).bytes)
    expect(first.data.createTask).toMatchObject({ __typename: 'TaskPayload', replayed: false })
    const again = JSON.parse((await ways.expectSame(postRequest(query, { input }, ways.callers[1]))).bytes)
    expect(again.data.createTask).toEqual({ ...first.data.createTask, replayed: true })
  })
})

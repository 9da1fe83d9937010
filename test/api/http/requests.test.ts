/** Accepted requests, and the headers of every response. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startApp, type TestApp } from '../../support/servers/app.ts'
import { codesOf, post, resultOf, sendRaw } from '../../support/servers/http.ts'

const QUERY = '{ categories { name } }'
const LISTED = 'https://app.example.com'
const MEGABYTE = 1_000_000

let app: TestApp
let url: string

beforeAll(async () => {
  app = await startApp({ corsOrigins: [LISTED, 'https://other.example.com'] })
  url = await app.listen()
})
afterAll(async () => {
  await app.stop()
})

const get = (query: string, headers: Record<string, string> = { 'x-errand-csrf': '1' }) =>
  fetch(`${url}/graphql?query=${encodeURIComponent(query)}`, { headers }).then(resultOf)

describe('a request', () => {
  test('is answered by POST', async () => {
    const answer = await post(url, { query: QUERY })
    expect(answer.status).toBe(200)
    expect(answer.body.data?.categories).toContainEqual({ name: 'Cleaning' })
  })

  test('is answered by GET if it is a query', async () => {
    expect((await get(QUERY)).body.data?.categories).toContainEqual({ name: 'Cleaning' })
  })

  test('is refused by GET if it is a mutation', async () => {
    const answer = await get('mutation { revokeSession(id: "ses_x") { __typename } }')
    expect(answer.status).toBe(405)
    expect(codesOf(answer)).toEqual(['BAD_REQUEST'])
  })

  test.each([
    ['is cut off', '{"query": "{ categories'],
    ['is no JSON', 'query=x'],
    ['is not UTF-8', new Uint8Array([0x22, 0xff, 0xfe, 0x22])],
    ['is empty', ''],
    ['is null', 'null'],
    ['is a text', '"{ categories { name } }"'],
    ['has no query', '{}'],
    ['has a query that is no text', '{"query": {"a": 1}}'],
    ['has variables that are a list', '{"query": "{ __typename }", "variables": []}'],
    ['has a field that nobody knows', '{"query": "{ __typename }", "more": 1}'],
    ['is a batch', JSON.stringify([{ query: QUERY }, { query: QUERY }])],
  ])('whose body %s is a bad request', async (_what, body) => {
    const answer = await post(url, { query: QUERY }, { body: body as BodyInit })
    expect(answer.status).toBe(400)
    expect(codesOf(answer)).toEqual(['BAD_REQUEST'])
  })

  test('with variables in the URL that are not JSON is a bad request', async () => {
    const response = await fetch(`${url}/graphql?query=${encodeURIComponent(QUERY)}&variables={`, {
      headers: { 'x-errand-csrf': '1' },
    })
    const answer = await resultOf(response)
    expect(answer.status).toBe(400)
    expect(codesOf(answer)).toEqual(['BAD_REQUEST'])
  })

  test('may have a megabyte, but not one byte more', async () => {
    const head = '{"query":"{ __typename }","variables":{"a":"'
    const fill = (bytes: number) => `${head}${'a'.repeat(bytes - head.length - 3)}"}}`
    expect((await post(url, { query: QUERY }, { body: fill(MEGABYTE) })).status).toBe(200)
    const answer = await post(url, { query: QUERY }, { body: fill(MEGABYTE + 1) })
    expect(answer.status).toBe(413)
    expect(codesOf(answer)).toEqual(['BAD_REQUEST'])
  })

  test('of unknown length is read up to a megabyte', async () => {
    let sent = 0
    const endless = new ReadableStream({
      pull(controller) {
        sent += 65_536
        if (sent > 40 * MEGABYTE) controller.close()
        else controller.enqueue(new Uint8Array(65_536).fill(0x20))
      },
    })
    const answer = await post(url, { query: QUERY }, { body: endless })
    expect(answer.status).toBe(413)
    expect(sent).toBeLessThan(20 * MEGABYTE)
    expect((await post(url, { query: QUERY })).status).toBe(200)
  })

  test('with another method is refused with the allowed ones', async () => {
    const response = await fetch(`${url}/graphql`, { method: 'PUT', headers: { 'content-type': 'application/json' } })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('GET, POST')
  })

  test('to an unknown path is not found, in JSON', async () => {
    const answer = await resultOf(await fetch(`${url}/etc/passwd?x=1`))
    expect(answer.status).toBe(404)
    expect(codesOf(answer)).toEqual(['NOT_FOUND'])
  })
})

describe('a page of another site', () => {
  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'cannot send %s',
    async (type) => {
      const answer = await post(url, { query: QUERY }, { headers: { 'content-type': type } })
      expect(answer.status).toBe(403)
      expect(codesOf(answer)).toEqual(['BAD_REQUEST'])
    },
  )

  test('cannot send a query by GET with cookies', async () => {
    expect((await get(QUERY, { cookie: 'session=1' })).status).toBe(403)
    expect((await get(QUERY, { cookie: 'session=1', 'sec-fetch-site': 'same-site' })).status).toBe(403)
    expect((await get(QUERY, { cookie: 'session=1', 'sec-fetch-site': 'same-origin' })).status).toBe(200)
    expect((await get(QUERY, { cookie: 'session=1', 'x-errand-csrf': '1' })).status).toBe(200)
    expect((await get(QUERY, {})).status).toBe(200)
  })

  test('cannot send a mutation by GET', async () => {
    for (const headers of [{}, { cookie: 'session=1', 'x-errand-csrf': '1' }])
      expect((await get('mutation { revokeSession(id: "ses_x") { __typename } }', headers)).status).toBe(405)
  })

  test('learns which header is missing', async () => {
    const refused = [
      await post(url, { query: QUERY }, { headers: { 'content-type': 'text/plain' } }),
      await get(QUERY, { cookie: 'session=1' }),
    ]
    for (const { body } of refused) expect(body.errors?.[0]?.message).toContain('x-errand-csrf')
  })

  test('cannot send a form even with the CSRF header', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded', 'x-errand-csrf': '1' }
    const answer = await post(url, { query: QUERY }, { headers, body: `query=${encodeURIComponent(QUERY)}` })
    expect(answer.status).toBe(415)
  })

  test('may read responses only if its origin is listed', async () => {
    const allowed = async (origin: string) =>
      (await post(url, { query: QUERY }, { headers: { origin } })).headers.get('access-control-allow-origin')
    expect(await allowed(LISTED)).toBe(LISTED)
    expect(await allowed('https://evil.example.com')).toBeNull()
    expect(await allowed('null')).toBeNull()
  })

  test('passes the preflight only if its origin is listed', async () => {
    const ask = async (origin: string) => {
      const { status, headers } = await fetch(`${url}/graphql`, {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'content-type,authorization',
        },
      })
      return [status, headers.get('access-control-allow-origin'), headers.get('access-control-allow-headers')]
    }
    expect(await ask(LISTED)).toEqual([204, LISTED, 'content-type,authorization'])
    expect(await ask('https://evil.example.com')).toEqual([204, null, null])
  })
})

describe('every response', () => {
  const SECURITY = {
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'cache-control': 'no-store',
  }

  test.each(['/graphql', '/health/live', '/nothing'])(
    'at %s has the security headers and a request id',
    async (path) => {
      const { headers } = await fetch(url + path)
      expect(Object.fromEntries(headers)).toMatchObject(SECURITY)
      expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
      expect(headers.get('x-powered-by')).toBeNull()
    },
  )

  test('has the request id of the client if it is well formed', async () => {
    const idOf = async (id: string) =>
      (await post(url, { query: '{ nothing }' }, { headers: { 'x-request-id': id } })).body.errors?.[0]?.extensions
        .requestId
    expect(await idOf('checkout-2026.11_25')).toBe('checkout-2026.11_25')
    expect(await idOf('short')).toMatch(/^[0-9a-f-]{36}$/)
    expect(await idOf(`"},"level":60,"x":"${'a'.repeat(20)}`)).toMatch(/^[0-9a-f-]{36}$/)
  })
})

describe('a client that stops sending', () => {
  test('in the headers or in the body is disconnected', async () => {
    const head = 'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n'
    const answers = await Promise.all([sendRaw(url, head), sendRaw(url, `${head}content-length: 500\r\n\r\n{"query"`)])
    for (const answer of answers) expect(answer).toMatch(/^HTTP\/1.1 408 /)
    expect((await post(url, { query: QUERY })).status).toBe(200)
  })
})

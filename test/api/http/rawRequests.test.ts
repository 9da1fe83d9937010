/** Raw requests: each gets a JSON response without internal details, and the server keeps running. */
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { makeHttpServer } from '../../../src/http/server.ts'
import { yogaRoute } from '../../../src/http/yogaRoute.ts'
import { type Person, person } from '../../support/people.ts'
import { seededRandom } from '../../support/seededRandom.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'
import { post } from '../../support/servers/http.ts'
import {
  bytesOf,
  exchange,
  firstResponse,
  postOf,
  type RawRequest,
  type RawResponse,
  responseTo,
} from '../../support/servers/rawRequests.ts'
import { CONTENT_TYPE, files, upload, uploadForm } from '../../support/uploads.ts'

const QUERY = '{ categories { slug } }'
const NEW_TO_THE_LANE = '{ apiInfo { version } }'
const CSRF = 'x-errand-csrf: 1'
const LISTED = 'https://app.example.com'

let app: TestApp
let url: string
let anna: Person
let download: string

beforeAll(async () => {
  app = await startApp({ fastPath: true, corsOrigins: [LISTED] })
  url = await app.listen()
  anna = await person(app, 'Anna')
  const { pathname, search } = new URL((await upload(url, anna, files.png())).attachment.url)
  download = pathname + search
  await post(url, { query: QUERY })
  app.logLines.length = 0
})
afterEach(() => {
  // A bad request is not logged as an error.
  expect(app.logLines.filter(({ level }) => Number(level) >= 40)).toEqual([])
})
afterAll(async () => {
  await app.stop()
})

/** Expects an error response of the server with all of its fields and headers. */
function expectRefusal(answer: RawResponse | undefined, status: number, code = 'BAD_REQUEST'): void {
  expect(answer).toMatchObject({
    status,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'x-request-id': expect.stringMatching(/^[\w.-]{8,}$/),
    },
  })
  const { errors } = JSON.parse(answer?.body ?? '')
  expect(errors).toMatchObject([{ extensions: { code, requestId: answer?.headers['x-request-id'], retryable: false } }])
  expect(answer?.body).not.toMatch(/\bat .*:\d+:\d+|node_modules|\/src\//)
}

const query = (text: string) => `/graphql?query=${encodeURIComponent(text)}`

/** A request for every route and path. */
const WAYS: Record<string, RawRequest> = {
  'POST, by a document that is known': {
    method: 'POST',
    headers: ['Content-Type: application/json'],
    body: JSON.stringify({ query: QUERY }),
  },
  'POST, by a new document': {
    method: 'POST',
    headers: ['Content-Type: application/json'],
    body: JSON.stringify({ query: NEW_TO_THE_LANE }),
  },
  GET: { target: query(QUERY) },
  'an upload': {
    method: 'POST',
    headers: [`Content-Type: ${CONTENT_TYPE}`, CSRF],
    body: uploadForm(files.png()),
  },
  'a download': { target: '/files/' },
  'a webhook': { method: 'POST', target: '/webhooks/payments', body: '{}' },
  health: { target: '/health/live' },
  metrics: { target: '/metrics' },
  'the schema': { target: '/schema.graphql' },
  GraphiQL: { headers: ['Accept: text/html'] },
  'an unknown address': { target: '/nothing' },
}
const ways = Object.entries(WAYS)

describe('an invalid host', () => {
  test.each(ways)('is refused: %s', async (_way, request) => {
    for (const host of [
      'foo|bar',
      'a b',
      'a/b',
      'a?b',
      'a@b',
      'a#b',
      '%',
      '[::1',
      '[::1]:99999',
      'x:99999',
      '<x>',
      '\xff',
    ])
      expectRefusal(await responseTo(url, bytesOf({ ...request, host })), 400)
  })

  test.each(ways)('is refused, and so are two hosts or none: %s', async (_way, request) => {
    const headers = [...(request.headers ?? []), 'hOST: other']
    expectRefusal(await responseTo(url, bytesOf({ ...request, headers })), 400)
    expectRefusal(await responseTo(url, bytesOf({ ...request, host: undefined })), 400)
  })

  test('is not required in HTTP/1.0; an empty one and every kind of name or address are accepted', async () => {
    for (const request of [
      bytesOf({ target: query(QUERY), host: undefined, version: '1.0' }),
      postOf(QUERY, { host: '' }),
    ])
      expect((await responseTo(url, request)).status).toBe(200)
    for (const host of [
      'errand.example',
      'errand:4000',
      'errand:',
      '[::1]:4000',
      '127.0.0.1',
      'a_b.c',
      'xn--bcher-kva.example',
    ])
      expect([host, (await responseTo(url, bytesOf({ target: query(NEW_TO_THE_LANE), host }))).status]).toEqual([
        host,
        200,
      ])
  })
})

describe('a target', () => {
  test('may be an absolute URL, as sent to proxies', async () => {
    const requests: Record<string, RawRequest> = {
      ...WAYS,
      'a download': { target: download },
      'an upload': {
        ...WAYS['an upload'],
        headers: [`Content-Type: ${CONTENT_TYPE}`, `Authorization: Bearer ${anna.accessToken}`],
      },
    }
    for (const [way, request] of Object.entries(requests)) {
      const expected = await responseTo(url, bytesOf(request))
      for (const origin of ['http://errand', 'HTTP://127.0.0.1:4000', 'https://api.example.com']) {
        const target = origin + (request.target ?? '/graphql')
        // The header is ignored then, even if it is invalid.
        const answer = await responseTo(url, bytesOf({ ...request, target, host: 'foo|bar' }))
        expect([way, target, answer.status]).toEqual([way, target, expected.status])
      }
    }
    expect((await responseTo(url, bytesOf({ target: 'http://errand' }))).headers.location).toBe('/graphql')
    expect((await responseTo(url, bytesOf({ target: 'http://errand?x=1' }))).status).toBe(302)
  })

  test('is refused if the absolute URL has no valid host', async () => {
    for (const target of [
      'http://',
      'http:///graphql',
      'http://foo|bar/graphql',
      'http://a@b/graphql',
      'http://x:99999/',
    ])
      expectRefusal(await responseTo(url, bytesOf({ target })), 400)
  })

  test('is not found if it is unknown, in every notation', async () => {
    const targets = [
      '*',
      '/graphql/',
      '//graphql',
      '/graphql;a=b',
      '/%67raphql',
      '/./graphql',
      '/x/../graphql',
      'ftp://errand/graphql',
    ]
    for (const target of [...targets, '/graphql#a', '/files/%', '/files/..%2f..%2fetc/passwd', '/%00'])
      expectRefusal(await responseTo(url, bytesOf({ target, headers: [CSRF] })), 404, 'NOT_FOUND')
  })
})

describe('a method', () => {
  test.each([
    ['/graphql', 'GET, POST', ['HEAD', 'PUT', 'DELETE', 'PATCH', 'TRACE', 'PROPFIND']],
    ['/files/x', 'GET, HEAD', ['POST', 'PUT', 'DELETE']],
    ['/webhooks/payments', 'POST', ['GET', 'HEAD', 'PUT']],
    ['/health/live', 'GET, HEAD', ['POST', 'DELETE', 'TRACE']],
    ['/health/ready', 'GET, HEAD', ['POST']],
    ['/metrics', 'GET, HEAD', ['POST']],
    ['/schema.graphql', 'GET, HEAD', ['POST']],
    ['/', 'GET, HEAD', ['POST', 'PUT']],
  ])('that %s does not take is told which ones it takes', async (target, allow, methods) => {
    for (const method of methods) {
      const answer = await responseTo(url, bytesOf({ method, target, headers: ['Content-Type: application/json'] }))
      expect([answer.status, answer.headers.allow]).toEqual([405, allow])
      if (method !== 'HEAD') expectRefusal(answer, 405)
    }
    const options = await responseTo(url, bytesOf({ method: 'OPTIONS', target }))
    expect(options.status).toBe(204)
  })

  test('HEAD gets the headers and no body', async () => {
    for (const target of ['/health/live', '/metrics', '/schema.graphql', download]) {
      const answer = await responseTo(url, bytesOf({ method: 'HEAD', target }))
      expect([target, answer.status, answer.body]).toEqual([target, 200, ''])
    }
  })
})

describe('a request that the parser of Node.js rejects', () => {
  const json = JSON.stringify({ query: QUERY })
  test.each<[string, number, Buffer]>([
    ['a method that nobody knows', 400, bytesOf({ method: 'FOO' })],
    ['another protocol', 400, Buffer.from('16030100c4010000c00303', 'hex')],
    ['the preface of HTTP/2', 400, Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')],
    ['two lengths', 400, postOf(QUERY, { headers: [`Content-Length: ${json.length}`, 'Content-Length: 5'] })],
    ['a length below zero', 400, postOf(QUERY, { headers: ['Content-Length: -1'] })],
    ['a length in another notation', 400, postOf(QUERY, { headers: ['Content-Length: 1e3'] })],
    ['a length with a sign', 400, postOf(QUERY, { headers: ['Content-Length: +5'] })],
    ['a length that no number holds', 400, postOf(QUERY, { headers: ['Content-Length: 99999999999999999999'] })],
    ['a length beside chunks', 400, postOf(QUERY, { headers: ['Content-Length: 5', 'Transfer-Encoding: chunked'] })],
    ['chunks beside a length', 400, postOf(QUERY, { headers: ['Transfer-Encoding: chunked', 'Content-Length: 5'] })],
    ['chunks that are coded again', 400, postOf(QUERY, { headers: ['Transfer-Encoding: chunked, identity'] })],
    ['an encoding of the transfer that is none', 400, postOf(QUERY, { headers: ['Transfer-Encoding: xchunked'] })],
    ['a chunk without a length', 400, postOf(QUERY, { headers: ['Transfer-Encoding: chunked'], body: 'zz\r\n' })],
    ['a header over two lines', 400, postOf(QUERY, { headers: ['X-A: b', ' c'] })],
    ['a header with a space before its colon', 400, postOf(QUERY, { headers: ['Transfer-Encoding : chunked'] })],
    ['a header with a zero byte', 400, postOf(QUERY, { headers: ['X-A: a\0b'] })],
    ['a header with a carriage return', 400, postOf(QUERY, { headers: ['X-A: a\rb'] })],
    ['lines that end with a line feed alone', 400, Buffer.from(postOf(QUERY).toString().replaceAll('\r\n', '\n'))],
    ['a target that is not ASCII', 400, bytesOf({ target: '/\xff' })],
    ['an expectation that nobody can meet', 417, postOf(QUERY, { headers: ['Expect: wonders'] })],
    ['a long header', 431, postOf(QUERY, { headers: [`X-A: ${'a'.repeat(20_000)}`] })],
    ['many headers', 431, postOf(QUERY, { headers: Array.from({ length: 3_000 }, (_, index) => `X${index}:a`) })],
    ['a long target', 431, bytesOf({ target: query('a'.repeat(100_000)) })],
  ])('such as %s is answered like every other error', async (_what, status, bytes) => {
    expectRefusal(await responseTo(url, bytes), status)
  })

  test('is counted', async () => {
    await responseTo(url, bytesOf({ method: 'FOO' }))
    const metrics = (await responseTo(url, bytesOf({ target: '/metrics' }))).body
    expect(metrics).toMatch(/route="none",status="400"/)
  })
})

describe('a body', () => {
  test('may be chunked, have a trailer, and follow 100-continue', async () => {
    const json = JSON.stringify({ query: QUERY })
    const chunks = `${json.length.toString(16)};a=b\r\n${json}\r\n0\r\nX-A: b\r\n\r\n`
    expect(
      (await responseTo(url, postOf(QUERY, { headers: ['Transfer-Encoding: chunked'], body: chunks }))).status,
    ).toBe(200)
    const received = await exchange(url, postOf(QUERY, { headers: ['Expect: 100-continue'] }))
    expect(received).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK\r\n/)
  })

  test('with an unsupported encoding is refused, for a cached and for a new document', async () => {
    for (const text of [QUERY, '{ apiInfo { __typename } }']) {
      expectRefusal(await responseTo(url, postOf(text, { headers: ['Content-Encoding: gzip'] })), 415)
      expect((await responseTo(url, postOf(text, { headers: ['Content-Encoding: identity'] }))).status).toBe(200)
    }
  })

  test('that is not needed affects neither the connection nor the next request', async () => {
    const unwanted: RawRequest[] = [
      { method: 'POST', target: '/nothing', body: 'x'.repeat(50_000) },
      { method: 'PUT', target: '/files/x', body: 'x'.repeat(50_000) },
      { method: 'POST', target: '/health/live', body: 'x' },
      { target: query(QUERY), body: 'x'.repeat(50_000) },
      { method: 'POST', host: 'foo|bar', body: 'x'.repeat(50_000) },
      { method: 'POST', headers: ['Content-Type: application/json'], body: '{' },
      { method: 'POST', headers: ['Content-Type: text/plain'], body: 'x'.repeat(50_000) },
      { method: 'GET', headers: ['Transfer-Encoding: chunked'], target: query(QUERY), body: '3\r\nabc\r\n0\r\n\r\n' },
    ]
    for (const request of unwanted) {
      const received = await exchange(url, Buffer.concat([bytesOf({ ...request, keepAlive: true }), postOf(QUERY)]))
      const second = received.slice(received.lastIndexOf('HTTP/1.1 '))
      expect([request, received.match(/HTTP\/1\.1 \d{3}/g)?.length]).toEqual([request, 2])
      expect(firstResponse(second)?.status).toBe(200)
    }
  })
})

describe('a response', () => {
  test('in a media type that the client does not accept becomes a JSON error', async () => {
    for (const accept of ['image/png', 'text/html;q=0', ',;;='])
      for (const text of [QUERY, NEW_TO_THE_LANE])
        expectRefusal(await responseTo(url, postOf(text, { headers: [`Accept: ${accept}`] })), 406)
  })

  test('as event stream or multipart closes the connection if the client requests it', async () => {
    for (const accept of ['text/event-stream', 'multipart/mixed']) {
      const answer = await responseTo(url, postOf(QUERY, { headers: [`Accept: ${accept}`] }))
      expect([answer.status, answer.headers.connection]).toEqual([200, 'close'])
    }
  })

  test('that is an error has CORS headers, too', async () => {
    const origin = `Origin: ${LISTED}`
    const requests = [
      bytesOf({ target: '/files/x', headers: [origin] }),
      postOf('{', { headers: [origin] }),
      postOf(QUERY, { headers: [origin, 'Authorization: Bearer x'] }),
      bytesOf({ method: 'PUT', headers: [origin] }),
    ]
    for (const request of requests)
      expect((await responseTo(url, request)).headers['access-control-allow-origin']).toBe(LISTED)
  })

  test('to a bad token has www-authenticate', async () => {
    for (const text of [QUERY, NEW_TO_THE_LANE]) {
      const answer = await responseTo(url, postOf(text, { headers: ['Authorization: Bearer x'] }))
      expect([answer.status, answer.headers['www-authenticate']]).toEqual([401, 'Bearer'])
    }
  })
})

describe('an error outside of every hook', () => {
  const troubles = () => app.logLines.filter(({ level }) => Number(level) >= 40)

  test('in the adapter of Yoga is masked, and logged once with the request id', async () => {
    const server = makeHttpServer({
      routes: new Map([
        [
          '/graphql',
          (request, response, arrival) => {
            // Changed after the check of the host, so that constructing a URL fails.
            request.headers.host = 'foo|bar'
            return yogaRoute(app.yoga)(request, response, arrival)
          },
        ],
      ]),
      trustProxyHops: 0,
      log: app.log,
      onAnswer: () => {},
    })
    const address = await server.listen({ host: '127.0.0.1', port: 0 })
    for (const request of [postOf(QUERY), bytesOf({ target: query(QUERY) }), bytesOf(WAYS['an upload'] ?? {})]) {
      const answer = await responseTo(address, request)
      expectRefusal(answer, 500, 'INTERNAL')
      expect(troubles()).toMatchObject([{ level: 50, code: 'INTERNAL', requestId: answer.headers['x-request-id'] }])
      app.logLines.length = 0
    }
    await server.stop(0)
  })

  test('in a webhook is masked, logged once with the request id, and retried by the provider', async () => {
    const { payments } = app.work
    const failing = vi.spyOn(payments, 'readWebhook').mockRejectedValue(new Error('The provider is a riddle.'))
    const answer = await responseTo(url, bytesOf({ method: 'POST', target: '/webhooks/payments', body: '{}' }))
    failing.mockRestore()
    expectRefusal(answer, 500, 'INTERNAL')
    expect(troubles()).toMatchObject([{ level: 50, code: 'INTERNAL', requestId: answer.headers['x-request-id'] }])
    app.logLines.length = 0
  })
})

describe('mutated requests', () => {
  const ODD = [
    '\0',
    '\r',
    '\n',
    '\r\n',
    ':',
    ' ',
    '%',
    '|',
    '\xff',
    '{',
    '"',
    '\\',
    ';',
    '=',
    ',',
    '-1',
    '99999999999',
    '/../',
    'é',
  ]

  test.each([1, 2, 3, 4])('get a response without internal details, or none (seed %i)', async (seed) => {
    const random = seededRandom(seed)
    const below = (limit: number) => Math.floor(random() * limit)
    const change = (bytes: Buffer): Buffer => {
      const at = below(bytes.length)
      const odd = Buffer.from(ODD[below(ODD.length)] ?? '', 'latin1')
      const length = below(4)
      const kind = below(4)
      if (kind === 0) return Buffer.concat([bytes.subarray(0, at), odd, bytes.subarray(at)])
      if (kind === 1) return Buffer.concat([bytes.subarray(0, at), odd, bytes.subarray(at + length)])
      if (kind === 2) return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)])
      const line = bytes.subarray(at, bytes.indexOf('\n', at) + 1)
      return Buffer.concat([bytes.subarray(0, at), line, bytes.subarray(at)])
    }
    const sent = Array.from({ length: 20 }, () => ways)
      .flat()
      .map(([way, request]) => {
        let bytes = bytesOf(request)
        for (let count = below(3); count >= 0; count--) bytes = change(bytes)
        return { bytes, words: `${way}: ${bytes.toString('latin1').slice(0, 300)}` }
      })
    await Promise.all(
      sent.map(async ({ bytes, words }) => {
        const answer = firstResponse(await exchange(url, bytes, { maybeWhole: true }))
        if (!answer) return
        expect(answer.status, words).toBeLessThan(500)
        expect(answer.body, words).not.toMatch(/\bat .*:\d+:\d+\)?$|node_modules/m)
        if (answer.status >= 400 && answer.body) expect(JSON.parse(answer.body).errors, words).toBeDefined()
        expect(answer.headers['x-request-id'], words).toBeDefined()
      }),
    )
    expect((await post(url, { query: QUERY })).status).toBe(200)
  })
})

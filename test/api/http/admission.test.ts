/** Authentication, the request budget, and how soon an ended session is refused. */
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { signAccessToken } from '../../../src/accounts/sessions/accessToken.ts'
import { BUDGETS } from '../../../src/cache/rateLimits.ts'
import { type Person, person } from '../../support/people.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'
import { codesOf, type HttpResult, post } from '../../support/servers/http.ts'

const VIEWER = '{ viewer { user { displayName } } }'
const CREATE = `mutation { updateProfile(input: { displayName: "Anna B." }) { __typename ... on UnauthenticatedError { code } } }`
const REFUSED_WITHIN_MS = 5_000
const POLL_MS = 100

let app: TestApp
let url: string
let anna: Person

beforeAll(async () => {
  app = await startApp({ rateLimits: true, trustProxyHops: 1 })
  url = await app.listen()
  anna = await person(app, 'Anna')
})
afterAll(async () => {
  await app.stop()
})

const as = (token: string, query = VIEWER): Promise<HttpResult> =>
  post(url, { query }, { headers: { authorization: `Bearer ${token}` } })
const from = (address: string, query = VIEWER): Promise<HttpResult> =>
  post(url, { query }, { headers: { 'x-forwarded-for': address } })
const spendAllBut = async (rest: number, key: string) => {
  for (let spent = rest; spent < BUDGETS.request.points; spent++) await app.services.rateLimits.spend('request', key)
}

describe('a token', () => {
  test('identifies the caller', async () => {
    expect((await as(anna.accessToken)).body.data).toEqual({ viewer: { user: { displayName: 'Anna' } } })
  })

  test('may be absent or empty, as in the header editor of GraphiQL', async () => {
    expect((await from('192.0.2.1')).body.data).toEqual({ viewer: null })
    expect((await as('')).body.data).toEqual({ viewer: null })
  })

  const claims = () => ({ userId: anna.uuid, sessionId: anna.sessionId })
  const soon = () => new Date(Date.now() + 60_000)
  test.each([
    ['is no token', async () => 'x.y.z'],
    ['is signed by somebody else', () => signAccessToken(new Uint8Array(32), claims(), soon())],
    ['has expired', () => signAccessToken(app.authSecret, claims(), new Date(Date.now() - 1_000))],
    [
      'is of another person’s session',
      async () => {
        const ben = await person(app, 'Ben')
        return signAccessToken(app.authSecret, { ...claims(), userId: ben.uuid }, soon())
      },
    ],
    [
      'has a session that never existed',
      () => signAccessToken(app.authSecret, { ...claims(), sessionId: crypto.randomUUID() }, soon()),
    ],
    ['is longer than any of ours', async () => `${anna.accessToken}.${'a'.repeat(2_000)}`],
  ])('that %s is refused, and not taken for nobody', async (_what, makeToken) => {
    const token = await makeToken()
    const answer = await as(token)
    expect([answer.status, ...codesOf(answer)]).toEqual([401, 'UNAUTHENTICATED'])
    expect((await as(token, CREATE)).body.data).toEqual({
      updateProfile: { __typename: 'UnauthenticatedError', code: 'UNAUTHENTICATED' },
    })
  })

  test('with another scheme is refused', async () => {
    const answer = await post(url, { query: VIEWER }, { headers: { authorization: 'Basic YTpi' } })
    expect([answer.status, ...codesOf(answer)]).toEqual([401, 'UNAUTHENTICATED'])
  })

  test('that is invalid opens no subscription', async () => {
    const answer = await as('x.y.z', 'subscription { events { __typename } }')
    expect([answer.status, ...codesOf(answer)]).toEqual([401, 'UNAUTHENTICATED'])
  })

  test.each([
    [
      'its session is revoked',
      (who: Person) =>
        app.database.run`/* testRevoke */ update sessions set revoked_at = now() where id = ${who.sessionId}`,
    ],
    [
      'its account is suspended',
      (who: Person) => app.database.run`/* testSuspend */ update users set suspended_at = now() where id = ${who.uuid}`,
    ],
  ])('is refused within five seconds after %s', async (_what, end) => {
    const carla = await person(app, 'Carla')
    expect((await as(carla.accessToken)).status).toBe(200)
    const deadline = Date.now() + REFUSED_WITHIN_MS
    await end(carla)
    let answer = await as(carla.accessToken)
    while (answer.status === 200 && Date.now() < deadline) {
      await pause(POLL_MS)
      answer = await as(carla.accessToken)
    }
    expect([answer.status, ...codesOf(answer)]).toEqual([401, 'UNAUTHENTICATED'])
  })
})

describe('the budget of all requests', () => {
  const LEFT = '{ rateLimit { cost limit remaining resetAt } }'

  test('can be read', async () => {
    const dora = await person(app, 'Dora')
    await as(dora.accessToken)
    const answer = await as(dora.accessToken, LEFT)
    expect(answer.body.data?.rateLimit).toMatchObject({ cost: 1, limit: 600, remaining: 598 })
  })

  test('counts per person, and refuses the whole request when it is spent', async () => {
    const emil = await person(app, 'Emil')
    await spendAllBut(1, emil.uuid)
    expect((await as(emil.accessToken)).status).toBe(200)
    const answer = await as(emil.accessToken, CREATE)
    expect(answer.status).toBe(429)
    expect(answer.body).not.toHaveProperty('data')
    expect(answer.body.errors?.[0]?.extensions).toMatchObject({
      code: 'RATE_LIMITED',
      retryable: true,
      retryAfter: expect.stringMatching(/^PT[1-6]?\dS$/),
    })
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await as(anna.accessToken)).status).toBe(200)
  })

  test('counts per address for anonymous callers, from the header of a trusted proxy', async () => {
    await spendAllBut(0, '198.51.100.7')
    expect((await from('198.51.100.7')).status).toBe(429)
    expect((await from('203.0.113.9, 198.51.100.7')).status).toBe(429)
    expect((await from('198.51.100.7, 203.0.113.9')).status).toBe(200)
  })

  test('is shared by an IPv6 network', async () => {
    await spendAllBut(0, '2001:db8:0:1::/64')
    expect((await from('2001:db8:0:1:aaaa::1')).status).toBe(429)
    expect((await from('2001:db8::1:bbbb:0:0:2')).status).toBe(429)
    expect((await from('2001:db8:0:2::1')).status).toBe(200)
  })

  test.each([
    ['with a port', '203.0.113.21', ['203.0.113.21:1234', '203.0.113.21']],
    ['in the form of IPv6, by digits or by points', '203.0.113.22', ['::ffff:cb00:7116', '::FFFF:203.0.113.22']],
    ['in brackets with a port, as IPv4 in IPv6', '203.0.113.23', ['[::ffff:203.0.113.23]:65535', '"203.0.113.23:80"']],
    [
      'of IPv6 in brackets',
      '2001:db8:3:4::/64',
      ['[2001:db8:3:4::1]:443', '[2001:DB8:3:4:0:0:0:2]', '"[2001:db8:3:4::3]:1"'],
    ],
    ['of IPv6 with a zone', '2001:db8:5:6::/64', ['2001:db8:5:6::1%eth0', '[2001:db8:5:6::2%25en0]:80']],
    ['of a machine of the same link', 'fe80::7', ['fe80::7%eth0', '[fe80::7]:443']],
  ])('is that of an address that a proxy writes %s', async (_how, key, spellings) => {
    const neighbour = '203.0.113.20'
    await spendAllBut(0, key)
    for (const spelling of spellings) {
      expect([spelling, (await from(spelling)).status]).toEqual([spelling, 429])
      expect([spelling, (await from(`${neighbour}, ${spelling}`)).status]).toEqual([spelling, 429])
      expect([spelling, (await from(`${spelling}, ${neighbour}`)).status]).toEqual([spelling, 200])
    }
    if (key.startsWith('fe80')) expect((await from('fe80::8%eth0')).status).toBe(200)
  })

  test('counts against the proxy if its header has no address', async () => {
    // Earlier tests have spent some of it.
    await spendAllBut(0, '127.0.0.1').catch(() => {})
    for (const junk of [
      'unknown',
      '_hidden',
      '1',
      '0x7f.1',
      '256.1.1.1',
      '1.2.3',
      '[1.2.3.4',
      '1::2::3',
      '1.2.3.4:99999999',
      'é',
      '-',
    ])
      expect([junk, (await from(junk)).status]).toEqual([junk, 429])
    expect((await from('203.0.113.24')).status).toBe(200)
  })
})

/** Outages of the database: every request gets a typed error at once, and the server recovers by itself. */
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pino from 'pino'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { migrate } from '../../src/db/migrate.ts'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/embeddedPostgres/embedded.ts'
import '../support/inputs/edgeProbe.graphql.ts'
import { type Person, person } from '../support/people.ts'
import { startAppOn, type TestApp } from '../support/servers/app.ts'
import { type BreakableProxy, startProxy } from '../support/servers/breakableProxy.ts'
import { codesOf, type HttpResult, post } from '../support/servers/http.ts'

const CONDITION_WAIT_MS = 20_000
const POLL_MS = 50
const CATEGORIES = '{ categories { name } }'
const CHANGE = 'mutation { updateProfile(input: { displayName: "Anna B." }) { __typename } }'

let folder: string
let postgres: EmbeddedPostgres
let proxy: BreakableProxy
let app: TestApp
let url: string
let anna: Person
let ben: Person

const startPostgres = () =>
  startEmbeddedPostgres({ dataDirectory: join(folder, 'postgres'), log: pino({ level: 'silent' }), durable: false })
const portOf = (connectionString: string) => Number(new URL(connectionString).port)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'errand-outage-'))
  await chmod(folder, 0o711) // When root runs the tests, PostgreSQL runs as another user, who must reach its data.
  postgres = await startPostgres()
  await migrate(postgres.connectionString)
  proxy = await startProxy(portOf(postgres.connectionString))
  app = await startAppOn(postgres.connectionString.replace(/:\d+\//, `:${proxy.port}/`))
  url = await app.listen()
  anna = await person(app, 'Anna')
  ben = await person(app, 'Ben')
})
afterEach(async () => {
  proxy.silence(false)
})
afterAll(async () => {
  await app.stop()
  await proxy.stop()
  await postgres.stop()
  await rm(folder, { recursive: true, force: true })
})

const asAnna = (query: string): Promise<HttpResult> =>
  post(url, { query }, { headers: { authorization: `Bearer ${anna.accessToken}` } })

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + CONDITION_WAIT_MS
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`It did not happen that ${what}.`)
    await pause(POLL_MS)
  }
}

const isReady = async () => (await fetch(`${url}/health/ready`)).ok

/** Expects the error UNAVAILABLE, whether or not the operation had started. */
async function expectUnavailable(answer: HttpResult): Promise<void> {
  expect(codesOf(answer)).toEqual(['UNAVAILABLE'])
  expect(answer.body.errors?.[0]?.extensions).toMatchObject({
    retryable: true,
    requestId: answer.headers.get('x-request-id'),
  })
  expect(JSON.stringify(answer.body)).not.toMatch(/ECONN|127\.0\.0\.1|select|terminat/i)
}

test('while the database is stopped, requests get an error; afterwards they succeed again', async () => {
  expect((await asAnna(CHANGE)).body.data).toMatchObject({ updateProfile: { __typename: 'ProfilePayload' } })
  await postgres.stop()
  await until('the server is not ready', async () => !(await isReady()))
  for (const query of [CATEGORIES, CHANGE]) await expectUnavailable(await asAnna(query))
  await expectUnavailable(await post(url, { query: CATEGORIES }))
  expect((await post(url, { query: '{ apiInfo { version } }' })).body.errors).toBeUndefined()
  expect((await fetch(`${url}/health/live`)).ok).toBe(true)
  // A request whose session is not cached gets 503. Without a token, only the fields that need the database fail.
  for (const accept of ['application/json', 'application/graphql-response+json']) {
    const refused = await post(
      url,
      { query: CATEGORIES },
      { headers: { authorization: `Bearer ${ben.accessToken}`, accept } },
    )
    await expectUnavailable(refused)
    expect([refused.status, refused.body]).toEqual([503, { errors: [expect.anything()] }])
    const failed = await post(url, { query: `{ apiInfo { version } sandbox { provider } }` }, { headers: { accept } })
    await expectUnavailable(failed)
    expect([failed.status, failed.body.data]).toEqual([
      200,
      { apiInfo: { version: expect.any(String) }, sandbox: null },
    ])
  }

  postgres = await startPostgres()
  proxy.target = portOf(postgres.connectionString)
  await until('the server is ready again', isReady)
  expect((await asAnna(CATEGORIES)).body.errors).toBeUndefined()
  expect((await asAnna(CHANGE)).body.data).toMatchObject({ updateProfile: { __typename: 'ProfilePayload' } })
})

test('no request hangs when the database stops answering, neither a running nor a new one', async () => {
  const running = asAnna('{ edgeSleep }')
  await until('the statement runs', async () => app.database.pool.totalCount > app.database.pool.freeCount)
  proxy.silence(true)
  await expectUnavailable(await running)
  expect(await isReady()).toBe(false)
  for (const query of [CATEGORIES, CHANGE]) await expectUnavailable(await asAnna(query))

  proxy.silence(false)
  await until('the server is ready again', isReady)
  expect((await asAnna(CHANGE)).body.data).toMatchObject({ updateProfile: { __typename: 'ProfilePayload' } })
})

test('an outage is logged once at its start, once at its end, and once for each failed request', async () => {
  const about = (text: string) => app.logLines.filter(({ msg }) => msg === text).length
  expect(about('database is unreachable')).toBe(2)
  expect(about('database is reachable again')).toBe(2)
  const failed = app.logLines.filter(({ msg }) => msg === 'request failed')
  expect(failed.map(({ level, code }) => [level, code])).toEqual(failed.map(() => [40, 'UNAVAILABLE']))
  expect(new Set(failed.map(({ requestId }) => requestId)).size).toBe(10)
})

test('more callers than connections that wait for the same lock are told to try again', async () => {
  const holder = await app.database.pool.connect()
  try {
    await holder.query('begin')
    await holder.query('select id from users where id = $1 for update', [anna.uuid])
    const answers = await Promise.all(Array.from({ length: 30 }, () => asAnna(CHANGE)))
    expect(new Set(answers.flatMap(codesOf))).toEqual(new Set(['OVERLOADED']))
    expect(answers.every(({ body }) => body.errors?.[0]?.extensions.retryable === true)).toBe(true)
  } finally {
    await holder.query('rollback')
    holder.release()
  }
  expect((await asAnna(CHANGE)).body.errors).toBeUndefined()
})

test('a primary that has become a standby is an outage, not an internal error', async () => {
  const setReadOnly = async (isReadOnly: boolean) => {
    const client = await app.database.pool.connect()
    await client.query(`set default_transaction_read_only = ${isReadOnly}`)
    // The connection that was released last is acquired first.
    app.database.pool.release(client)
  }
  await setReadOnly(true)
  await expectUnavailable(await asAnna(CHANGE))
  expect((await asAnna(CATEGORIES)).body.errors).toBeUndefined()
  await setReadOnly(false)
  expect((await asAnna(CHANGE)).body.errors).toBeUndefined()
})

/** Slow operations in the database: what administrators read of them, and what the table keeps. */
import { createHash } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Config } from '../../../src/config.ts'
import { EventLoopDelay } from '../../../src/slowOperations/eventLoopDelay.ts'
import { type EndedOperation, SlowOperationRecorder } from '../../../src/slowOperations/slowOperationRecorder.ts'
import { anonymousCaller, ask, refusal } from '../../support/ask.ts'
import { type Person, person } from '../../support/people.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'
import { post } from '../../support/servers/http.ts'

const apps: TestApp[] = []
async function start(changes: Partial<Config>): Promise<TestApp & { url: string }> {
  const app = await startApp(changes)
  apps.push(app)
  return { ...app, url: await app.listen() }
}

let app: TestApp & { url: string }
let ada: Person

beforeAll(async () => {
  app = await start({ slowOperationMs: 0 })
  ada = await person(app, 'Ada', 'ADMIN')
})
afterAll(async () => {
  for (const each of apps) await each.stop()
})
beforeEach(async () => {
  await app.slowOperations.flush()
  await app.database.pool.query('delete from slow_operations')
})

const rows = async () => {
  await app.slowOperations.flush()
  return app.prisma.slowOperation.findMany({ orderBy: [{ at: 'asc' }, { id: 'asc' }] })
}

const LIST = /* GraphQL */ `
  query ($since: DateTime, $first: Int) {
    slowOperations(since: $since, first: $first) {
      at operationName documentHash durationMs sqlCount sqlMs poolWaitMs eventLoopDelayMs errorCount requestId viewer { id }
    }
  }
`

interface Listed {
  slowOperations: { at: string; operationName: string | null; requestId: string }[]
}

const ended = (name: string, changes: Partial<EndedOperation> = {}): EndedOperation => ({
  name,
  document: `query ${name} { viewer { email } }`,
  durationMs: 2_000,
  statements: 3,
  statementsMs: 1_200.4,
  poolWaitMs: 300.6,
  errorCodes: [],
  requestId: `request-${name}`,
  viewerId: undefined,
  ...changes,
})

describe('a slow operation is recorded', () => {
  test('after its answer, with names and numbers, and nothing of the client’s', async () => {
    const query = 'query FindIt($id: ID!) { node(id: $id) { id } viewer { user { displayName } } }'
    const answers: { headers: Headers }[] = []
    // The slow path the first time, the fast path the second.
    for (const turn of [1, 2]) {
      const headers = { authorization: `Bearer ${ada.accessToken}` }
      answers.push(await post(app.url, { query, variables: { id: `usr_secret-variable-${turn}` } }, { headers }))
    }
    const found = await rows()
    expect(found).toHaveLength(2)
    for (const [index, row] of found.entries()) {
      expect(row).toMatchObject({
        operationName: 'FindIt',
        documentHash: createHash('sha256').update(query).digest('hex'),
        errorCount: 0,
        requestId: answers[index]?.headers.get('x-request-id'),
        viewerId: ada.uuid,
      })
      expect(row.sqlCount).toBeGreaterThanOrEqual(1)
    }
    const stored = JSON.stringify(found)
    for (const secret of ['secret-variable', ada.accessToken, 'displayName']) expect(stored).not.toContain(secret)
  })

  test('also if it was refused: bad input, a bad document, an unknown field', async () => {
    const bad = 'query Bad($first: Int) { tasks(first: $first) { nodes { id } } }'
    for (const body of [
      { query: bad, variables: { first: 101 } },
      { query: bad, variables: { first: 'many' } },
      { query: bad, variables: { first: 101 } },
      { query: '{ broken' },
      { query: '{ nothing }' },
    ]) {
      await post(app.url, body)
    }
    const found = await rows()
    expect(found.map(({ errorCount }) => errorCount)).toEqual([1, 1, 1, 1, 1])
    const names = found.map(({ operationName }) => operationName)
    expect([names[0], names[2], names[3], names[4]]).toEqual(['Bad', 'Bad', null, null])
  })

  test('not if it was fast', async () => {
    const quick = await start({ slowOperationMs: 3_600_000 })
    await post(quick.url, { query: '{ apiInfo { version } }' })
    await quick.slowOperations.flush()
    expect(await quick.prisma.slowOperation.count()).toBe(0)
  })

  test('with the time that it waited for a connection, and the delay of the event loop', async () => {
    const narrow = await start({ slowOperationMs: 0, databasePoolMax: 1 })
    await post(narrow.url, { query: 'query Warm { categories { id } }' })
    const client = await narrow.database.pool.connect()
    const waiting = post(narrow.url, { query: 'query Waits { categories { id } }' })
    await expect.poll(() => narrow.database.pool.waitingCount).toBe(1)
    const until = performance.now() + 300
    while (performance.now() < until);
    narrow.database.pool.release(client)
    await waiting
    await narrow.slowOperations.flush()
    const row = await narrow.prisma.slowOperation.findFirstOrThrow({ where: { operationName: 'Waits' } })
    expect(row.poolWaitMs).toBeGreaterThanOrEqual(250)
    expect(row.eventLoopDelayMs).toBeGreaterThanOrEqual(200)
    expect(row.sqlMs).toBeLessThan(row.poolWaitMs + row.durationMs)
  })
})

describe('the table', () => {
  const recorder = (kept: number) =>
    new SlowOperationRecorder({ database: app.database, slowMs: 1_000, log: { warn: () => {} }, kept })

  test('keeps the last ones only, and cuts names that are too long', async () => {
    const small = recorder(3)
    small.record(ended('n'.repeat(200)))
    for (let round = 0; round < 3; round++) {
      for (let index = 0; index < 4; index++) small.record(ended(`Slow${round}${index}`))
      await small.flush()
    }
    await small.stop()
    expect((await rows()).map(({ operationName }) => operationName)).toHaveLength(3)
  })

  test('rounds numbers, and never waits with more than a batch', async () => {
    const warnings: object[] = []
    const log = { warn: (fields: object) => void warnings.push(fields) } as never
    const bounded = new SlowOperationRecorder({ database: app.database, slowMs: 1_000, log })
    for (let index = 0; index < 600; index++) bounded.record(ended('Many'))
    await bounded.flush()
    await bounded.stop()
    const found = await rows()
    expect(found).toHaveLength(500)
    expect(found[0]).toMatchObject({ durationMs: 2_000, sqlCount: 3, sqlMs: 1_200, poolWaitMs: 301 })
    expect(warnings).toEqual([{ dropped: 100 }])
  })

  test('does not grow, and the server goes on, where it cannot be written', async () => {
    const warnings: object[] = []
    const log = { warn: (fields: object) => void warnings.push(fields) } as never
    const broken = new SlowOperationRecorder({ database: app.database, slowMs: 1_000, log })
    broken.record(ended('Unknown', { viewerId: '01a00000-0000-7000-8000-000000000000' }))
    await broken.flush()
    broken.record(ended('Known'))
    await broken.stop()
    expect(warnings).toMatchObject([{ dropped: 1 }])
    expect((await rows()).map(({ operationName }) => operationName)).toEqual(['Known'])
  })

  test.each([
    ['a_document_hash_is_sha256_in_hexadecimal', `update slow_operations set document_hash = 'query { viewer }'`],
    ['an_operation_name_has_at_most_100_characters', `update slow_operations set operation_name = repeat('n', 101)`],
    ['a_duration_is_not_negative', 'update slow_operations set sql_ms = -1'],
  ])('refuses by psql what is not so: %s', async (constraint, statement) => {
    app.slowOperations.record(ended('Slow'))
    await app.slowOperations.flush()
    const client = new pg.Client({ connectionString: app.connectionString })
    await client.connect()
    await expect(client.query(statement)).rejects.toMatchObject({ constraint })
    await client.end()
  })
})

describe('administrators', () => {
  test('read the last ones, newest first, or those since a time', async () => {
    for (const name of ['First', 'Second', 'Third']) {
      app.slowOperations.record(ended(name, { viewerId: ada.uuid }))
      await app.slowOperations.flush()
      const recordedAt = Date.now()
      await expect.poll(() => Date.now()).toBeGreaterThan(recordedAt)
    }
    const { slowOperations: all } = await ask<Listed>(ada, LIST, { first: 3 })
    expect(all).toMatchObject([
      { operationName: 'Third', requestId: 'request-Third', sqlCount: 3, viewer: { id: ada.id } },
      { operationName: 'Second' },
      { operationName: 'First' },
    ])
    const { slowOperations: later } = await ask<Listed>(ada, LIST, { since: all[1]?.at, first: 1 })
    expect(later.some(({ operationName }) => operationName === 'First')).toBe(false)
  })

  test('alone: null to everybody else, and a page of more than a hundred is refused', async () => {
    const others = [await person(app, 'Fay', 'FINANCE'), await person(app, 'Greta', 'AGENT'), await person(app, 'Ben')]
    for (const someone of [...others, anonymousCaller(app)])
      expect(await ask(someone, LIST)).toEqual({ slowOperations: null })
    expect(await refusal(ada, LIST, { first: 101 })).toBe('BAD_USER_INPUT')
    expect(await refusal(ada, LIST, { first: -1 })).toBe('BAD_USER_INPUT')
  })
})

test('the delay of the event loop is the largest while an operation ran, and not of before', async () => {
  const delay = new EventLoopDelay()
  const block = () => {
    const until = performance.now() + 200
    while (performance.now() < until);
  }
  await new Promise((resolve) => setTimeout(resolve, 120))
  const startedAt = performance.now()
  block()
  expect(delay.maxSince(startedAt)).toBeGreaterThan(100)
  await new Promise((resolve) => setTimeout(resolve, 120))
  expect(delay.maxSince(startedAt)).toBeGreaterThan(100)
  const quiet = performance.now()
  expect(delay.maxSince(quiet)).toBeLessThan(100)
  delay.stop()
})

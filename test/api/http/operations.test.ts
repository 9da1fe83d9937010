/** The view of operators: slow-operation log, health and metrics. */
import { createHash } from 'node:crypto'
import { createSchema, createYoga, type Plugin } from 'graphql-yoga'
import type { Logger } from 'pino'
import { afterAll, describe, expect, test } from 'vitest'
import type { Config } from '../../../src/config.ts'
import { noStatements } from '../../../src/db/statementCount.ts'
import { InFlight, useInFlightLimit } from '../../../src/http/limits.ts'
import { useObservedOperations } from '../../../src/http/operationObserver.ts'
import { slowOperationLog } from '../../../src/http/slowOperationLog.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'
import '../../support/inputs/edgeProbe.graphql.ts'
import { person } from '../../support/people.ts'
import { post } from '../../support/servers/http.ts'

const HOUR_MS = 3_600_000
const NEVER = { slowOperationMs: HOUR_MS, mediumOperationMs: HOUR_MS } as const

const apps: TestApp[] = []
async function start(changes: Partial<Config>): Promise<TestApp & { url: string }> {
  const app = await startApp(changes)
  apps.push(app)
  return { ...app, url: await app.listen() }
}
afterAll(async () => {
  for (const app of apps) await app.stop()
})

const linesOf = (app: TestApp, levelMin: number) => app.logLines.filter(({ level }) => Number(level) >= levelMin)
const [DEBUG, INFO, WARN] = [20, 30, 40]

describe('the log of operations', () => {
  test('has one line for a slow one, with numbers and names but no client data', async () => {
    const app = await start({ slowOperationMs: 0, mediumOperationMs: 0 })
    const anna = await person(app, 'Anna')
    const query = 'query FindPlace($id: ID!) { node(id: $id) { id } viewer { user { displayName } } edgeFail }'
    const answer = await post(
      app.url,
      { query, variables: { id: 'usr_secret-variable' } },
      { headers: { authorization: `Bearer ${anna.accessToken}` } },
    )
    const lines = linesOf(app, DEBUG).filter(({ msg }) => msg !== 'request failed')
    expect(lines).toEqual([
      expect.objectContaining({
        level: WARN,
        msg: 'slow operation',
        operation: 'FindPlace',
        kind: 'query',
        documentHash: createHash('sha256').update(query).digest('hex'),
        durationMs: expect.any(Number),
        statements: expect.any(Number),
        statementsMs: expect.any(Number),
        errors: 1,
        requestId: answer.headers.get('x-request-id'),
        viewer: anna.id,
      }),
    ])
    expect(lines[0]?.statements).toBeGreaterThanOrEqual(2)
    for (const secret of ['secret-variable', anna.accessToken, 'Anna', 'displayName']) {
      expect(JSON.stringify(app.logLines)).not.toContain(secret)
    }
  })

  test('includes operations refused before execution, and truncates long names', async () => {
    const app = await start({ slowOperationMs: 0 })
    await post(app.url, { query: '{ broken' })
    await post(app.url, { query: `query ${'n'.repeat(5_000)} { apiInfo { version } }` })
    const [broken, long] = linesOf(app, WARN)
    expect(broken).toMatchObject({ msg: 'slow operation', errors: 1, statements: 0 })
    expect(broken).not.toHaveProperty('operation')
    expect(long).toMatchObject({ operation: 'n'.repeat(100), statements: 0 })
  })

  test('does not report a long subscription as slow', async () => {
    const app = await start(NEVER)
    const anna = await person(app, 'Anna')
    const stream = await fetch(`${app.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        authorization: `Bearer ${anna.accessToken}`,
      },
      body: JSON.stringify({ query: 'subscription Mine { events { __typename } }' }),
    })
    expect(stream.headers.get('content-type')).toBe('text/event-stream')
    expect(linesOf(app, DEBUG)).toMatchObject([{ level: DEBUG, operation: 'Mine', kind: 'subscription', errors: 0 }])
    await stream.body?.cancel()
  })

  test('has an info line for a medium one', async () => {
    const app = await start({ ...NEVER, mediumOperationMs: 0 })
    await post(app.url, { query: '{ apiInfo { version } }' })
    expect(linesOf(app, INFO)).toMatchObject([{ level: INFO, msg: 'medium operation' }])
  })

  test('has nothing for a hundred fast ones, and a line for each with LOG_OPERATIONS=all', async () => {
    const [quiet, all] = [await start(NEVER), await start({ ...NEVER, logOperations: 'all' })]
    for (let sent = 0; sent < 100; sent++) {
      await post(quiet.url, { query: '{ apiInfo { version } }' })
      await post(all.url, { query: '{ apiInfo { version } }' })
    }
    expect(linesOf(quiet, INFO)).toEqual([])
    expect(linesOf(all, INFO).length).toBe(100)
  })
})

describe('the plugin of the log', () => {
  test.each([
    [1_000, 'slow operation'],
    [999, 'medium operation'],
    [500, 'medium operation'],
    [499, undefined],
  ])('takes an operation of %d ms for what it is', async (tookMs, expected) => {
    const lines: string[] = []
    const line = (_fields: object, message: string) => void lines.push(message)
    const log = { warn: line, info: line, debug: line, isLevelEnabled: () => false } as unknown as Logger
    let nowMs = 0
    const yoga = createYoga({
      schema: createSchema({
        typeDefs: 'type Query { wait: Int }',
        resolvers: { Query: { wait: () => (nowMs += tookMs) } },
      }),
      logging: false,
      plugins: [
        useObservedOperations({
          onEnd: slowOperationLog({ slowMs: 1_000, mediumMs: 500, log }),
          now: () => nowMs,
        }) as unknown as Plugin,
      ],
    })
    const response = await yoga.fetch('http://127.0.0.1/graphql?query={wait}', {}, { count: noStatements() })
    expect(await response.json()).toEqual({ data: { wait: tookMs } })
    expect(lines).toEqual(expected ? [expected] : [])
  })
})

test('requests beyond the in-flight limit are refused at once, and the others are answered', async () => {
  let letAllGo = () => {}
  const released = new Promise<number>((resolve) => {
    letAllGo = () => resolve(1)
  })
  const yoga = createYoga({
    schema: createSchema({ typeDefs: 'type Query { wait: Int }', resolvers: { Query: { wait: () => released } } }),
    logging: false,
    plugins: [useInFlightLimit(new InFlight(2))],
  })
  const ask = () => yoga.fetch('http://127.0.0.1/graphql?query={wait}')
  const letIn = [ask(), ask()]
  expect((await ask()).status).toBe(503)
  letAllGo()
  expect((await Promise.all(letIn)).map(({ status }) => status)).toEqual([200, 200])
  expect((await ask()).status).toBe(200)
})

describe('operational routes', () => {
  test('report liveness and readiness', async () => {
    const app = await start({})
    const statusOf = async (path: string) => (await fetch(app.url + path)).status
    expect(await statusOf('/health/live')).toBe(200)
    expect(await statusOf('/health/ready')).toBe(200)
  })

  test('return metrics whose labels no client can choose', async () => {
    const app = await start({})
    const requests = ['{ apiInfo { version } }', 'query Mine { nothing }', '{ broken', '{ edgeFail }']
    for (const query of requests) await post(app.url, { query })
    await fetch(`${app.url}/some/place/of/their/own`)
    const text = await (await fetch(`${app.url}/metrics`)).text()
    expect(text).toContain('errand_operations_total{kind="query",outcome="ok"} 1')
    expect(text).toContain('errand_operations_total{kind="query",outcome="INTERNAL"} 1')
    expect(text).toContain('errand_operations_total{kind="none",outcome="GRAPHQL_VALIDATION_FAILED"} 1')
    expect(text).toContain('errand_operations_total{kind="none",outcome="GRAPHQL_PARSE_FAILED"} 1')
    expect(text).toContain('errand_operation_duration_seconds_count{kind="query"} 2')
    expect(text).toContain('errand_http_responses_total{route="none",status="404"} 1')
    expect(text).toContain('errand_database_reachable 1')
    for (const series of ['hits_total', 'misses_total', 'entries'])
      expect(text).toMatch(new RegExp(`^errand_cache_${series}\\{cache="hosts"\\} [1-9]`, 'm'))
    expect(text).toContain('errand_cache_evictions_total{cache="hosts"} 0')
    expect(text).toMatch(/^nodejs_eventloop_lag_seconds /m)
    expect(text).not.toMatch(/Mine|their/)
    for (const status of ['PENDING', 'IN_DOUBT', 'FAILED'])
      expect(text).toContain(`errand_transfers{status="${status}"} 0`)
    expect(text).toContain('errand_oldest_transfer_in_doubt_seconds 0')
    expect(text).toContain('errand_jobs{state="failed"} 0')
    expect(text).toMatch(/^errand_pool_wait_seconds_total /m)
  })

  test('serve metrics beyond loopback only to a scraper with the token', async () => {
    const METRICS_TOKEN = 'a-token-of-a-scraper'
    const statusOf = async (url: string, headers: Record<string, string> = {}) =>
      (await fetch(`${url}/metrics`, { headers })).status
    const open = await start({ host: '0.0.0.0' })
    expect(await statusOf(open.url)).toBe(404)
    const guarded = await start({ host: '0.0.0.0', metricsToken: METRICS_TOKEN })
    expect(await statusOf(guarded.url)).toBe(401)
    for (const wrong of ['Bearer another-token-here', `Basic ${METRICS_TOKEN}`, METRICS_TOKEN, 'Bearer '])
      expect(await statusOf(guarded.url, { authorization: wrong })).toBe(401)
    expect(await statusOf(guarded.url, { authorization: `Bearer ${METRICS_TOKEN}` })).toBe(200)
    expect(JSON.stringify(guarded.logLines)).not.toContain(METRICS_TOKEN)
  })
})

/** Outages of Redis: requests go on, and metrics and log show it. */
import { randomBytes } from 'node:crypto'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import pino from 'pino'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { BUDGETS } from '../../src/cache/rateLimits.ts'
import type { RedisSettings } from '../../src/cache/redisConnection.ts'
import { RedisLink } from '../../src/cache/redisLink.ts'
import { type Person, person } from '../support/people.ts'
import { startAppOn, type TestApp } from '../support/servers/app.ts'
import { createDatabase, type TestDatabase } from '../support/servers/database.ts'
import { post } from '../support/servers/http.ts'
import { noRedisOfOurOwn, type RedisServer, redisSettings, startRedis } from '../support/servers/redis.ts'
import { freePort } from '../support/servers/serverProcess.ts'

const WAIT = { timeout: 20_000, interval: 50 }
const VIEWER = '{ viewer { user { displayName } } }'

const times = (count: number) => Array.from({ length: count }, (_, index) => index)

describe.skipIf(noRedisOfOurOwn)(`Redis${noRedisOfOurOwn ? `, where there is one: ${noRedisOfOurOwn}` : ''}`, () => {
  let redis: RedisServer
  let database: TestDatabase
  const apps: TestApp[] = []

  beforeAll(async () => {
    redis = await startRedis()
    database = await createDatabase()
  })
  afterEach(async () => {
    redis.thaw()
    for (const app of apps.splice(0)) await app.stop()
  })
  afterAll(async () => {
    await database?.drop()
    await redis?.stop()
  })

  async function server(changes: Partial<RedisSettings> = {}): Promise<TestApp & { url: string }> {
    const settings = redisSettings(redis.url, changes)
    const app = await startAppOn(database.connectionString, { rateLimits: true, redis: settings })
    apps.push(app)
    return { ...app, url: await app.listen() }
  }

  const ask = async (url: string, { accessToken }: Person) =>
    (await post(url, { query: VIEWER }, { headers: { authorization: `Bearer ${accessToken}` } })).status

  const metric = async (url: string, name: string): Promise<number> => {
    const page = await (await fetch(`${url}/metrics`)).text()
    return Number(new RegExp(`^${name} (\\d+)`, 'm').exec(page)?.[1])
  }
  const untilReachable = (url: string, reachable: 0 | 1) =>
    vi.waitFor(async () => expect(await metric(url, 'errand_redis_reachable')).toBe(reachable), WAIT)
  const countedInRedis = async ({ uuid }: Person) => Number(await redis.asks.get(`errand:budget:request:${uuid}`))
  const ours = async () => {
    const list = String(await redis.asks.client('LIST'))
    return list.split('\n').filter((line) => line.includes('name=errand'))
  }

  test('paused is noticed by the first request, and gets no more commands until it answers again', async () => {
    const app = await server()
    await untilReachable(app.url, 1)
    const anna = await person(app, 'Anna')
    expect(await ask(app.url, anna)).toBe(200)
    expect(await countedInRedis(anna)).toBe(1)
    redis.freeze()
    const failuresBefore = await metric(app.url, 'errand_redis_errors_total')
    expect(await ask(app.url, anna)).toBe(200)
    expect(await metric(app.url, 'errand_redis_reachable')).toBe(0)
    expect(await metric(app.url, 'errand_redis_errors_total')).toBeGreaterThan(failuresBefore)
    // None of these is sent to Redis: the server counts them itself.
    for (const _ of times(20)) expect(await ask(app.url, anna)).toBe(200)
    expect(await app.services.rateLimits.peek('request', anna.uuid)).toMatchObject({ remaining: 600 - 21 })
    redis.thaw()
    await untilReachable(app.url, 1)
    expect(await ask(app.url, anna)).toBe(200)
    // The one before the pause, the one that Redis counted after its time-out, and the last.
    expect(await countedInRedis(anna)).toBe(3)
    const said = app.logLines.map(({ msg }) => msg).filter((msg) => String(msg).startsWith('redis'))
    expect(said).toEqual([
      'redis answers',
      'redis does not answer: each server counts its own requests until it does',
      'redis answers again',
    ])
  })

  test('that does not answer lifts no budget', async () => {
    const app = await server()
    await untilReachable(app.url, 1)
    const anna = await person(app, 'Anna')
    redis.freeze()
    expect(await ask(app.url, anna)).toBe(200)
    const { request } = BUDGETS
    for (const _ of times(request.points - 1)) await app.services.rateLimits.spend('request', anna.uuid)
    expect(await ask(app.url, anna)).toBe(429)
  })

  test('killed during requests fails none of them, and is used again after its restart', async () => {
    const app = await server()
    await untilReachable(app.url, 1)
    const anna = await person(app, 'Anna')
    const answers = times(60).map(() => ask(app.url, anna))
    await redis.kill()
    expect(new Set(await Promise.all(answers))).toEqual(new Set([200]))
    await untilReachable(app.url, 0)
    expect(await ask(app.url, anna)).toBe(200)
    await redis.startAgain()
    await untilReachable(app.url, 1)
    expect(await ask(app.url, anna)).toBe(200)
    expect(await countedInRedis(anna)).toBe(1)
  })

  test('signals work again after a restart, and meanwhile within the server', async () => {
    const [one, two] = [await server(), await server()]
    for (const { url } of [one, two]) await untilReachable(url, 1)
    const heard: unknown[] = []
    two.services.signals.subscribe('after', ({ word }) => heard.push(word))
    await redis.kill()
    for (const { url } of [one, two]) await untilReachable(url, 0)
    two.services.signals.publish('after', { word: 'alone' })
    expect(heard).toEqual(['alone'])
    await redis.startAgain()
    for (const { url } of [one, two]) await untilReachable(url, 1)
    await vi.waitFor(async () => {
      expect(await redis.asks.pubsub('NUMSUB', 'errand:signal:after')).toEqual([expect.anything(), 1])
    }, WAIT)
    one.services.signals.publish('after', { word: 'together' })
    await vi.waitFor(() => expect(heard).toEqual(['alone', 'together']), WAIT)
  })

  test('full or read only is not used for as long as that lasts', async () => {
    const app = await server()
    await untilReachable(app.url, 1)
    const anna = await person(app, 'Anna')
    await redis.asks.config('SET', 'maxmemory', '1')
    try {
      expect(await ask(app.url, anna)).toBe(200)
      const failures = await metric(app.url, 'errand_redis_errors_total')
      await vi.waitFor(async () => {
        expect(await metric(app.url, 'errand_redis_errors_total')).toBeGreaterThan(failures)
      }, WAIT)
      expect(await metric(app.url, 'errand_redis_reachable')).toBe(0)
      expect(await ask(app.url, anna)).toBe(200)
    } finally {
      await redis.asks.config('SET', 'maxmemory', '0')
    }
    await untilReachable(app.url, 1)
  })

  test('under load has two named connections of a server, one of them for signals', async () => {
    const app = await server()
    await untilReachable(app.url, 1)
    const anna = await person(app, 'Anna')
    await vi.waitFor(async () => expect(await ours()).toHaveLength(2), WAIT)
    const stops = times(50).map((index) => app.services.signals.subscribe(`topic ${index}`, () => {}))
    const answers = times(300).map(() => ask(app.url, anna))
    let most = 0
    let done = false
    const all = Promise.all(answers).finally(() => {
      done = true
    })
    while (!done) most = Math.max(most, (await ours()).length)
    expect(new Set(await all)).toEqual(new Set([200]))
    for (const stop of stops) stop()
    expect(most).toBe(2)
    expect((await ours()).map((line) => / name=(\S+)/.exec(line)?.[1]).sort()).toEqual([
      'errand:commands',
      'errand:signals',
    ])
    expect(await countedInRedis(anna)).toBe(300)
  })

  test('that accepts connections without answering never gets more of them than the maximum', async () => {
    const taken: Socket[] = []
    const mute = createServer((socket) => taken.push(socket))
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve))
    const { port } = mute.address() as AddressInfo
    const settings = redisSettings(`redis://127.0.0.1:${port}`, { connectionsMax: 6, socketTimeoutMs: 200 })
    const link = new RedisLink({ settings, log: pino({ level: 'silent' }) })
    try {
      await vi.waitFor(() => expect(taken.length).toBeGreaterThanOrEqual(4), WAIT)
      await pause(2_000) // Enough time for as many again.
      expect(taken.length).toBeLessThanOrEqual(6)
      expect(
        await link.runWithFallback(
          async () => 'redis',
          async () => 'instead',
        ),
      ).toBe('instead')
    } finally {
      await link.stop()
      for (const socket of taken) socket.destroy()
      await new Promise((resolve) => mute.close(resolve))
    }
  })

  test('that is unreachable keeps no server from starting', async () => {
    const port = await freePort()
    const settings = redisSettings(`redis://:${randomBytes(8).toString('hex')}@127.0.0.1:${port}`)
    const app = await startAppOn(database.connectionString, { rateLimits: true, redis: settings })
    apps.push(app)
    const url = await app.listen()
    expect(await ask(url, await person(app, 'Anna'))).toBe(200)
    expect((await fetch(`${url}/health/ready`)).status).toBe(200)
    expect(await metric(url, 'errand_redis_reachable')).toBe(0)
    await vi.waitFor(() =>
      expect(app.logLines.filter(({ msg }) => /^redis does not/.test(String(msg)))).toHaveLength(1),
    )
    expect(JSON.stringify(app.logLines)).not.toContain(new URL(settings.url).password)
  })
})

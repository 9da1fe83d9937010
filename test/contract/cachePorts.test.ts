/** Contract of rate limits and signals: the same in one process and with a shared Redis. */
import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import pino from 'pino'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { BUDGETS, type Budgets, memoryRateLimits, type RateLimits } from '../../src/cache/rateLimits.ts'
import { RedisLink } from '../../src/cache/redisLink.ts'
import { redisRateLimits } from '../../src/cache/redisRateLimits.ts'
import { redisSignals } from '../../src/cache/redisSignals.ts'
import { processSignals, type SignalContent, type Signals } from '../../src/cache/signals.ts'
import { RateLimitedError } from '../../src/domain/errors.ts'
import { anyRedis, noRedis, redisSettings } from '../support/servers/redis.ts'

// A window short enough for a test.
const SHORT: Budgets = { ...BUDGETS, creation: { points: 3, windowSeconds: 1 } }
// Difference between the timers of this process and of Redis.
const CLOCKS_DIFFER_MS = 5
const log = pino({ level: 'silent' })

interface Ports {
  limits(budgets?: Budgets): RateLimits
  signals: Signals
}

const times = (count: number) => Array.from({ length: count }, (_, index) => index)
const refusalOf = (spend: Promise<unknown>): Promise<unknown> => spend.then(() => undefined).catch((error) => error)

function testContract(ports: () => Ports): void {
  describe('budgets', () => {
    test('grant their points and refuse the rest, concurrent requests included', async () => {
      const limits = ports().limits()
      const key = randomUUID()
      const refusals = await Promise.all(times(25).map(() => refusalOf(limits.spend('creation', key))))
      expect(refusals.filter((refusal) => refusal === undefined)).toHaveLength(10)
      expect(refusals.filter((refusal) => refusal instanceof RateLimitedError)).toHaveLength(15)
    })

    test('count each key and each budget separately', async () => {
      const limits = ports().limits()
      const [key, other] = [randomUUID(), randomUUID()]
      for (const _ of times(11)) await refusalOf(limits.spend('creation', key))
      expect(await refusalOf(limits.spend('creation', key))).toBeInstanceOf(RateLimitedError)
      expect(await refusalOf(limits.spend('creation', other))).toBeUndefined()
      expect(await refusalOf(limits.spend('acceptance', key))).toBeUndefined()
    })

    test('are full again at the time that a refusal says, however many requests were refused', async () => {
      const limits = ports().limits(SHORT)
      const key = randomUUID()
      for (const _ of times(3)) await limits.spend('creation', key)
      const refusal = await refusalOf(limits.spend('creation', key))
      expect(refusal).toBeInstanceOf(RateLimitedError)
      const { retryAfterMs } = refusal as RateLimitedError
      expect(retryAfterMs).toBeGreaterThan(0)
      expect(retryAfterMs).toBeLessThanOrEqual(1_001)
      const again = pause(retryAfterMs + CLOCKS_DIFFER_MS)
      for (const _ of times(5)) await refusalOf(limits.spend('creation', key))
      await again
      expect(await refusalOf(limits.spend('creation', key))).toBeUndefined()
    })

    test('undo spends that should not count', async () => {
      const limits = ports().limits()
      const key = randomUUID()
      for (const _ of times(5)) await limits.spend('signInAccount', key)
      await refusalOf(limits.spend('signInAccount', key))
      await limits.undoSpend('signInAccount', key)
      await limits.undoSpend('signInAccount', key)
      expect(await refusalOf(limits.spend('signInAccount', key))).toBeUndefined()
      expect(await refusalOf(limits.spend('signInAccount', key))).toBeInstanceOf(RateLimitedError)
    })

    test('can be read without spending', async () => {
      const limits = ports().limits()
      const key = randomUUID()
      expect(await limits.peek('message', key)).toMatchObject({ limit: 30, remaining: 30 })
      await limits.spend('message', key)
      await limits.peek('message', key)
      const { limit, remaining, resetAt } = await limits.peek('message', key)
      expect([limit, remaining]).toEqual([30, 29])
      const leftMs = resetAt.getTime() - Date.now()
      expect(leftMs).toBeGreaterThan(0)
      expect(leftMs).toBeLessThanOrEqual(60_000)
    })
  })

  describe('signals', () => {
    test('reach all listeners of their topic, in order, and no others', async () => {
      const { signals } = ports()
      const [topic, other] = [randomUUID(), randomUUID()]
      const heard: unknown[] = []
      for (const name of ['one', 'two']) signals.subscribe(topic, ({ word }) => heard.push([name, word]))
      signals.subscribe(other, ({ word }) => heard.push(['other', word]))
      signals.publish(topic, { word: 1 })
      signals.publish(topic, { word: 2 })
      expect(heard).toEqual([
        ['one', 1],
        ['two', 1],
        ['one', 2],
        ['two', 2],
      ])
    })

    test('keep their content', () => {
      const { signals } = ports()
      const topic = randomUUID()
      const heard: SignalContent[] = []
      signals.subscribe(topic, (content) => heard.push(content))
      const content = { text: 'ü\u2028"\\', number: -1.5, yes: true }
      signals.publish(topic, content)
      expect(heard).toEqual([content])
    })

    test('do not reach a listener that has unsubscribed, even twice', () => {
      const { signals } = ports()
      const topic = randomUUID()
      const heard: string[] = []
      const stop = signals.subscribe(topic, () => heard.push('gone'))
      signals.subscribe(topic, () => heard.push('here'))
      stop()
      stop()
      signals.publish(topic, {})
      expect(heard).toEqual(['here'])
    })
  })
}

describe('in this process', () => {
  testContract(() => ({ limits: memoryRateLimits, signals: processSignals() }))
})

describe.skipIf(noRedis)(`by Redis${noRedis ? `, where there is one: ${noRedis}` : ''}`, () => {
  let redis: Awaited<ReturnType<typeof anyRedis>>
  const links: RedisLink[] = []

  async function link(): Promise<RedisLink> {
    const made = new RedisLink({ settings: redisSettings(redis.url), log })
    links.push(made)
    await vi.waitFor(() => expect(made.isReachable).toBe(true), { timeout: 10_000 })
    return made
  }

  let one: RedisLink
  let two: RedisLink
  beforeAll(async () => {
    redis = await anyRedis()
    one = await link()
    two = await link()
  })
  afterAll(async () => {
    for (const made of links) await made.stop()
    await redis.stop()
  })

  testContract(() => ({ limits: (budgets) => redisRateLimits(one, budgets), signals: redisSignals(one) }))

  test('budgets are shared by the servers on it, concurrent spends included', async () => {
    const shares = [redisRateLimits(one), redisRateLimits(two)]
    const key = randomUUID()
    const spends = times(20).flatMap(() => shares.map((limits) => refusalOf(limits.spend('message', key))))
    const refusals = await Promise.all(spends)
    expect(refusals.filter((refusal) => refusal === undefined)).toHaveLength(30)
    for (const limits of shares) expect(await limits.peek('message', key)).toMatchObject({ remaining: 0 })
  })

  test('signals reach each other server once, in order, and their own process without Redis', async () => {
    const [here, there] = [redisSignals(one), redisSignals(two)]
    const topic = randomUUID()
    const heard: { here: unknown[]; there: unknown[] } = { here: [], there: [] }
    here.subscribe(topic, ({ word }) => heard.here.push(word))
    const stop = there.subscribe(topic, ({ word }) => heard.there.push(word))
    // Redis decides when a subscription is active.
    await vi.waitFor(async () => {
      expect(await one.commands.pubsub('NUMSUB', `errand:signal:${topic}`)).toEqual([expect.anything(), 2])
    })
    for (const word of times(100)) here.publish(topic, { word })
    expect(heard.here).toEqual(times(100))
    await vi.waitFor(() => expect(heard.there).toHaveLength(100))
    expect(heard.there).toEqual(times(100))
    stop()
    await vi.waitFor(async () => {
      expect(await one.commands.pubsub('NUMSUB', `errand:signal:${topic}`)).toEqual([expect.anything(), 1])
    })
  })

  test('messages of other programs are ignored', async () => {
    const signals = redisSignals(one)
    const topic = randomUUID()
    const channel = `errand:signal:${topic}`
    const heard: unknown[] = []
    signals.subscribe(topic, (content) => heard.push(content))
    await vi.waitFor(async () => {
      expect(await two.commands.pubsub('NUMSUB', channel)).toEqual([channel, 1])
    })
    const words = [
      '',
      '{',
      'null',
      '[]',
      '{"from":"x"}',
      '{"from":"x","content":{"deep":{}}}',
      `"${'x'.repeat(5_000)}"`,
    ]
    for (const word of words) await two.commands.publish(channel, word)
    await two.commands.publish(channel, JSON.stringify({ from: 'x', content: { word: 'good' } }))
    await vi.waitFor(() => expect(heard).toEqual([{ word: 'good' }]))
  })
})

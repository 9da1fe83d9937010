/** Caches of a process: order of eviction, expiry and counts. */
import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { BoundedCache, boundedCaches } from '../../src/cache/boundedCache.ts'
import { CoalescingTtlCache } from '../../src/cache/coalescingTtlCache.ts'
import { writeMoment } from '../../src/domain/moment.ts'

const keys = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g')

describe('a bounded cache', () => {
  test('evicts the least recently used entry, and counts hits, misses and evictions', () => {
    const MAX = 4
    const uses = fc.array(fc.record({ key: keys, isSet: fc.boolean() }), { maxLength: 60 })
    let runs = 0
    fc.assert(
      fc.property(uses, (turns) => {
        const name = `memory${runs++}`
        const cache = new BoundedCache<string, number>({ name, max: MAX })
        const inOrderOfUse = new Map<string, number>()
        const expected = { name, hits: 0, misses: 0, evictions: 0 }
        for (const [turn, { key, isSet }] of turns.entries()) {
          const value = inOrderOfUse.get(key)
          if (isSet) cache.set(key, turn)
          else expect(cache.get(key)).toBe(value)
          if (!isSet) expected[value === undefined ? 'misses' : 'hits']++
          if (!isSet && value === undefined) continue
          inOrderOfUse.delete(key)
          inOrderOfUse.set(key, isSet ? turn : (value as number))
          const [oldest] = inOrderOfUse.keys()
          if (inOrderOfUse.size <= MAX || oldest === undefined) continue
          inOrderOfUse.delete(oldest)
          expected.evictions++
        }
        for (const key of 'abcdefg') expect(cache.peek(key)).toBe(inOrderOfUse.get(key))
        expect(statisticsOf(name)).toEqual({ ...expected, entries: inOrderOfUse.size })
      }),
    )
  })

  test('adds up with the others of its name', () => {
    const caches = [0, 1].map(() => new BoundedCache<string, number>({ name: 'twice', max: 1 }))
    for (const cache of caches) cache.set('a', 1)
    for (const cache of caches) cache.get('a')
    expect(statisticsOf('twice')).toEqual({ name: 'twice', hits: 2, misses: 0, evictions: 0, entries: 2 })
  })

  test('is not counted without a name', () => {
    const before = boundedCaches().length
    new BoundedCache<string, number>({ max: 1 }).get('a')
    expect(boundedCaches()).toHaveLength(before)
  })
})

describe('a coalescing cache', () => {
  const TTL_MS = 1_000

  test('shares one load among concurrent misses, and loads again when the TTL is over', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    try {
      const cache = new CoalescingTtlCache<object>({ name: 'coalescing', max: 2, ttlMs: TTL_MS })
      const load = vi.fn(async () => ({}))
      const [first, second] = await Promise.all([cache.get('a', load), cache.get('a', load)])
      expect(second).toBe(first)
      expect(cache.peek('a')).toBe(first)
      vi.advanceTimersByTime(TTL_MS)
      expect(cache.peek('a')).toBeUndefined()
      expect(await cache.get('a', load)).not.toBe(first)
      expect(load).toHaveBeenCalledTimes(2)
      expect(statisticsOf('coalescing')).toMatchObject({ hits: 2, misses: 2, entries: 1 })
    } finally {
      vi.useRealTimers()
    }
  })

  test('caches neither a failure nor an undefined result', async () => {
    const cache = new CoalescingTtlCache<object>({ name: 'uncached', max: 2, ttlMs: TTL_MS })
    await expect(cache.get('a', () => Promise.reject(new Error('lost')))).rejects.toThrow('lost')
    expect(await cache.get('a', async () => undefined)).toBeUndefined()
    const value = {}
    expect(await cache.get('a', async () => value)).toBe(value)
  })
})

const statisticsOf = (name: string) => boundedCaches().find((cache) => cache.name === name)

test('writeMoment writes the same text as toISOString, or nothing', () => {
  const years = { min: new Date('0001-01-01T00:00:00.000Z'), max: new Date('9999-12-31T23:59:59.999Z') }
  fc.assert(
    fc.property(fc.date({ ...years, noInvalidDate: true }), (moment) => {
      expect(writeMoment(moment)).toBe(moment.toISOString())
    }),
    { numRuns: 2_000 },
  )
  for (const moment of [0, -1, 86_399_999, 86_400_000, 951_782_400_000].map((time) => new Date(time)))
    expect(writeMoment(moment)).toBe(moment.toISOString())
  for (const far of [new Date('+010000-01-01T00:00:00.000Z'), new Date('0000-12-31T23:59:59.999Z')])
    expect(writeMoment(far)).toBeUndefined()
  expect(writeMoment(new Date(Number.NaN))).toBeUndefined()
})

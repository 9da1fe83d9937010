/** What is remembered in a process, and for how long. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LruCache } from '../../src/cache/lruCache.ts'
import { writeMoment } from '../../src/domain/moment.ts'

test('the one that was not used for longest is forgotten, as by a list in the order of use', () => {
  const SIZE = 4
  const keys = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g')
  const uses = fc.array(fc.record({ key: keys, isPut: fc.boolean() }), { maxLength: 60 })
  fc.assert(
    fc.property(uses, (turns) => {
      const remembered = new LruCache<number>(SIZE)
      const inOrderOfUse = new Map<string, number>()
      for (const [turn, { key, isPut }] of turns.entries()) {
        const value = inOrderOfUse.get(key)
        if (!isPut) expect(remembered.get(key)).toBe(value)
        if (!isPut && value === undefined) continue
        if (isPut) remembered.set(key, turn)
        inOrderOfUse.delete(key)
        inOrderOfUse.set(key, isPut ? turn : (value as number))
        const [oldest] = inOrderOfUse.keys()
        if (inOrderOfUse.size > SIZE && oldest !== undefined) inOrderOfUse.delete(oldest)
      }
      for (const key of 'abcdefg') expect(remembered.get(key)).toBe(inOrderOfUse.get(key))
    }),
  )
})

test('a moment is written as its type writes it, or not at all', () => {
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

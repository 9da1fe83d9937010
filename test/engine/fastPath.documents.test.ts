/** The fast path returns the same bytes as the slow path for every valid document. */
import fc from 'fast-check'
import { parse, validate } from 'graphql'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as sdk from '../../schema/sdk/index.ts'
import { type FastAndSlowPath, postRequest, startFastAndSlowPath } from '../support/fastAndSlowPath.ts'
import { type Chance, DocumentWriter } from '../support/inputs/documentCases.ts'
import { toPublicId } from '../support/publicIds.ts'
import { uuidsOf } from '../support/worlds/readerWorld.ts'

// Thousands by LANE_CASES; a failure names the seed and the path that repeat it.
const CASES = Number(process.env.LANE_CASES ?? 150)
const SEED = Number(process.env.LANE_SEED ?? 20_261_126)
const CASE_MS_MAX = 2_000 // Not a speed limit: runs of thousands of cases take longer.

let ways: FastAndSlowPath
let ids: Map<string, string[]>

beforeAll(async () => {
  ways = await startFastAndSlowPath()
  ids = new Map([
    ['Task', (await uuidsOf(ways.fastApp.database, 'task', 30)).map((id) => toPublicId('tsk', id))],
    ['User', (await uuidsOf(ways.fastApp.database, 'user', 5)).map((id) => toPublicId('usr', id))],
  ])
})

afterAll(async () => {
  await ways.stop()
})

test('the queries of the SDK, for every caller', async () => {
  // Fields that depend on the clock differ, such as links and their expiry.
  const queries = Object.values(sdk).flatMap((one) =>
    typeof one === 'object' &&
    'text' in one &&
    one.kind === 'query' &&
    !/\bnow\b|rateLimit|checkedAt|estimatedWait/.test(one.text)
      ? [one.text.replace(/\burl(ExpiresAt)?\b/g, '__typename')]
      : [],
  )
  let asked = 0
  for (const query of queries) {
    for (const caller of ways.callers) {
      const id = ids.get(query.includes('user(id') ? 'User' : 'Task')?.[asked % 5]
      await ways.expectSame(postRequest(query, { id, taskId: id, first: 5, as: 'POSTER' }, caller))
      asked++
    }
  }
  expect(asked).toBeGreaterThan(40)
  // All requests but the first of each document.
  expect(await ways.fastPathCount()).toBe(asked * 3 - queries.length)
})

test('random documents', { timeout: CASES * CASE_MS_MAX }, async () => {
  const { schema } = await import('../../src/api/schema.ts')
  await fc.assert(
    fc.asyncProperty(
      fc.gen().map((generate) => {
        const chance: Chance = (max) => generate(fc.nat, { max })
        const document = new DocumentWriter(schema, { ids, cursors: new Map() }, chance, { faults: true }).write()
        return { caller: chance(ways.callers.length - 1), document }
      }),
      async ({ caller, document: { query, variables, again } }) => {
        expect(validate(schema, parse(query)).map(({ message }) => message)).toEqual([])
        // Repeats the first case at the end, to show that the others left no state in the prepared operation.
        for (const sent of [variables, again, variables])
          await ways.expectSame(postRequest(query, sent, ways.callers[caller]))
      },
    ),
    { numRuns: CASES, seed: SEED, endOnFailure: true },
  )
})

/** The same as `npm run bench -- reconciliation`, smaller: many pages of two books, and faults of all kinds in movements of all kinds. */
import type pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { reconcile, reconciliationWorld, type World } from '../../support/reconciliation.ts'
import { FAULTS, plantFaults, writeBooks } from '../../support/worlds/bookWorld.ts'

const LINES = 2_400
const DAY_MS = 86_400_000
const SEED = Number(process.env.RECONCILIATION_SEED ?? Math.floor(Math.random() * 1e9))

let world: World

beforeAll(async () => {
  world = await reconciliationWorld()
})
afterAll(async () => {
  await world.app.stop()
})

async function withClient<Result>(work: (client: pg.PoolClient) => Promise<Result>): Promise<Result> {
  const client = await world.app.database.pool.connect()
  try {
    return await work(client)
  } finally {
    client.release()
  }
}

test(`finds ${FAULTS} faults of all kinds in ${LINES} lines, and invents none (RECONCILIATION_SEED=${SEED})`, async () => {
  const day = new Date(Math.floor(Date.now() / DAY_MS) * DAY_MS - 2 * DAY_MS)
  const books = await withClient((client) => writeBooks(client, { lines: LINES, day }))
  expect((await reconcile(world, books.span)).differences).toEqual([])
  const planted = await withClient((client) => plantFaults(client, books, SEED))
  const run = await reconcile(world, books.span)
  // Ten lines are missing at the provider; ten and nine were added.
  expect(run).toMatchObject({ status: 'DONE', linesCompared: LINES - 10 + 10 + 9, openDifferences: FAULTS })
  const found = run.differences.map(({ kind, providerReference }) => `${kind} ${providerReference}`)
  expect(found.sort()).toEqual(planted)
})

/** Prefetches: reads that are pipelined after a commit. They are part of no transaction, and nothing depends on them. */
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { Database } from '../../src/db/client.ts'
import { noStatements } from '../../src/db/statementCount.ts'
import type { Writer } from '../../src/db/statements.ts'
import { type Tx, withTransaction } from '../../src/db/transaction.ts'
import type { PrefetchRead } from '../../src/db/wire/pipeline.ts'
import { TextQuery } from '../../src/db/wire/textQuery.ts'
import { roundTripsOf } from '../support/plans.ts'
import { createDatabase } from '../support/servers/database.ts'

let place: Awaited<ReturnType<typeof createDatabase>>
let database: Database

const COUNT = { name: 'countMarks', text: 'select count(*)::text, max(name) from marks where name like $1' }
const SHARE = { name: 'shareOfTen', text: 'select (10 / $1::integer)::text' }
const ENDING = { name: 'endMyself', text: `select pg_terminate_backend(pg_backend_pid())::text where $1 = 'now'` }

beforeAll(async () => {
  place = await createDatabase()
  const { connectionString } = place
  database = new Database({ connectionString, connectionsMax: 1, onError: () => {} })
  await database.run`/* makeMarks */ create table marks (name text primary key)`
})
beforeEach(async () => {
  await database.run`/* forgetMarks */ delete from marks`
  for (const [statement, value] of [
    [COUNT, '%'],
    [SHARE, '1'],
    [ENDING, 'later'],
  ] as const)
    await prepared(statement, value)
  await withTransaction(database, mark('warm'))
})
afterAll(async () => {
  await database.close()
  await place.drop()
})

const mark =
  (name: string) =>
  <Value>(on: Writer<Value>) =>
    on.run`/* mark */ insert into marks values (${name})`
const prepared = (statement: { name: string; text: string }, value: string) =>
  database.runText(new TextQuery({ ...statement, values: [value] }), () => false)
const prefetchOf = (statement: { name: string; text: string }, value = '%'): PrefetchRead => ({
  ...statement,
  values: [value],
  rows: undefined,
})
const marks = async () =>
  (await database.rows<{ name: string }>`/* marks */ select name from marks order by name`).map(({ name }) => name)

/** Runs `work` with these prefetches. Returns its result, the rows that were kept, and the number of round trips. */
async function withPrefetches(
  makeReads: (result: object) => PrefetchRead[],
  work: (tx: Tx) => Promise<object | undefined>,
) {
  const kept: PrefetchRead['rows'][][] = []
  let result: object | undefined
  const roundTrips = await roundTripsOf(async () => {
    result = await withTransaction(database, work, {
      readsOf: makeReads,
      keep: (reads) => kept.push(reads.map(({ rows }) => rows)),
    })
  })
  return { result, kept, roundTrips: roundTrips.length }
}

test('a prefetch sees the committed rows and needs no round trip of its own, however the transaction commits', async () => {
  const alone = await withPrefetches(
    () => [prefetchOf(COUNT)],
    (tx) => mark('a')(tx.autocommit({ count: 1 })),
  )
  expect(alone).toEqual({ result: { count: 1 }, kept: [[[['2', 'warm']]]], roundTrips: 1 })
  const last = await withPrefetches(
    () => [prefetchOf(COUNT), prefetchOf(SHARE, '5')],
    async (tx) => {
      await mark('b')(tx)
      return mark('c')(tx.commitWith({ count: 1 }))
    },
  )
  expect(last).toEqual({ result: { count: 1 }, kept: [[[['4', 'warm']], [['2']]]], roundTrips: 2 })
  const byCommit = await withPrefetches(
    (result) => [prefetchOf(COUNT, Object.keys(result)[0])],
    async (tx) => ({ d: await mark('d')(tx) }),
  )
  expect(byCommit).toEqual({ result: { d: 1 }, kept: [[[['1', 'd']]]], roundTrips: 2 })
})

test('a prefetch that the connection has not prepared is left out', async () => {
  const unknown = { name: 'unknown', text: 'select 1::text where $1 is not null' }
  const { kept, roundTrips } = await withPrefetches(
    () => [prefetchOf(unknown), prefetchOf(COUNT)],
    (tx) => mark('a')(tx.autocommit({ count: 1 })),
  )
  expect({ kept, roundTrips }).toEqual({ kept: [[undefined, [['2', 'warm']]]], roundTrips: 1 })
})

test('a prefetch that fails undoes nothing, and its connection stays usable', async () => {
  for (const end of ['autocommit', 'commitWith'] as const) {
    const { result, kept } = await withPrefetches(
      () => [prefetchOf(COUNT), prefetchOf(SHARE, '0'), prefetchOf(COUNT)],
      (tx) => mark(end)<object | undefined>(tx[end]({ count: 1 })),
    )
    expect(result).toEqual({ count: 1 })
    expect(kept[0]).toEqual([[[expect.any(String), 'warm']], undefined, undefined])
  }
  const { result } = await withPrefetches(
    () => [prefetchOf(SHARE, '0')],
    async (tx) => ({ count: await mark('commit')(tx) }),
  )
  expect(result).toEqual({ count: 1 })
  expect(await marks()).toEqual(['autocommit', 'commit', 'commitWith', 'warm'])
})

test('if the connection breaks after the commit, the commit holds, and another connection serves the next statement', async () => {
  const { result, kept } = await withPrefetches(
    () => [prefetchOf(COUNT), prefetchOf(ENDING, 'now')],
    (tx) => mark('a')(tx.autocommit({ count: 1 })),
  )
  expect(result).toEqual({ count: 1 })
  expect(kept).toEqual([[[['2', 'warm']], undefined]])
  expect(await marks()).toEqual(['a', 'warm'])
})

test('if the transaction fails, nothing is kept', async () => {
  await database.run`
    /* makePairs */ create table pairs (name text references marks deferrable initially deferred)`
  const reads = [prefetchOf(COUNT)]
  const kept = vi.fn()
  const failing = (work: (tx: Tx) => Promise<unknown>) =>
    withTransaction(database, work, { readsOf: () => reads, keep: kept })
  const pair = (on: Writer) => on.run`/* pair */ insert into pairs values ('nobody')`
  await expect(failing((tx) => mark('warm')(tx.autocommit({})))).rejects.toMatchObject({
    code: '23505',
  })
  await expect(failing((tx) => pair(tx.autocommit({})))).rejects.toMatchObject({ code: '23503' })
  await expect(failing((tx) => pair(tx.commitWith({})))).rejects.toMatchObject({ code: '23503' })
  await expect(failing(async (tx) => ({ count: await pair(tx) }))).rejects.toMatchObject({ code: '23503' })
  const refused = failing(async (tx) => {
    await mark('a')(tx.autocommit({}))
    throw new Error('Refused.')
  })
  await expect(refused).rejects.toThrow('Refused.')
  expect(kept).not.toHaveBeenCalled()
  expect(reads[0]?.rows).toEqual([['2', 'warm']])
  // The autocommitted statement was committed before the refusal.
  expect(await marks()).toEqual(['a', 'warm'])
})

test('the rows of a prefetch are dropped if another statement follows', async () => {
  const { kept } = await withPrefetches(
    () => [prefetchOf(COUNT)],
    async (tx) => {
      const none = await tx.autocommit({}).run`/* markNothing */ insert into marks select 'never' where false`
      await mark('a')(tx)
      return { none, count: await mark('b')(tx) }
    },
  )
  expect(kept).toEqual([[[['3', 'warm']]]])
  const nothing = await withPrefetches(
    (result) => ('last' in result ? [] : [prefetchOf(COUNT)]),
    async (tx) => {
      await tx.autocommit({}).run`/* markNothing */ insert into marks select 'never' where false`
      await mark('c')(tx)
      return { last: true }
    },
  )
  expect(nothing.kept).toEqual([])
})

test('a prefetch that was sent is counted as a statement', async () => {
  const count = noStatements()
  const readsOf = () => [prefetchOf(COUNT), prefetchOf({ name: 'unheard', text: 'select $1::text' })]
  await withTransaction(database.counting(count), (tx) => mark('a')(tx.autocommit({})), {
    readsOf,
    keep: () => {},
  })
  expect(count.statements).toBe(2)
  await withTransaction(database.counting(count), async (tx) => ({ b: await mark('b')(tx) }), {
    readsOf,
    keep: () => {},
  })
  expect(count.statements).toBe(4)
})

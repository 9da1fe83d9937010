/** What is read in the packet of a commit, behind it: it is part of no transaction, and nothing depends on it. */
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
const along = (statement: { name: string; text: string }, value = '%'): PrefetchRead => ({
  ...statement,
  values: [value],
  rows: undefined,
})
const marks = async () =>
  (await database.rows<{ name: string }>`/* marks */ select name from marks order by name`).map(({ name }) => name)

/** Runs it with these reads foreseen of each result; gives what was kept, and how many packets were sent. */
async function foreseeing(
  makeReads: (result: object) => PrefetchRead[],
  work: (tx: Tx) => Promise<object | undefined>,
) {
  const kept: PrefetchRead['rows'][][] = []
  let result: object | undefined
  const packets = await roundTripsOf(async () => {
    result = await withTransaction(database, work, {
      readsOf: makeReads,
      keep: (reads) => kept.push(reads.map(({ rows }) => rows)),
    })
  })
  return { result, kept, packets: packets.length }
}

test('it sees what was committed, and needs no packet, whichever way the transaction ends', async () => {
  const alone = await foreseeing(
    () => [along(COUNT)],
    (tx) => mark('a')(tx.autocommit({ count: 1 })),
  )
  expect(alone).toEqual({ result: { count: 1 }, kept: [[[['2', 'warm']]]], packets: 1 })
  const last = await foreseeing(
    () => [along(COUNT), along(SHARE, '5')],
    async (tx) => {
      await mark('b')(tx)
      return mark('c')(tx.commitWith({ count: 1 }))
    },
  )
  expect(last).toEqual({ result: { count: 1 }, kept: [[[['4', 'warm']], [['2']]]], packets: 2 })
  const byCommit = await foreseeing(
    (result) => [along(COUNT, Object.keys(result)[0])],
    async (tx) => ({ d: await mark('d')(tx) }),
  )
  expect(byCommit).toEqual({ result: { d: 1 }, kept: [[[['1', 'd']]]], packets: 2 })
})

test('one that the connection has not prepared stays behind', async () => {
  const unknown = { name: 'unknown', text: 'select 1::text where $1 is not null' }
  const { kept, packets } = await foreseeing(
    () => [along(unknown), along(COUNT)],
    (tx) => mark('a')(tx.autocommit({ count: 1 })),
  )
  expect({ kept, packets }).toEqual({ kept: [[undefined, [['2', 'warm']]]], packets: 1 })
})

test('one that fails takes nothing back, and its connection stays sound', async () => {
  for (const end of ['autocommit', 'commitWith'] as const) {
    const { result, kept } = await foreseeing(
      () => [along(COUNT), along(SHARE, '0'), along(COUNT)],
      (tx) => mark(end)<object | undefined>(tx[end]({ count: 1 })),
    )
    expect(result).toEqual({ count: 1 })
    expect(kept[0]).toEqual([[[expect.any(String), 'warm']], undefined, undefined])
  }
  const { result } = await foreseeing(
    () => [along(SHARE, '0')],
    async (tx) => ({ count: await mark('commit')(tx) }),
  )
  expect(result).toEqual({ count: 1 })
  expect(await marks()).toEqual(['autocommit', 'commit', 'commitWith', 'warm'])
})

test('where its connection dies behind the commit, what was written stands, and another connection goes on', async () => {
  const { result, kept } = await foreseeing(
    () => [along(COUNT), along(ENDING, 'now')],
    (tx) => mark('a')(tx.autocommit({ count: 1 })),
  )
  expect(result).toEqual({ count: 1 })
  expect(kept).toEqual([[[['2', 'warm']], undefined]])
  expect(await marks()).toEqual(['a', 'warm'])
})

test('where the transaction fails, nothing is kept', async () => {
  await database.run`
    /* makePairs */ create table pairs (name text references marks deferrable initially deferred)`
  const reads = [along(COUNT)]
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
  // What stood alone was committed before the refusal.
  expect(await marks()).toEqual(['a', 'warm'])
})

test('what was read before something else was done is forgotten', async () => {
  const { kept } = await foreseeing(
    () => [along(COUNT)],
    async (tx) => {
      const none = await tx.autocommit({}).run`/* markNothing */ insert into marks select 'never' where false`
      await mark('a')(tx)
      return { none, count: await mark('b')(tx) }
    },
  )
  expect(kept).toEqual([[[['3', 'warm']]]])
  const nothing = await foreseeing(
    (result) => ('last' in result ? [] : [along(COUNT)]),
    async (tx) => {
      await tx.autocommit({}).run`/* markNothing */ insert into marks select 'never' where false`
      await mark('c')(tx)
      return { last: true }
    },
  )
  expect(nothing.kept).toEqual([])
})

test('it is counted as a statement, where it went along', async () => {
  const count = noStatements()
  const readsOf = () => [along(COUNT), along({ name: 'unheard', text: 'select $1::text' })]
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

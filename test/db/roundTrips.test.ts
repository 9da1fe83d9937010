/** The table of round trips in src/db/README.md, compared with the messages that are written to PostgreSQL. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { Database } from '../../src/db/client.ts'
import type { Writer } from '../../src/db/statements.ts'
import { type Tx, withTransaction } from '../../src/db/transaction.ts'
import { connectionOf } from '../../src/db/wire/pgInternals.ts'
import { TextQuery } from '../../src/db/wire/textQuery.ts'
import { createDatabase } from '../support/servers/database.ts'

const READ = { name: 'read', text: 'select count(*)::text from marks', values: [] }
// Each connection describes and prepares for itself.
const RUNS = 3

let place: Awaited<ReturnType<typeof createDatabase>>
let database: Database

beforeAll(async () => {
  place = await createDatabase()
  database = new Database({ connectionString: place.connectionString, connectionsMax: 1, onError: () => {} })
  await database.run`/* makeMarks */ create table marks (name text primary key)`
  await database.run`
    /* makeDeadlock */
    create function deadlock() returns text language plpgsql as
    $$ begin raise exception 'again' using errcode = '40P01'; end $$`
  await database.runText(new TextQuery(READ), () => false)
})
beforeEach(async () => {
  await database.run`/* deleteMarks */ delete from marks`
})
afterAll(async () => {
  await database.close()
  await place.drop()
})

const first = <Value>(on: Writer<Value>) => on.run`/* first */ insert into marks values ('first')`
const second = <Value>(on: Writer<Value>) => on.run`/* second */ insert into marks values ('second')`
const last = <Value>(on: Writer<Value>) => on.run`/* last */ insert into marks values ('last')`
const none = <Value>(on: Writer<Value>) => on.run`/* none */ insert into marks select 'none' where false`
const deferred = (tx: Tx, name = 'deferred') => tx.deferred.run`/* deferred */ insert into marks values (${name})`
const deadlock = (tx: Tx) => tx.run`/* deadlock */ insert into marks values (deadlock())`

const prefetch = () => ({ readsOf: () => [{ ...READ, rows: undefined }], keep: () => {} })
const inTransaction = (work: (tx: Tx) => Promise<unknown>) => withTransaction(database, work)
const withPrefetch = (work: (tx: Tx) => Promise<object | undefined>) => withTransaction(database, work, prefetch())

const works: Record<string, () => Promise<unknown>> = {
  'A statement outside a transaction': () => first(database),
  'A transaction of two statements': () =>
    inTransaction(async (tx) => {
      await first(tx)
      await second(tx)
    }),
  'Two statements in the same tick': () => inTransaction((tx) => Promise.all([first(tx), second(tx)])),
  'Deferred statements': () =>
    inTransaction(async (tx) => {
      await first(tx)
      await deferred(tx)
      await second(tx)
      await deferred(tx, 'again')
    }),
  'A deferred statement first': () =>
    inTransaction(async (tx) => {
      await deferred(tx)
      await second(tx)
    }),
  'A commit with a prefetch': () =>
    withPrefetch(async (tx) => {
      await first(tx)
      return {}
    }),
  '`autocommit`': () => inTransaction((tx) => first(tx.autocommit({}))),
  '`autocommit` with a prefetch': () => withPrefetch((tx) => first(tx.autocommit({}))),
  '`autocommit` that touches no row, then a rule': () =>
    inTransaction(async (tx) => (await none(tx.autocommit({}))) ?? first(tx)),
  '`autocommit` in a transaction that has begun': () =>
    inTransaction(async (tx) => {
      await first(tx)
      return second(tx.autocommit({}))
    }),
  '`commitWith` and a prefetch': () =>
    withPrefetch(async (tx) => {
      await first(tx)
      return last(tx.commitWith({}))
    }),
  'A deferred statement and `commitWith`': () =>
    inTransaction(async (tx) => {
      await first(tx)
      await deferred(tx)
      return last(tx.commitWith({}))
    }),
  'A deferred statement that fails': () =>
    inTransaction(async (tx) => {
      await first(tx)
      await deferred(tx, 'first')
      await second(tx)
    }),
  'A deferred statement that fails with the commit': () =>
    inTransaction(async (tx) => {
      await first(tx)
      await deferred(tx, 'first')
    }),
  'A rule that refuses': () =>
    inTransaction(async (tx) => {
      await first(tx)
      throw new Error('Refused.')
    }),
  'A rule that refuses before its first statement': () =>
    inTransaction(async () => {
      throw new Error('Refused.')
    }),
  'A deadlock, and its retry': () => {
    let attempts = 0
    return inTransaction((tx) => (attempts++ === 0 ? deadlock(tx) : first(tx)))
  },
}

/** The names of the statements in each write to the connection. */
async function writesOf(work: () => Promise<unknown>): Promise<string[]> {
  const client = await database.pool.connect()
  const { stream } = connectionOf(client)
  database.pool.release(client)
  const { write } = stream
  const writes: string[] = []
  stream.write = (...parameters: unknown[]) => {
    writes.push(namesIn(parameters[0] as Buffer).join(' + '))
    return Reflect.apply(write, stream, parameters)
  }
  try {
    await work().catch(() => {})
  } finally {
    stream.write = write
  }
  return writes
}

// A message is its type, its length without the type, and its content (PostgreSQL, Message Formats).
function namesIn(messages: Buffer): string[] {
  const names: string[] = []
  let unnamed = ''
  for (let start = 0; start < messages.length; start += 1 + messages.readInt32BE(start + 1)) {
    const type = String.fromCharCode(messages[start] as number)
    const texts = messages.toString('utf8', start + 5, start + 1 + messages.readInt32BE(start + 1)).split('\0')
    if (type === 'Q') names.push(String(texts[0]))
    if (type === 'P' && texts[0] === '') unnamed = String(texts[1])
    if (type === 'B') names.push(texts[1] || unnamed)
  }
  return names
}

async function readTable(): Promise<Map<string, string[]>> {
  const readme = await readFile(join(import.meta.dirname, '../../src/db/README.md'), 'utf8')
  const table = /\| Work \| Round trips \|\n\|---\|---\|\n((?:\|.*\n)+)/.exec(readme)?.[1] ?? ''
  const rows = table
    .trim()
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
  return new Map(
    rows.map(([, work = '', trips = '']) => [work, [...trips.matchAll(/`(.*?)`/g)].map(([, trip = '']) => trip)]),
  )
}

const table = await readTable()

test('the table has every work', () => {
  expect([...table.keys()]).toEqual(Object.keys(works))
})

test.each(Object.keys(works))('%s', async (name) => {
  let trips: string[] = []
  for (let run = 0; run < RUNS; run++) {
    await database.run`/* deleteMarks */ delete from marks`
    trips = await writesOf(works[name] as () => Promise<unknown>)
  }
  expect(trips).toEqual(table.get(name))
})

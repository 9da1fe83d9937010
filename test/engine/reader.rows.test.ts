import { PrismaPg } from '@prisma/adapter-pg'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Database } from '../../src/db/client.ts'
import { PrismaClient } from '../../src/db/generated/client.ts'
import { noStatements } from '../../src/db/statementCount.ts'
import { models } from '../../src/engine/reader/dataModel.ts'
import { readerFallbacks } from '../../src/engine/reader/prismaFallbacks.ts'
import { makeReadingClient } from '../../src/engine/reader/readingClient.ts'
import { type ReadCase, ReadCases } from '../support/inputs/readCases.ts'
import { createDatabase, type TestDatabase } from '../support/servers/database.ts'
import { makeReaderWorld, uuidsOf } from '../support/worlds/readerWorld.ts'

// READER_CASES runs thousands; a failure prints the seed and the path to repeat it.
const CASES = Number(process.env.READER_CASES ?? 300)
const SEED = Number(process.env.READER_SEED ?? 20_261_125)
const CONNECTIONS = 4
const VALUES_OF_A_COLUMN_MAX = 40
const CASE_MS_MAX = 200 // Only the time-out, so that a run of thousands may take longer.

type Find = (read: Record<string, unknown>) => Promise<unknown>

let testDatabase: TestDatabase
let database: Database
let prisma: PrismaClient
let reading: PrismaClient
const count = noStatements()
let cases: ReadCases

beforeAll(async () => {
  testDatabase = await createDatabase()
  database = new Database({
    connectionString: testDatabase.connectionString,
    connectionsMax: CONNECTIONS,
    onError: () => {},
  })
  await makeReaderWorld(database)
  prisma = new PrismaClient({ adapter: new PrismaPg(database.pool) })
  reading = makeReadingClient(prisma)(database.counting(count))
  cases = new ReadCases(await valuesOfTheWorld())
})

afterAll(async () => {
  await prisma.$disconnect()
  await database.close()
  await testDatabase.drop()
})

function finder(client: PrismaClient, modelName: string, method: string): Find {
  const delegate = client[`${modelName.charAt(0).toLowerCase()}${modelName.slice(1)}` as keyof PrismaClient]
  return (read) => (delegate as unknown as Record<string, Find>)[method]?.(read) as Promise<unknown>
}

async function valuesOfTheWorld() {
  const values = new Map<string, Map<string, unknown[]>>()
  for (const model of models.values()) {
    // For `take` of a view, which has no key, Prisma requires an order.
    const [first = ''] = model.columns.keys()
    const orderBy = model.compoundUniques.size > 0 || model.columns.get('id') ? undefined : { [first]: 'asc' }
    const find = finder(prisma, model.name, 'findMany')
    const rows = (await find({ take: VALUES_OF_A_COLUMN_MAX, orderBy })) as Record<string, unknown>[]
    values.set(model.name, new Map([...model.columns.keys()].map((name) => [name, rows.map((row) => row[name])])))
  }
  return values
}

async function expectSame({ model, read }: ReadCase, method = 'findMany'): Promise<void> {
  const [ours, theirs] = await Promise.all([finder(reading, model, method)(read), finder(prisma, model, method)(read)])
  expect(ours).toEqual(theirs)
}

test('reads what Prisma reads, for any selection, filter, order and page', {
  timeout: CASES * CASE_MS_MAX,
}, async () => {
  await fc.assert(
    fc.asyncProperty(cases.any(), (readCase) => expectSame(readCase)),
    { numRuns: CASES, seed: SEED },
  )
})

test('reads from a cursor on as Prisma does', { timeout: CASES * CASE_MS_MAX }, async () => {
  await fc.assert(
    fc.asyncProperty(cases.withCursor(), (readCase) => expectSame(readCase)),
    { numRuns: CASES / 10, seed: SEED },
  )
})

test('counts rows and finds the first row as Prisma does', { timeout: CASES * CASE_MS_MAX }, async () => {
  await fc.assert(
    fc.asyncProperty(cases.any(), async ({ model, read: { where, orderBy, select } }) => {
      await expectSame({ model, read: { where } }, 'count')
      await expectSame({ model, read: { where, orderBy, select } }, 'findFirst')
    }),
    { numRuns: CASES / 10, seed: SEED },
  )
})

test('counts groups as Prisma does', async () => {
  const read = {
    by: ['status', 'currency'],
    where: { remote: false, poster: { suspendedAt: null } },
    _count: true,
  } as const
  const byKey = (groups: { status: string; currency: string }[]) =>
    groups.toSorted((a, b) => (a.status + a.currency < b.status + b.currency ? -1 : 1))
  const theirs = await prisma.task.groupBy({ ...read, by: [...read.by] })
  const ours = await reading.task.groupBy({ ...read, by: [...read.by] })
  expect(byKey(ours)).toEqual(byKey(theirs))
})

test('batches reads of one row in one statement', async () => {
  const ids = await uuidsOf(database, 'user', 5)
  const before = count.statements
  const batch = [...ids, ids[0] ?? '', '00000000-0000-0000-0000-000000000000'].map((id) => ({ where: { id } }))
  const ours = await Promise.all(batch.map((read) => reading.user.findUnique(read)))
  expect(ours).toEqual(await Promise.all(batch.map((read) => prisma.user.findUnique(read))))
  expect(count.statements - before).toBe(1)
})

test('finds by a compound unique, and fails as Prisma does if no row is found', async () => {
  const [callerId] = await uuidsOf(database, 'user', 2)
  const [key] = await prisma.idempotencyKey.findMany({ where: { callerId: callerId ?? '' } })
  if (!key) throw new Error('The test world has no idempotency key of this person.')
  const read = { where: { callerId_mutation_key: { callerId: key.callerId, mutation: key.mutation, key: key.key } } }
  expect(await reading.idempotencyKey.findUnique(read)).toEqual(key)
  const nothing = { where: { id: '00000000-0000-0000-0000-000000000000' } }
  expect(await reading.user.findUnique(nothing)).toBeNull()
  await expect(reading.user.findUniqueOrThrow(nothing)).rejects.toMatchObject({ code: 'P2025' })
})

test('none of these reads fell back to Prisma', () => {
  expect(Object.fromEntries(readerFallbacks())).toEqual({})
})

test('falls back to Prisma for a read that it does not support, and counts it', async () => {
  const read = { where: { ids: { path: ['taskId'], equals: 3 } }, select: { key: true } }
  expect(await reading.idempotencyKey.findMany(read)).toEqual(await prisma.idempotencyKey.findMany(read))
  expect(Object.fromEntries(readerFallbacks())).toEqual({ 'IdempotencyKey.findMany': 1 })
})

test('evicts shapes beyond its bound, and closes a connection that has too many prepared statements', async () => {
  const before = await prepared()
  for (let take = 0; take < 1_200; take++) {
    await reading.category.findMany({ take })
    await reading.category.findMany({ take })
  }
  expect(await prepared()).toBeLessThanOrEqual(Math.max(before, 500))
})

/** The largest number of prepared statements of a connection of the pool. */
async function prepared(): Promise<number> {
  const clients = await Promise.all(Array.from({ length: CONNECTIONS }, () => database.pool.connect()))
  const counts = await Promise.all(
    clients.map((client) =>
      client.query<{ count: number }>('select count(*)::integer as count from pg_prepared_statements'),
    ),
  )
  for (const client of clients) client.release()
  return Math.max(...counts.map(({ rows }) => rows[0]?.count ?? 0))
}

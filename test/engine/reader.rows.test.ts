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

// Thousands by READER_CASES; a failure names the seed and the path that repeat it.
const CASES = Number(process.env.READER_CASES ?? 300)
const SEED = Number(process.env.READER_SEED ?? 20_261_125)
const CONNECTIONS = 4
const VALUES_OF_A_COLUMN_MAX = 40
const CASE_MS_MAX = 200 // Nothing is judged by it: a run of thousands may only last longer.

type Find = (read: Record<string, unknown>) => Promise<unknown>

let place: TestDatabase
let database: Database
let prisma: PrismaClient
let reading: PrismaClient
const count = noStatements()
let cases: ReadCases

beforeAll(async () => {
  place = await createDatabase()
  database = new Database({ connectionString: place.connectionString, connectionsMax: CONNECTIONS, onError: () => {} })
  await makeReaderWorld(database)
  prisma = new PrismaClient({ adapter: new PrismaPg(database.pool) })
  reading = makeReadingClient(prisma)(database.counting(count))
  cases = new ReadCases(await valuesOfTheWorld())
})

afterAll(async () => {
  await prisma.$disconnect()
  await database.close()
  await place.drop()
})

function finder(client: PrismaClient, modelName: string, method: string): Find {
  const delegate = client[`${modelName.charAt(0).toLowerCase()}${modelName.slice(1)}` as keyof PrismaClient]
  return (read) => (delegate as unknown as Record<string, Find>)[method]?.(read) as Promise<unknown>
}

async function valuesOfTheWorld() {
  const values = new Map<string, Map<string, unknown[]>>()
  for (const model of models.values()) {
    // Of a view, which has no key, Prisma takes some only in an order.
    const [first = ''] = model.columns.keys()
    const orderBy = model.compoundUniques.size > 0 || model.columns.get('id') ? undefined : { [first]: 'asc' }
    const find = finder(prisma, model.name, 'findMany')
    const rows = (await find({ take: VALUES_OF_A_COLUMN_MAX, orderBy })) as Record<string, unknown>[]
    values.set(model.name, new Map([...model.columns.keys()].map((name) => [name, rows.map((row) => row[name])])))
  }
  return values
}

async function answersAlike({ model, read }: ReadCase, method = 'findMany'): Promise<void> {
  const [ours, theirs] = await Promise.all([finder(reading, model, method)(read), finder(prisma, model, method)(read)])
  expect(ours).toEqual(theirs)
}

test('reads what Prisma reads, whatever is selected, filtered, ordered and cut out', {
  timeout: CASES * CASE_MS_MAX,
}, async () => {
  await fc.assert(
    fc.asyncProperty(cases.any(), (readCase) => answersAlike(readCase)),
    { numRuns: CASES, seed: SEED },
  )
})

test('goes on after a row as Prisma does', { timeout: CASES * CASE_MS_MAX }, async () => {
  await fc.assert(
    fc.asyncProperty(cases.withCursor(), (readCase) => answersAlike(readCase)),
    { numRuns: CASES / 10, seed: SEED },
  )
})

test('counts and finds the first as Prisma does', { timeout: CASES * CASE_MS_MAX }, async () => {
  await fc.assert(
    fc.asyncProperty(cases.any(), async ({ model, read: { where, orderBy, select } }) => {
      await answersAlike({ model, read: { where } }, 'count')
      await answersAlike({ model, read: { where, orderBy, select } }, 'findFirst')
    }),
    { numRuns: CASES / 10, seed: SEED },
  )
})

test('counts the parts of a list as Prisma does', async () => {
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

test('reads rows that are asked for one by one in one statement, each as it was asked for', async () => {
  const ids = await uuidsOf(database, 'user', 5)
  const before = count.statements
  const asked = [...ids, ids[0] ?? '', '00000000-0000-0000-0000-000000000000'].map((id) => ({ where: { id } }))
  const ours = await Promise.all(asked.map((read) => reading.user.findUnique(read)))
  expect(ours).toEqual(await Promise.all(asked.map((read) => prisma.user.findUnique(read))))
  expect(count.statements - before).toBe(1)
})

test('finds by a unique combination, and says that nothing was found as Prisma does', async () => {
  const [callerId] = await uuidsOf(database, 'user', 2)
  const [key] = await prisma.idempotencyKey.findMany({ where: { callerId: callerId ?? '' } })
  if (!key) throw new Error('The world has no key of this person.')
  const read = { where: { callerId_mutation_key: { callerId: key.callerId, mutation: key.mutation, key: key.key } } }
  expect(await reading.idempotencyKey.findUnique(read)).toEqual(key)
  const nothing = { where: { id: '00000000-0000-0000-0000-000000000000' } }
  expect(await reading.user.findUnique(nothing)).toBeNull()
  await expect(reading.user.findUniqueOrThrow(nothing)).rejects.toMatchObject({ code: 'P2025' })
})

test('left none of it to Prisma', () => {
  expect(Object.fromEntries(readerFallbacks())).toEqual({})
})

test('leaves to Prisma what it does not know, and says so', async () => {
  const read = { where: { ids: { path: ['taskId'], equals: 3 } }, select: { key: true } }
  expect(await reading.idempotencyKey.findMany(read)).toEqual(await prisma.idempotencyKey.findMany(read))
  expect(Object.fromEntries(readerFallbacks())).toEqual({ 'IdempotencyKey.findMany': 1 })
})

test('forgets shapes beyond its bound, and closes a connection that has prepared too much', async () => {
  const before = await prepared()
  for (let take = 0; take < 1_200; take++) {
    await reading.category.findMany({ take })
    await reading.category.findMany({ take })
  }
  expect(await prepared()).toBeLessThanOrEqual(Math.max(before, 500))
})

/** The most statements that a connection of the pool has prepared. */
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

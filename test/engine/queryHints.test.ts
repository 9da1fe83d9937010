import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Prisma, PrismaClient, TaskStatus } from '../../src/db/generated/client.ts'
import { customPlan, disjoint, inStatuses, probedPerRow, selective } from '../../src/db/queryHints.ts'
import { makeReadingClient } from '../../src/engine/reader/readingClient.ts'
import { statementsOf } from '../support/plans.ts'
import { startApp, type TestApp } from '../support/servers/app.ts'
import { makeReaderWorld, uuidsOf } from '../support/worlds/readerWorld.ts'

let app: TestApp
let reading: PrismaClient
let person: string

beforeAll(async () => {
  app = await startApp()
  await makeReaderWorld(app.database)
  reading = makeReadingClient(app.prisma)(app.database)
  person = (await uuidsOf(app.database, 'user', 1))[0] ?? ''
})
afterAll(async () => {
  await app.stop()
})

const ORDERS: Prisma.TaskOrderByWithRelationInput[][] = [
  [{ id: 'desc' }],
  [{ deadline: { sort: 'asc', nulls: 'last' } }, { id: 'desc' }],
  [{ currency: 'asc' }, { budgetMinor: 'desc' }, { id: 'desc' }],
]

async function expectSame(where: Prisma.TaskWhereInput, read: Omit<Prisma.TaskFindManyArgs, 'where'> = {}) {
  const select = { id: true, status: true, poster: { select: { displayName: true } } } as const
  const hinted = await reading.task.findMany({ ...read, select, where })
  expect(hinted).toEqual(await app.prisma.task.findMany({ ...read, select, where }))
  return hinted
}

describe('a hint does not change the result', () => {
  test('of disjoint alternatives, in any order, forward and backward, alone and with other conditions', async () => {
    const statuses = inStatuses<TaskStatus>(['OPEN', 'COMPLETED', 'DISPUTED', 'OPEN'])
    const modes = disjoint<Prisma.TaskWhereInput>([
      { acceptanceMode: 'FIRST_COME' },
      { acceptanceMode: 'POSTER_CHOICE' },
    ])
    for (const orderBy of ORDERS) {
      for (const take of [1, 7, 100, -7]) {
        expect((await expectSame(statuses, { orderBy, take })).length).toBeGreaterThan(0)
        await expectSame({ AND: [{ OR: modes }, statuses, { remote: false }] }, { orderBy, take })
        await expectSame({ NOT: statuses, OR: modes }, { orderBy, take })
      }
      await expectSame(statuses, { orderBy, take: 5, skip: 2 })
      await expectSame(statuses, { orderBy })
    }
    await expectSame(inStatuses<'OPEN'>([]), { take: 5 })
  })

  test('of a selective condition, also negated', async () => {
    const some = { applications: { some: selective<Prisma.TaskApplicationWhereInput>({ applicantId: person }) } }
    const order = { orderBy: [{ id: 'desc' as const }] }
    expect((await expectSame(some, order)).length).toBeGreaterThan(0)
    expect((await expectSame({ NOT: some }, order)).length).toBeGreaterThan(0)
    await expectSame({ OR: [{ posterId: person }, some] }, { ...order, take: 5 })
    await expectSame({ supportChats: { some: selective<Prisma.ChatWhereInput>({ status: 'ASSIGNED' }) } }, order)
  })

  test('of a condition that is probed per row, also negated', async () => {
    const where = probedPerRow<Prisma.TaskPersonWhereInput>({ userId: person })
    const order = { orderBy: [{ id: 'desc' as const }] }
    const own = await expectSame({ people: { some: where } }, order)
    const others = await expectSame({ people: { none: where } }, order)
    expect([own.length, others.length]).not.toContain(0)
    expect(own.length + others.length).toBe(await app.prisma.task.count())
    await expectSame({ OR: [{ posterId: person }, { people: { none: where } }] }, { ...order, take: 5 })
  })

  test('of a condition with custom plans, whose statement is never prepared', async () => {
    const where = customPlan<Prisma.TaskWhereInput>({ title: { contains: 'fence' } })
    const sent = await statementsOf(async () => {
      for (let times = 0; times < 3; times++) await expectSame(where, { orderBy: [{ id: 'asc' }] })
    })
    const reads = sent.filter(({ name }) => name === 'read Task')
    expect(reads.map(({ isPrepared }) => isPrepared)).toEqual([false, false, false])
  })
})

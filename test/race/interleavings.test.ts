/**
 * The most dangerous pairs in a few schedules of their statements; `npm run trials -- interleavings` tries all pairs in many. That the
 * comparison notices a lost update is tested with a rule that has one.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { withTransaction } from '../../src/db/transaction.ts'
import { createDatabase, type TestDatabase } from '../support/servers/database.ts'
import { exploreAll } from '../trials/interleavings/exploreSchedules.ts'
import { type Explore, Meeting, type SentRequest } from '../trials/interleavings/meeting.ts'
import type { RequestName } from '../trials/interleavings/requests.ts'
import type { SituationName } from '../trials/interleavings/situations.ts'
import { type Stage, setStage } from '../trials/interleavings/stage.ts'

let database: TestDatabase
let stage: Stage

beforeAll(async () => {
  database = await createDatabase()
  stage = await setStage(database.connectionString)
})
afterAll(async () => {
  await stage.close()
  await database.drop()
})

const fewSchedules: Explore = (run) => exploreAll({ preemptionsMax: 1, schedulesMax: 8 }, run)

const PAIRS: [SituationName, [RequestName, RequestName][]][] = [
  [
    'openFunded',
    [
      ['acceptTask', 'acceptTask'],
      ['acceptTask', 'cancelTask'],
      ['acceptApplication', 'withdrawApplication'],
    ],
  ],
  ['awaitingCharge', [['fundingLapses', 'settleCharge']]],
  [
    'submitted',
    [
      ['approveWork', 'openDispute'],
      ['approveWork', 'approvalByTime'],
    ],
  ],
  ['disputed', [['withdrawDispute', 'resolveDispute']]],
  [
    'reversed',
    [
      ['refundHold', 'reverseTransfer'],
      ['reverseTransfer', 'reverseTransfer'],
    ],
  ],
]

test.each(PAIRS)('in the situation %s each schedule ends like a serial order', async (situation, pairs) => {
  const meeting = await Meeting.prepare(stage, situation)
  let waitsInAll = 0
  for (const names of pairs) {
    const { faults, schedules, waits } = await meeting.meet(meeting.requests(names), fewSchedules)
    expect(faults).toEqual([])
    expect(schedules, `schedules of ${names.join(' and ')}`).toBeGreaterThan(3)
    waitsInAll += waits
  }
  expect(waitsInAll, 'requests waited for each other').toBeGreaterThan(0)
})

/** Adds to a balance that it read before, with or without a lock. */
const adds = (amount: number, lock: 'locked' | 'unlocked'): SentRequest => ({
  name: `add ${amount}`,
  isTimer: false,
  send: async ({ app, ben }) =>
    withTransaction(app.database, async (tx) => {
      const found =
        lock === 'locked'
          ? await tx.row<{
              name: string
            }>`/* readLocked */ select display_name as name from users where id = ${ben.uuid} for update`
          : await tx.row<{
              name: string
            }>`/* readUnlocked */ select display_name as name from users where id = ${ben.uuid}`
      const sum = Number(found?.name.replace(/\D/g, '') || 0) + amount
      await tx.run`/* writeSum */ update users set display_name = ${`Ben ${sum}`} where id = ${ben.uuid}`
    }),
})

test('a lost update is found, with its schedule', async () => {
  const meeting = await Meeting.prepare(stage, 'open')
  const { faults } = await meeting.meet([adds(1, 'unlocked'), adds(2, 'unlocked')], fewSchedules)
  expect(faults[0]?.what).toContain('no serial order ends like this')
  expect(faults[0]?.schedule).toEqual(expect.arrayContaining(['1 start', '2 start', '1 writeSum', '2 writeSum']))
})

test('the same with a lock has no fault', async () => {
  const meeting = await Meeting.prepare(stage, 'open')
  const { faults, waits, ends } = await meeting.meet([adds(1, 'locked'), adds(2, 'locked')], fewSchedules)
  expect(faults).toEqual([])
  expect([waits > 0, ends]).toEqual([true, 1])
})

/** Locks two people in an order. */
const locks = (order: 'up' | 'down'): SentRequest => ({
  name: order,
  isTimer: false,
  send: ({ app, ben, cleo }) =>
    withTransaction(app.database, async (tx) => {
      const ids = [ben.uuid, cleo.uuid].sort()
      if (order === 'down') ids.reverse()
      for (const id of ids) await tx.run`/* lockOne */ select from users where id = ${id} for update`
    }),
})

test('a deadlock is run again, and is noticed', async () => {
  const meeting = await Meeting.prepare(stage, 'open')
  const { faults, failures } = await meeting.meet([locks('up'), locks('down')], fewSchedules)
  expect(faults).toEqual([])
  expect(failures.get('40P01')).toBeGreaterThan(0)
})

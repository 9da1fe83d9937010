/** The sandbox clock, with timers of the tests. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createSandboxClock } from '../../../src/background/advanceClock.ts'
import { isClockMoving } from '../../../src/background/clock.sql.ts'
import { countRunningJobs } from '../../../src/background/jobs.sql.ts'
import { startSweep } from '../../../src/background/sweep.ts'
import { startWorker } from '../../../src/background/worker.ts'
import { readClock } from '../../../src/db/clock.ts'
import { withTransaction } from '../../../src/db/transaction.ts'
import { enqueue } from '../../../src/jobs/enqueue.ts'
import type { Timer } from '../../../src/jobs/timer.ts'
import { addDueRow, createDueTable, doneRows, dueTimer } from '../../support/dueTimers.ts'
import { type Person, person, send } from '../../support/people.ts'
import { gate } from '../../support/scriptedProvider.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'

const ADVANCE = /* GraphQL */ `
  mutation ($by: Duration!) {
    advanceSandboxClock(input: { by: $by }) {
      __typename
      ... on SandboxPayload { sandbox { now provider providerCalls } }
      ... on Error { code }
      ... on ValidationError { fields { path } }
    }
  }
`
const HOUR_MS = 3_600_000
// Tolerance between due time and execution: an error would be off by hours, a slow machine is off by seconds.
const SLACK_MS = 10_000

let app: TestApp
let admin: Person

beforeAll(async () => {
  app = await startApp()
  admin = await person(app, 'Ada', 'ADMIN')
  await createDueTable(app.database)
})
afterAll(async () => {
  await app.stop()
})
beforeEach(async () => {
  await app.database.run`/* testClear */ delete from due_things`
})

async function advance(by: string, timers: readonly Timer[] = []) {
  const clock = createSandboxClock({ work: app.work, timers })
  app.services.sandboxClock = clock
  const answer = await admin.send(ADVANCE, { by })
  await clock.stop()
  return answer.data?.advanceSandboxClock as unknown as {
    __typename: string
    code?: string
    sandbox: { now: string }
  }
}

const now = async (): Promise<number> => (await readClock(app.database)).getTime()

test('anyone may see the sandbox', async () => {
  const answer = await send(app, '{ sandbox { now provider providerCalls } }')
  expect(answer.data?.sandbox).toEqual({ now: expect.any(String), provider: 'ACCEPT', providerCalls: 0 })
})

test('the clock moves forward by the given duration, and runs on from there', async () => {
  const before = await now()
  const answer = await advance('P3DT1H')
  const moved = Date.parse(answer.sandbox.now) - before
  expect(moved).toBeGreaterThanOrEqual(73 * HOUR_MS)
  expect(moved).toBeLessThan(73 * HOUR_MS + SLACK_MS)
  expect(await now()).toBeGreaterThanOrEqual(Date.parse(answer.sandbox.now))
})

test.each(['P1Y', 'P1M', '-P1D', 'P-1D', 'P401D', 'P400DT1S', 'PT9007199254740993S'])(
  '%s is refused and moves nothing',
  async (by) => {
    const before = await now()
    expect(await advance(by)).toMatchObject({
      __typename: 'ValidationError',
      code: 'VALIDATION_FAILED',
      fields: [{ path: ['input', 'by'] }],
    })
    expect(await now()).toBeLessThan(before + SLACK_MS)
  },
)

test('only administrators move the clock or change the provider', async () => {
  const finance = await person(app, 'Finn', 'FINANCE')
  const before = await now()
  const moved = await finance.send(ADVANCE, { by: 'P1D' })
  expect(moved.data?.advanceSandboxClock).toMatchObject({ __typename: 'ForbiddenError', code: 'FORBIDDEN' })
  const anonymous = await send(app, ADVANCE, { by: 'P1D' })
  expect(anonymous.data?.advanceSandboxClock).toMatchObject({ __typename: 'UnauthenticatedError' })
  const changed = await finance.send(
    'mutation { setSandboxProvider(input: { mode: REFUSE }) { __typename ... on Error { code } } }',
  )
  expect(changed.data?.setSandboxProvider).toMatchObject({ __typename: 'ForbiddenError', code: 'FORBIDDEN' })
  expect(await now()).toBeLessThan(before + SLACK_MS)
  expect((await send(app, '{ sandbox { provider } }')).data?.sandbox).toEqual({ provider: 'ACCEPT' })
})

test('a server with a real payment provider has no sandbox', async () => {
  const clock = app.services.sandboxClock
  app.services.sandboxClock = null
  try {
    expect((await send(app, '{ sandbox { now } }')).data).toEqual({ sandbox: null })
    const answer = await admin.send(ADVANCE, { by: 'P1D' })
    expect(answer.data?.advanceSandboxClock).toMatchObject({ __typename: 'ForbiddenError' })
  } finally {
    app.services.sandboxClock = clock
  }
})

test('timers run in due order, each with the clock at its due time', async () => {
  await addDueRow(app.database, { timer: 'one', label: 'second', inMs: 30 * HOUR_MS })
  await addDueRow(app.database, { timer: 'two', label: 'first', inMs: 2 * HOUR_MS })
  await addDueRow(app.database, { timer: 'two', label: 'third', inMs: 31 * HOUR_MS })
  await addDueRow(app.database, { timer: 'one', label: 'not yet', inMs: 100 * HOUR_MS })
  await advance('P3D', [dueTimer('one'), dueTimer('two')])
  const done = await doneRows(app.database)
  expect(done.map(({ label }) => label)).toEqual(['first', 'second', 'third'])
  for (const { dueAt, doneAt } of done) {
    const late = doneAt.getTime() - dueAt.getTime()
    expect(late).toBeGreaterThanOrEqual(0)
    expect(late).toBeLessThan(SLACK_MS)
  }
})

test('work that a timer makes due within the advance runs within it', async () => {
  const follow = dueTimer('leads', async (tx, label) => {
    if (label !== 'cause') return
    await tx.run`
      /* testEffect */
      insert into due_things (timer, label, due_at)
      values ('leads', 'effect', errand_now() + interval '1 hour')`
  })
  await addDueRow(app.database, { timer: 'leads', label: 'cause', inMs: HOUR_MS })
  await addDueRow(app.database, { timer: 'leads', label: 'later', inMs: 3 * HOUR_MS })
  await advance('PT4H', [follow])
  expect((await doneRows(app.database)).map(({ label }) => label)).toEqual(['cause', 'effect', 'later'])
})

test('an advance of zero runs the work that is due now and does not move the clock', async () => {
  const before = await now()
  await addDueRow(app.database, { timer: 'one', label: 'due', inMs: -1 })
  await addDueRow(app.database, { timer: 'one', label: 'not due', inMs: HOUR_MS })
  const answer = await advance('PT0S', [dueTimer('one')])
  expect((await doneRows(app.database)).map(({ label }) => label)).toEqual(['due'])
  expect(Date.parse(answer.sandbox.now) - before).toBeLessThan(SLACK_MS)
})

test('more than one batch that is due at one moment runs at that moment', async () => {
  await app.database.run`
    /* testManyDue */
    insert into due_things (timer, label, due_at)
    select 'one', 'thing ' || number, errand_now() + interval '1 hour'
    from generate_series(1, 250) as number`
  await advance('PT2H', [dueTimer('one')])
  const done = await doneRows(app.database)
  expect(done).toHaveLength(250)
  expect(Math.max(...done.map(({ dueAt, doneAt }) => doneAt.getTime() - dueAt.getTime()))).toBeLessThan(SLACK_MS)
})

test('the clock waits for a payment in progress before it moves', async () => {
  let checks = 0
  const watched: Timer = {
    ...dueTimer('one'),
    nextDue: (database) => {
      checks++
      return dueTimer('one').nextDue(database)
    },
  }
  let doneBefore: unknown[] | undefined
  const worker = startWorker({
    connectionString: app.connectionString,
    work: app.work,
    timers: [],
    jobs: {
      // Long enough for the clock to check several times, and to move on if it did not wait.
      sendTransfer: async ({ database }) => {
        await expect.poll(() => checks, { timeout: 30_000 }).toBeGreaterThan(5)
        doneBefore = await doneRows(database)
      },
      sendReversal: async () => {},
      sendRefund: async () => {},
      runReconciliation: async () => {},
      deliverMail: async () => {},
      mailPasswordReset: async () => {},
    },
  })
  try {
    await addDueRow(app.database, { timer: 'one', label: 'after', inMs: HOUR_MS })
    await withTransaction(app.database, (tx) => enqueue(tx, { task: 'sendTransfer', id: 'slow' }))
    await expect.poll(() => countRunningJobs(app.database), { timeout: 30_000 }).toBe(1)
    await advance('PT2H', [watched])
    expect(doneBefore).toEqual([])
    expect((await doneRows(app.database)).map(({ label }) => label)).toEqual(['after'])
  } finally {
    await worker.stop()
  }
})

test('a timer that fails is logged once and stops neither the others nor the clock', async () => {
  const failing: Timer = {
    name: 'failing',
    nextDue: async (database) =>
      (await database.row<{ at: Date }>`/* testAlwaysDue */ select errand_now() - interval '1 hour' as at`)?.at ?? null,
    runDue: async () => {
      throw new Error('The timer is broken.')
    },
  }
  await addDueRow(app.database, { timer: 'one', label: 'first', inMs: HOUR_MS })
  await addDueRow(app.database, { timer: 'one', label: 'second', inMs: 2 * HOUR_MS })
  app.logLines.length = 0
  expect(await advance('P1D', [failing, dueTimer('one')])).toMatchObject({ __typename: 'SandboxPayload' })
  expect((await doneRows(app.database)).map(({ label }) => label)).toEqual(['first', 'second'])
  expect(app.logLines.filter(({ name }) => name === 'failing')).toHaveLength(1)
})

test('concurrent advances run one after the other, on one server and on two', async () => {
  const before = await now()
  await addDueRow(app.database, { timer: 'one', label: 'first', inMs: HOUR_MS })
  await addDueRow(app.database, { timer: 'one', label: 'second', inMs: 30 * HOUR_MS })
  const timers = [dueTimer('one')]
  const here = createSandboxClock({ work: app.work, timers })
  const there = createSandboxClock({ work: app.work, timers })
  await Promise.all([here.advance(24 * HOUR_MS), here.advance(24 * HOUR_MS), there.advance(24 * HOUR_MS)])
  const moved = (await now()) - before
  expect(moved).toBeGreaterThanOrEqual(72 * HOUR_MS)
  expect(moved).toBeLessThan(72 * HOUR_MS + SLACK_MS)
  expect((await doneRows(app.database)).map(({ label }) => label)).toEqual(['first', 'second'])
})

test('after its time limit it answers, and the rest continues', async () => {
  const before = await now()
  const { opened, open } = gate()
  const clock = createSandboxClock({
    work: app.work,
    timers: [dueTimer('one', () => opened)],
    answerAfterMs: 100,
  })
  await addDueRow(app.database, { timer: 'one', label: 'slow', inMs: HOUR_MS })
  await clock.advance(2 * HOUR_MS)
  expect((await now()) - before).toBeLessThan(2 * HOUR_MS)
  open()
  await expect.poll(now).toBeGreaterThanOrEqual(before + 2 * HOUR_MS)
  expect((await doneRows(app.database)).map(({ label }) => label)).toEqual(['slow'])
  await clock.stop()
})

test('a server that stops during an advance leaves the clock in between, and the next advance continues', async () => {
  const before = await now()
  const clock = createSandboxClock({
    work: app.work,
    timers: [
      dueTimer('one', async () => {
        void clock.stop()
      }),
    ],
  })
  await addDueRow(app.database, { timer: 'one', label: 'last', inMs: 2 * HOUR_MS })
  await addDueRow(app.database, { timer: 'one', label: 'never', inMs: 3 * HOUR_MS })
  await expect(clock.advance(24 * HOUR_MS)).rejects.toThrow('The server stops.')
  const between = await now()
  expect(between - before).toBeGreaterThanOrEqual(2 * HOUR_MS)
  expect(between - before).toBeLessThan(3 * HOUR_MS)
  expect((await doneRows(app.database)).map(({ label }) => label)).toEqual(['last'])
  await advance('P1D', [dueTimer('one')])
  expect((await now()) - between).toBeGreaterThanOrEqual(24 * HOUR_MS)
  expect((await doneRows(app.database)).map(({ label }) => label)).toEqual(['last', 'never'])
})

test('the clock waits for a running sweep, and no sweep begins while the clock moves', async () => {
  const begun = gate()
  const finish = gate()
  let turns = 0
  // It reports no due time, like a look-up of a payment in doubt that has begun.
  const silent: Timer = {
    name: 'silent',
    nextDue: async () => null,
    runDue: async () => {
      turns++
      begun.open()
      await finish.opened
      return 0
    },
  }
  const before = await now()
  const sweep = startSweep({ work: app.work, timers: [silent] })
  const clock = createSandboxClock({ work: app.work, timers: [], answerAfterMs: 500 })
  try {
    await begun.opened
    await clock.advance(HOUR_MS)
    expect((await now()) - before).toBeLessThan(HOUR_MS)
    expect(await isClockMoving(app.database)).toBe(true)
    finish.open()
    await expect.poll(now, { timeout: 20_000 }).toBeGreaterThanOrEqual(before + HOUR_MS)
    expect(turns).toBe(1)
  } finally {
    finish.open()
    await clock.stop()
    await sweep.stop()
  }
})

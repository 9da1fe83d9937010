/** The sandbox's clock, with timers of the test's own. */
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
import { addDueThing, createDueThings, doneThings, dueThingsTimer } from '../../support/dueTimers.ts'
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
// What the program itself takes between the moment and its doing; a day off would be an error, a second is a slow machine.
const SLACK_MS = 10_000

let app: TestApp
let admin: Person

beforeAll(async () => {
  app = await startApp()
  admin = await person(app, 'Ada', 'ADMIN')
  await createDueThings(app.database)
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

test('everybody may see the sandbox', async () => {
  const answer = await send(app, '{ sandbox { now provider providerCalls } }')
  expect(answer.data?.sandbox).toEqual({ now: expect.any(String), provider: 'ACCEPT', providerCalls: 0 })
})

test('the clock moves forward by what was asked, and goes on from there', async () => {
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
  const nobody = await send(app, ADVANCE, { by: 'P1D' })
  expect(nobody.data?.advanceSandboxClock).toMatchObject({ __typename: 'UnauthenticatedError' })
  const changed = await finance.send(
    'mutation { setSandboxProvider(input: { mode: REFUSE }) { __typename ... on Error { code } } }',
  )
  expect(changed.data?.setSandboxProvider).toMatchObject({ __typename: 'ForbiddenError', code: 'FORBIDDEN' })
  expect(await now()).toBeLessThan(before + SLACK_MS)
  expect((await send(app, '{ sandbox { provider } }')).data?.sandbox).toEqual({ provider: 'ACCEPT' })
})

test('with a real payment provider there is no sandbox', async () => {
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
  await addDueThing(app.database, { timer: 'one', label: 'second', inMs: 30 * HOUR_MS })
  await addDueThing(app.database, { timer: 'two', label: 'first', inMs: 2 * HOUR_MS })
  await addDueThing(app.database, { timer: 'two', label: 'third', inMs: 31 * HOUR_MS })
  await addDueThing(app.database, { timer: 'one', label: 'not yet', inMs: 100 * HOUR_MS })
  await advance('P3D', [dueThingsTimer('one'), dueThingsTimer('two')])
  const done = await doneThings(app.database)
  expect(done.map(({ label }) => label)).toEqual(['first', 'second', 'third'])
  for (const { dueAt, doneAt } of done) {
    const late = doneAt.getTime() - dueAt.getTime()
    expect(late).toBeGreaterThanOrEqual(0)
    expect(late).toBeLessThan(SLACK_MS)
  }
})

test('what a timer makes due on the way runs on the way', async () => {
  const follow = dueThingsTimer('leads', async (tx, label) => {
    if (label !== 'cause') return
    await tx.run`
      /* testEffect */
      insert into due_things (timer, label, due_at)
      values ('leads', 'effect', errand_now() + interval '1 hour')`
  })
  await addDueThing(app.database, { timer: 'leads', label: 'cause', inMs: HOUR_MS })
  await addDueThing(app.database, { timer: 'leads', label: 'later', inMs: 3 * HOUR_MS })
  await advance('PT4H', [follow])
  expect((await doneThings(app.database)).map(({ label }) => label)).toEqual(['cause', 'effect', 'later'])
})

test('zero runs what is due now and moves nothing', async () => {
  const before = await now()
  await addDueThing(app.database, { timer: 'one', label: 'due', inMs: -1 })
  await addDueThing(app.database, { timer: 'one', label: 'not due', inMs: HOUR_MS })
  const answer = await advance('PT0S', [dueThingsTimer('one')])
  expect((await doneThings(app.database)).map(({ label }) => label)).toEqual(['due'])
  expect(Date.parse(answer.sandbox.now) - before).toBeLessThan(SLACK_MS)
})

test('more than one batch is due at one moment, and all of it is done there', async () => {
  await app.database.run`
    /* testManyDue */
    insert into due_things (timer, label, due_at)
    select 'one', 'thing ' || number, errand_now() + interval '1 hour'
    from generate_series(1, 250) as number`
  await advance('PT2H', [dueThingsTimer('one')])
  const done = await doneThings(app.database)
  expect(done).toHaveLength(250)
  expect(Math.max(...done.map(({ dueAt, doneAt }) => doneAt.getTime() - dueAt.getTime()))).toBeLessThan(SLACK_MS)
})

test('a payment that is under way is waited for before the clock moves', async () => {
  let looks = 0
  const watched: Timer = {
    ...dueThingsTimer('one'),
    nextDue: (database) => {
      looks++
      return dueThingsTimer('one').nextDue(database)
    },
  }
  let doneMeanwhile: unknown[] | undefined
  const worker = startWorker({
    connectionString: app.connectionString,
    work: app.work,
    timers: [],
    jobs: {
      // Long enough for the clock to look several times, and to go on if it did not wait.
      sendTransfer: async ({ database }) => {
        await expect.poll(() => looks, { timeout: 30_000 }).toBeGreaterThan(5)
        doneMeanwhile = await doneThings(database)
      },
      sendRefund: async () => {},
    },
  })
  try {
    await addDueThing(app.database, { timer: 'one', label: 'after', inMs: HOUR_MS })
    await withTransaction(app.database, (tx) => enqueue(tx, { task: 'sendTransfer', id: 'slow' }))
    await expect.poll(() => countRunningJobs(app.database), { timeout: 30_000 }).toBe(1)
    await advance('PT2H', [watched])
    expect(doneMeanwhile).toEqual([])
    expect((await doneThings(app.database)).map(({ label }) => label)).toEqual(['after'])
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
  await addDueThing(app.database, { timer: 'one', label: 'first', inMs: HOUR_MS })
  await addDueThing(app.database, { timer: 'one', label: 'second', inMs: 2 * HOUR_MS })
  app.logLines.length = 0
  expect(await advance('P1D', [failing, dueThingsTimer('one')])).toMatchObject({ __typename: 'SandboxPayload' })
  expect((await doneThings(app.database)).map(({ label }) => label)).toEqual(['first', 'second'])
  expect(app.logLines.filter(({ name }) => name === 'failing')).toHaveLength(1)
})

test('two at once run one after the other, on two servers as on one', async () => {
  const before = await now()
  await addDueThing(app.database, { timer: 'one', label: 'first', inMs: HOUR_MS })
  await addDueThing(app.database, { timer: 'one', label: 'second', inMs: 30 * HOUR_MS })
  const timers = [dueThingsTimer('one')]
  const here = createSandboxClock({ work: app.work, timers })
  const there = createSandboxClock({ work: app.work, timers })
  await Promise.all([here.advance(24 * HOUR_MS), here.advance(24 * HOUR_MS), there.advance(24 * HOUR_MS)])
  const moved = (await now()) - before
  expect(moved).toBeGreaterThanOrEqual(72 * HOUR_MS)
  expect(moved).toBeLessThan(72 * HOUR_MS + SLACK_MS)
  expect((await doneThings(app.database)).map(({ label }) => label)).toEqual(['first', 'second'])
})

test('past its patience it answers with what is left going on', async () => {
  const before = await now()
  let goOn = () => {}
  const held = new Promise<void>((resolve) => {
    goOn = resolve
  })
  const clock = createSandboxClock({
    work: app.work,
    timers: [dueThingsTimer('one', () => held)],
    answerAfterMs: 100,
  })
  await addDueThing(app.database, { timer: 'one', label: 'slow', inMs: HOUR_MS })
  await clock.advance(2 * HOUR_MS)
  expect((await now()) - before).toBeLessThan(2 * HOUR_MS)
  goOn()
  await expect.poll(now).toBeGreaterThanOrEqual(before + 2 * HOUR_MS)
  expect((await doneThings(app.database)).map(({ label }) => label)).toEqual(['slow'])
  await clock.stop()
})

test('a server that stops on the way leaves the clock somewhere between, and lets the next go on', async () => {
  const before = await now()
  const clock = createSandboxClock({
    work: app.work,
    timers: [
      dueThingsTimer('one', async () => {
        void clock.stop()
      }),
    ],
  })
  await addDueThing(app.database, { timer: 'one', label: 'last', inMs: 2 * HOUR_MS })
  await addDueThing(app.database, { timer: 'one', label: 'never', inMs: 3 * HOUR_MS })
  await expect(clock.advance(24 * HOUR_MS)).rejects.toThrow('The server stops.')
  const between = await now()
  expect(between - before).toBeGreaterThanOrEqual(2 * HOUR_MS)
  expect(between - before).toBeLessThan(3 * HOUR_MS)
  expect((await doneThings(app.database)).map(({ label }) => label)).toEqual(['last'])
  await advance('P1D', [dueThingsTimer('one')])
  expect((await now()) - between).toBeGreaterThanOrEqual(24 * HOUR_MS)
  expect((await doneThings(app.database)).map(({ label }) => label)).toEqual(['last', 'never'])
})

test('the clock waits for what a sweep has begun, and no sweep begins while it moves', async () => {
  const begun = gate()
  const goesOn = gate()
  let turns = 0
  // It keeps to itself what it has begun, like a question to the provider about a payment in doubt.
  const silent: Timer = {
    name: 'silent',
    nextDue: async () => null,
    runDue: async () => {
      turns++
      begun.open()
      await goesOn.opened
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
    goesOn.open()
    await expect.poll(now, { timeout: 20_000 }).toBeGreaterThanOrEqual(before + HOUR_MS)
    expect(turns).toBe(1)
  } finally {
    goesOn.open()
    await clock.stop()
    await sweep.stop()
  }
})

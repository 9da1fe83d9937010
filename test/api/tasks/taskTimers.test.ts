import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { taskTimers } from '../../../src/tasks/actions/taskTimers.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'
import {
  type Actor,
  actor,
  applicationRowsOf,
  everything,
  historyOf,
  taskRowOf,
  timePasses,
  timersRun,
  waitsForLock,
  whileHolding,
} from '../../support/story.ts'

let app: TestApp
let anna: Actor
let ben: Actor
let cleo: Actor

beforeAll(async () => {
  app = await startApp()
  anna = await actor(app, 'Anna')
})
afterAll(async () => {
  await app.stop()
})
beforeEach(async () => {
  ben = await actor(app, 'Ben')
  cleo = await actor(app, 'Cleo')
})
afterEach(async () => {
  await app.database.run`/* clockBack */ update sandbox.clock set ahead_by = '0'`
})

const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString()
const refundsOf = (taskId: string) => app.prisma.refund.findMany({ where: { taskId } })

test('an open task expires at its deadline, and not before', async () => {
  const task = await anna.posts({ deadline: inHours(2) })
  await ben.applies(task)
  await anna.funds(task)
  await timePasses(app, '1 hour')
  const before = await everything(app)
  expect(await timersRun(app)).toBe(0)
  expect(await everything(app)).toEqual(before)
  await timePasses(app, '1 hour')
  expect(await timersRun(app)).toBe(1)
  const row = await taskRowOf(app, task)
  expect(row).toMatchObject({ status: 'EXPIRED', version: 2, endedAt: row.updatedAt })
  expect(row.endedAt?.getTime()).toBeGreaterThanOrEqual(Number(row.deadline?.getTime()))
  expect(await applicationRowsOf(app, task)).toMatchObject([{ status: 'CLOSED' }])
  expect(await refundsOf(task.uuid)).toMatchObject([{ amountMinor: 2000n, reason: 'The deadline of the task passed.' }])
  const expired = await app.prisma.event.findFirst({ where: { taskId: task.uuid, type: 'task.expired' } })
  expect(expired).toMatchObject({ actorId: null, recipientIds: [anna.uuid, ben.uuid] })
  expect(await timersRun(app)).toBe(0)
})

test('a task without a deadline never expires', async () => {
  const task = await anna.posts()
  await timePasses(app, '10 years')
  await timersRun(app)
  expect(await taskRowOf(app, task)).toMatchObject({ status: 'OPEN' })
})

test('an accepted task that is not funded within a day is open again', async () => {
  const task = await anna.posts()
  await cleo.applies(task)
  await ben.accepts(task)
  await timePasses(app, '23 hours 59 minutes')
  expect(await timersRun(app)).toBe(0)
  await timePasses(app, '1 minute')
  expect(await timersRun(app)).toBe(1)
  expect(await taskRowOf(app, task)).toMatchObject({ status: 'OPEN', version: 3, assigneeId: null, fundingDueAt: null })
  const [byCleo, byBen] = await applicationRowsOf(app, task)
  expect(byCleo).toMatchObject({ applicantId: cleo.uuid, status: 'PENDING', lapsedAt: null })
  expect(byBen).toMatchObject({ applicantId: ben.uuid, status: 'PENDING' })
  expect(byBen?.lapsedAt).toEqual((await taskRowOf(app, task)).updatedAt)
  expect((await historyOf(app, task)).at(-1)).toBe('task.funding_lapsed 3 AWAITING_FUNDS->OPEN')
  const [chat] = await app.prisma.chat.findMany({ where: { taskId: task.uuid } })
  expect(chat?.endedAt).toEqual(byBen?.lapsedAt)
})

test('an unfunded task expires at the end of its funding window if its deadline has passed', async () => {
  const task = await anna.posts({ deadline: inHours(5) })
  await ben.accepts(task)
  await timePasses(app, '24 hours')
  expect(await timersRun(app)).toBe(1)
  expect((await historyOf(app, task)).slice(-2)).toEqual([
    'task.funding_lapsed 3 AWAITING_FUNDS->OPEN',
    'task.expired 4 OPEN->EXPIRED',
  ])
  expect(await applicationRowsOf(app, task)).toMatchObject([{ status: 'CLOSED' }])
})

test('work is approved five days after its last submission', async () => {
  const task = await anna.posts()
  await ben.accepts(task)
  await anna.funds(task)
  await ben.submits(task)
  await timePasses(app, '4 days')
  await anna.does('requestChanges', { taskId: task.id })
  await ben.submits(task)
  await timePasses(app, '4 days')
  expect(await timersRun(app)).toBe(0)
  await timePasses(app, '1 day')
  expect(await timersRun(app)).toBe(1)
  expect((await historyOf(app, task)).at(-1)).toBe('task.approved 7 SUBMITTED->COMPLETED')
  const approved = await app.prisma.event.findFirst({ where: { taskId: task.uuid, type: 'task.approved' } })
  expect(approved?.actorId).toBeNull()
  expect(await app.prisma.transfer.findMany({ where: { taskId: task.uuid } })).toMatchObject([{ grossMinor: 2000n }])
})

test('work is not approved while the money is frozen, but at once after the freeze', async () => {
  const task = await anna.posts()
  await ben.accepts(task)
  await anna.funds(task)
  await ben.submits(task)
  await app.prisma.hold.updateMany({ where: { taskId: task.uuid }, data: { frozen: true } })
  await timePasses(app, '6 days')
  expect(await timersRun(app)).toBe(0)
  const due = await Promise.all(taskTimers.map((timer) => timer.nextDue(app.database)))
  expect(due.filter((at) => at !== null)).toEqual([])
  await app.prisma.hold.updateMany({ where: { taskId: task.uuid }, data: { frozen: false } })
  expect(await timersRun(app)).toBe(1)
  expect(await taskRowOf(app, task)).toMatchObject({ status: 'COMPLETED' })
})

test('a timer reports its next due time, and respects its limit', async () => {
  const deadlines = [inHours(1), inHours(2), inHours(3)]
  for (const deadline of deadlines) await anna.posts({ deadline })
  const [deadlineTimer] = taskTimers
  expect((await deadlineTimer?.nextDue(app.database))?.toISOString()).toBe(deadlines[0])
  await timePasses(app, '4 hours')
  expect(await deadlineTimer?.runDue(app.work, 2)).toBe(2)
  expect((await deadlineTimer?.nextDue(app.database))?.toISOString()).toBe(deadlines[2])
  expect(await deadlineTimer?.runDue(app.work, 2)).toBe(1)
  expect(await deadlineTimer?.nextDue(app.database)).toBeNull()
})

test('a timer skips locked tasks, and handles them later', async () => {
  const task = await anna.posts({ deadline: inHours(1) })
  await timePasses(app, '2 hours')
  await whileHolding(app, ['select from tasks where id = $1 for update', task.uuid], async () => {
    expect(await timersRun(app)).toBe(0)
  })
  expect(await timersRun(app)).toBe(1)
})

test('a timer checks again under the lock whether a mutation was faster', async () => {
  const [slow, fast] = [await anna.posts(), await anna.posts()]
  await ben.accepts(slow)
  await ben.accepts(fast)
  await timePasses(app, '25 hours')
  const logged = app.logLines.length
  await whileHolding(
    app,
    ['select from task_applications where task_id = $1 for update', slow.uuid],
    async (release) => {
      const running = timersRun(app)
      await waitsForLock(app, 'reopenApplications')
      // The timer has read both as due, and waits for a lock of the first.
      await ben.withdrawsFrom(fast)
      await release()
      expect(await running).toBe(1)
    },
  )
  expect(app.logLines.slice(logged).filter(({ timer }) => timer !== undefined)).toEqual([])
  expect((await historyOf(app, slow)).at(-1)).toBe('task.funding_lapsed 3 AWAITING_FUNDS->OPEN')
  expect((await historyOf(app, fast)).at(-1)).toBe('task.withdrawn 3 AWAITING_FUNDS->OPEN')
})

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startApp, type TestApp } from '../support/servers/app.ts'
import {
  type Actor,
  actor,
  applicationRowsOf,
  historyOf,
  type Named,
  type Outcome,
  taskRowOf,
  timePasses,
  timersRun,
  waitsForLock,
  whileHolding,
} from '../support/story.ts'

const CROWD = 50
const ROUNDS = 10

let app: TestApp
let anna: Actor
let crowd: Actor[]

beforeAll(async () => {
  app = await startApp()
  anna = await actor(app, 'Anna')
})
afterAll(async () => {
  await app.stop()
})
beforeEach(async () => {
  crowd = await Promise.all(Array.from({ length: CROWD }, (_, index) => actor(app, `Tasker${index}`)))
})

const winsOf = (outcomes: Outcome[]) => outcomes.filter(({ __typename }) => __typename === 'AcceptTaskPayload')
const chatsOf = ({ uuid }: Named) => app.prisma.chat.count({ where: { taskId: uuid } })

test('exactly one of fifty concurrent taskers wins, and the others get the time of the acceptance', async () => {
  const task = await anna.posts()
  for (const tasker of crowd.slice(0, 5)) await tasker.applies(task)
  const outcomes = await Promise.all(crowd.map((tasker) => tasker.asks('acceptTask', { taskId: task.id })))
  const row = await taskRowOf(app, task)
  const acceptedAt = row.acceptedAt?.toISOString()
  expect(winsOf(outcomes)).toMatchObject([{ task: { id: task.id, version: 2, status: 'AWAITING_FUNDS', acceptedAt } }])
  expect(outcomes.filter(({ __typename }) => __typename === 'TaskAlreadyAcceptedError')).toHaveLength(CROWD - 1)
  for (const outcome of outcomes) {
    if (outcome.__typename === 'TaskAlreadyAcceptedError') expect(outcome).toMatchObject({ acceptedAt })
  }
  const winner = crowd[outcomes.findIndex(({ __typename }) => __typename === 'AcceptTaskPayload')]
  expect(row).toMatchObject({ assigneeId: winner?.uuid, version: 2 })
  for (const { applicantId, status } of await applicationRowsOf(app, task)) {
    expect(status).toBe(applicantId === winner?.uuid ? 'ACCEPTED' : 'CLOSED')
  }
  expect((await historyOf(app, task)).filter((event) => event.startsWith('task.accepted'))).toEqual([
    'task.accepted 2 OPEN->AWAITING_FUNDS',
  ])
  expect(await chatsOf(task)).toBe(1)
})

test('a funded task is assigned to one of fifty, and its money is held once', async () => {
  const task = await anna.posts()
  await anna.funds(task)
  const outcomes = await Promise.all(crowd.map((tasker) => tasker.asks('acceptTask', { taskId: task.id })))
  expect(winsOf(outcomes)).toMatchObject([{ task: { status: 'ASSIGNED' } }])
  expect(await app.prisma.hold.findMany({ where: { taskId: task.uuid } })).toMatchObject([
    { status: 'HELD', remainingMinor: 2000n },
  ])
})

test('the same request sent ten times concurrently runs once', async () => {
  const task = await anna.posts()
  const input = { taskId: task.id, idempotencyKey: 'mine' }
  const [ben] = crowd as [Actor]
  const outcomes = await Promise.all(Array.from({ length: 10 }, () => ben.asks('acceptTask', input)))
  expect(winsOf(outcomes)).toHaveLength(10)
  expect(outcomes.filter(({ replayed }) => replayed === false)).toHaveLength(1)
  expect(await taskRowOf(app, task)).toMatchObject({ version: 2 })
})

test('one tasker who accepts six tasks concurrently gets three', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const ben = crowd[round] as Actor
    const tasks = await Promise.all(Array.from({ length: 6 }, () => anna.posts()))
    const outcomes = await Promise.all(tasks.map(({ id }) => ben.asks('acceptTask', { taskId: id })))
    expect(winsOf(outcomes)).toHaveLength(3)
    expect(outcomes.filter(({ code }) => code === 'TOO_MANY_UNFUNDED')).toHaveLength(3)
    const accepted = await app.prisma.task.findMany({ where: { assigneeId: ben.uuid } })
    expect(accepted.map(({ status }) => status)).toEqual(Array(3).fill('AWAITING_FUNDS'))
    expect(await app.prisma.taskApplication.count({ where: { applicantId: ben.uuid } })).toBe(3)
  }
})

test('acceptTask against cancelTask: accepted and then canceled, or only canceled', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const task = await anna.posts()
    const ben = crowd[round] as Actor
    const [accepted, canceled] = await Promise.all([
      ben.asks('acceptTask', { taskId: task.id }),
      anna.asks('cancelTask', { taskId: task.id }),
    ])
    expect(canceled.__typename).toBe('TaskPayload')
    const { status, assigneeId, version } = await taskRowOf(app, task)
    expect(status).toBe('CANCELED')
    if (accepted.__typename === 'AcceptTaskPayload') {
      expect([version, assigneeId]).toEqual([3, ben.uuid])
    } else {
      expect(accepted).toMatchObject({ __typename: 'IllegalTransitionError', from: 'CANCELED' })
      expect([version, assigneeId]).toEqual([2, null])
      expect(await applicationRowsOf(app, task)).toEqual([])
    }
  }
})

test('acceptTask against updateTask: accepted at the expected price or not at all', async () => {
  const seen = { amount: '20.00', currencyCode: 'EUR' }
  const other = { amount: '5.00', currencyCode: 'EUR' }
  for (let round = 0; round < ROUNDS; round++) {
    const task = await anna.posts()
    const ben = crowd[round] as Actor
    const [accepted, updated] = await Promise.all([
      ben.asks('acceptTask', { taskId: task.id, expectedPrice: seen }),
      anna.asks('updateTask', { taskId: task.id, expectedVersion: 1, budget: other }),
    ])
    const row = await taskRowOf(app, task)
    if (accepted.__typename === 'AcceptTaskPayload') {
      expect(updated.__typename).toBe('StaleVersionError')
      expect(row).toMatchObject({ agreedPriceMinor: 2000n, budgetMinor: 2000n, version: 2 })
    } else {
      expect(accepted).toMatchObject({ __typename: 'PriceChangedError', currentPrice: other })
      expect(updated.__typename).toBe('TaskPayload')
      expect(row).toMatchObject({ status: 'OPEN', budgetMinor: 500n, assigneeId: null, version: 2 })
    }
  }
})

test('acceptTask against the deadline: accepted or expired', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const task = await anna.posts({ deadline: new Date(Date.now() + 3_600_000).toISOString() })
    const ben = crowd[round] as Actor
    const [accepted] = await Promise.all([
      ben.asks('acceptTask', { taskId: task.id }),
      timePasses(app, '2 hours').then(() => timersRun(app)),
    ])
    await timersRun(app)
    const { status, assigneeId } = await taskRowOf(app, task)
    if (accepted.__typename === 'AcceptTaskPayload') expect([status, assigneeId]).toEqual(['AWAITING_FUNDS', ben.uuid])
    else {
      expect(accepted).toMatchObject({ __typename: 'IllegalTransitionError', from: 'EXPIRED' })
      expect([status, assigneeId]).toEqual(['EXPIRED', null])
    }
    await timePasses(app, '-2 hours')
  }
})

test('a concurrent suspension of the tasker is detected, even after authentication', async () => {
  const task = await anna.posts()
  const [ben] = crowd as [Actor]
  const suspend = 'update users set suspended_at = errand_now() where id = $1'
  await whileHolding(app, [suspend, ben.uuid], async (release) => {
    // Authenticated before the suspension commits, the request waits for the lock on the tasker and then reads the suspension.
    const accepting = ben.asks('acceptTask', { taskId: task.id })
    await waitsForLock(app, 'lockTaskerStanding')
    await release()
    expect(await accepting).toMatchObject({ __typename: 'ForbiddenError', code: 'ACCOUNT_SUSPENDED' })
  })
  expect(await taskRowOf(app, task)).toMatchObject({ status: 'OPEN', version: 1 })
  expect(await chatsOf(task)).toBe(0)
})

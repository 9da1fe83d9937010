/** Expiry of many tasks, against mutations on the same tasks. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { startApp, type TestApp } from '../support/servers/app.ts'
import {
  type Actor,
  actor,
  applicationRowsOf,
  historyOf,
  type Named,
  taskRowOf,
  timePasses,
  timersRun,
} from '../support/story.ts'

const MANY = 24

let app: TestApp
let anna: Actor
let ben: Actor
let cleo: Actor

beforeAll(async () => {
  app = await startApp()
  anna = await actor(app, 'Anna')
  ben = await actor(app, 'Ben')
  cleo = await actor(app, 'Cleo')
})
afterAll(async () => {
  await app.stop()
})
afterEach(async () => {
  await app.database.run`/* clockBack */ update sandbox.clock set ahead_by = '0'`
})

/** Tasks of Anna with a deadline in an hour, each with an application by Cleo. */
async function posted(): Promise<{ task: Named; application: Named }[]> {
  const deadline = new Date(Date.now() + 3_600_000).toISOString()
  return Promise.all(
    Array.from({ length: MANY }, async () => {
      const task = await anna.posts({ deadline })
      return { task, application: await cleo.applies(task) }
    }),
  )
}

const endsOf = async (task: Named) =>
  (await historyOf(app, task)).filter((event) => /^task\.(expired|canceled|accepted)/.test(event))

test('each task expires once, with several concurrent workers', async () => {
  const tasks = await posted()
  await timePasses(app, '2 hours')
  const counts = await Promise.all([timersRun(app), timersRun(app), timersRun(app), timersRun(app)])
  counts.push(await timersRun(app))
  expect(counts.reduce((sum, count) => sum + count)).toBe(MANY)
  for (const { task } of tasks) expect(await endsOf(task)).toEqual(['task.expired 2 OPEN->EXPIRED'])
})

test('against cancelTask: canceled or expired, never both', async () => {
  const tasks = await posted()
  await timePasses(app, '2 hours')
  const [canceled] = await Promise.all([
    Promise.all(tasks.map(({ task }) => anna.asks('cancelTask', { taskId: task.id }))),
    timersRun(app),
    timersRun(app),
  ])
  await timersRun(app)
  for (const [index, { task }] of tasks.entries()) {
    const isCanceled = canceled[index]?.__typename === 'TaskPayload'
    if (!isCanceled) expect(canceled[index]).toMatchObject({ __typename: 'IllegalTransitionError', from: 'EXPIRED' })
    const status = isCanceled ? 'CANCELED' : 'EXPIRED'
    expect(await taskRowOf(app, task)).toMatchObject({ status, version: 2 })
    expect(await endsOf(task)).toEqual([`task.${status.toLowerCase()} 2 OPEN->${status}`])
    expect(await applicationRowsOf(app, task)).toMatchObject([{ status: 'CLOSED', version: 2 }])
  }
})

test('against withdrawApplication: withdrawn or closed, never both', async () => {
  const tasks = await posted()
  await timePasses(app, '2 hours')
  const [withdrawn] = await Promise.all([
    Promise.all(tasks.map(({ application }) => cleo.asks('withdrawApplication', { applicationId: application.id }))),
    timersRun(app),
  ])
  await timersRun(app)
  for (const [index, { task }] of tasks.entries()) {
    const isWithdrawn = withdrawn[index]?.__typename === 'ApplicationPayload'
    if (!isWithdrawn) expect(withdrawn[index]).toMatchObject({ __typename: 'IllegalTransitionError', from: 'CLOSED' })
    const status = isWithdrawn ? 'WITHDRAWN' : 'CLOSED'
    expect(await applicationRowsOf(app, task)).toMatchObject([{ status, version: 2 }])
    expect(await taskRowOf(app, task)).toMatchObject({ status: 'EXPIRED', applicationCount: isWithdrawn ? 0 : 1 })
    const expired = await app.prisma.event.findFirstOrThrow({ where: { taskId: task.uuid, type: 'task.expired' } })
    expect(expired.recipientIds).toEqual(isWithdrawn ? [anna.uuid] : [anna.uuid, cleo.uuid])
  }
})

test('against acceptApplication and applyToTask: before the deadline, or expired', async () => {
  const tasks = await posted()
  const [accepted, applied] = await Promise.all([
    Promise.all(tasks.map(({ application }) => anna.asks('acceptApplication', { applicationId: application.id }))),
    Promise.all(tasks.map(({ task }) => ben.asks('applyToTask', { taskId: task.id }))),
    timePasses(app, '2 hours').then(() => Promise.all([timersRun(app), timersRun(app)])),
  ])
  await timersRun(app)
  for (const [index, { task }] of tasks.entries()) {
    const isAccepted = accepted[index]?.__typename === 'AcceptTaskPayload'
    if (!isAccepted) expect(accepted[index]).toMatchObject({ __typename: 'IllegalTransitionError', from: 'EXPIRED' })
    const isApplied = applied[index]?.__typename === 'ApplicationPayload'
    expect(await endsOf(task)).toEqual([
      isAccepted ? 'task.accepted 2 OPEN->AWAITING_FUNDS' : 'task.expired 2 OPEN->EXPIRED',
    ])
    const statuses = (await applicationRowsOf(app, task)).map(({ status }) => status)
    expect(statuses).toEqual([isAccepted ? 'ACCEPTED' : 'CLOSED', ...(isApplied ? ['CLOSED'] : [])])
  }
})

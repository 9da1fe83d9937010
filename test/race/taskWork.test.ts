import { afterAll, beforeAll, expect, test } from 'vitest'
import { startApp, type TestApp } from '../support/servers/app.ts'
import { type Actor, actor, historyOf, type Named, taskRowOf, timePasses, timersRun } from '../support/story.ts'

const ROUNDS = 8

let app: TestApp
let anna: Actor
let ben: Actor

beforeAll(async () => {
  app = await startApp()
  anna = await actor(app, 'Anna')
})
afterAll(async () => {
  await app.stop()
})

/** A funded task with a new tasker. */
async function inWork(): Promise<Named> {
  ben = await actor(app, 'Ben')
  const task = await anna.posts()
  await ben.accepts(task)
  await anna.funds(task)
  return task
}

const transfersOf = ({ uuid }: Named) => app.prisma.transfer.findMany({ where: { taskId: uuid } })
const countOf = async (task: Named, type: string) =>
  (await historyOf(app, task)).filter((event) => event.startsWith(`${type} `)).length

test('submitWork against withdrawFromTask: submitted or withdrawn, never both', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const task = await inWork()
    const [submitted, withdrawn] = await Promise.all([
      ben.asks('submitWork', { taskId: task.id }),
      ben.asks('withdrawFromTask', { taskId: task.id }),
    ])
    const row = await taskRowOf(app, task)
    expect(row.version).toBe(4)
    if (submitted.__typename === 'TaskPayload') {
      expect(withdrawn).toMatchObject({ __typename: 'IllegalTransitionError', from: 'SUBMITTED' })
      expect(row).toMatchObject({ status: 'SUBMITTED', assigneeId: ben.uuid })
    } else {
      expect(submitted.__typename).toBe('ForbiddenError')
      expect(withdrawn.__typename).toBe('TaskPayload')
      expect(row).toMatchObject({ status: 'OPEN', assigneeId: null })
    }
    expect(await app.prisma.workSubmission.count({ where: { taskId: task.uuid } })).toBe(
      row.status === 'SUBMITTED' ? 1 : 0,
    )
  }
})

test('ten concurrent approvals pay once', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const task = await inWork()
    await ben.submits(task)
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        anna.asks('approveWork', { taskId: task.id, idempotencyKey: `${round} ${index % 5}` }),
      ),
    )
    // Each key was sent twice: the second request of the winner is a replay.
    const approved = outcomes.filter(({ __typename }) => __typename === 'ApproveWorkPayload')
    expect(approved.map(({ replayed }) => replayed).sort()).toEqual([false, true])
    expect(outcomes.filter(({ __typename }) => __typename === 'IllegalTransitionError')).toHaveLength(8)
    expect(await transfersOf(task)).toMatchObject([{ grossMinor: 2000n }])
    expect(await countOf(task, 'task.approved')).toBe(1)
  }
})

test('approveWork against requestChanges: approved or sent back, never both', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const task = await inWork()
    await ben.submits(task)
    const [approved, sentBack] = await Promise.all([
      anna.asks('approveWork', { taskId: task.id, idempotencyKey: `or ${round}` }),
      anna.asks('requestChanges', { taskId: task.id }),
    ])
    const { status } = await taskRowOf(app, task)
    const isApproved = approved.__typename === 'ApproveWorkPayload'
    expect(status).toBe(isApproved ? 'COMPLETED' : 'ASSIGNED')
    expect((isApproved ? sentBack : approved).__typename).toBe('IllegalTransitionError')
    expect(await transfersOf(task)).toHaveLength(isApproved ? 1 : 0)
  }
})

test('approveWork against automatic approval: paid once', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const task = await inWork()
    await ben.submits(task)
    await timePasses(app, '6 days')
    await Promise.all([
      anna.asks('approveWork', { taskId: task.id, idempotencyKey: `time ${round}` }),
      timersRun(app),
      timersRun(app),
    ])
    await timersRun(app)
    expect(await taskRowOf(app, task)).toMatchObject({ status: 'COMPLETED', version: 5 })
    expect(await transfersOf(task)).toHaveLength(1)
    expect(await countOf(task, 'task.approved')).toBe(1)
    await timePasses(app, '-6 days')
  }
})

test('the end of the funding window against withdrawFromTask: reopened once', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    ben = await actor(app, 'Ben')
    const task = await anna.posts()
    await ben.accepts(task)
    await timePasses(app, '24 hours')
    await Promise.all([ben.asks('withdrawFromTask', { taskId: task.id }), timersRun(app), timersRun(app)])
    await timersRun(app)
    expect(await taskRowOf(app, task)).toMatchObject({ status: 'OPEN', version: 3, assigneeId: null })
    expect((await countOf(task, 'task.withdrawn')) + (await countOf(task, 'task.funding_lapsed'))).toBe(1)
    await timePasses(app, '-24 hours')
  }
})

test('the end of the funding window against fundTask: assigned, or open with the money held or refunded', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    ben = await actor(app, 'Ben')
    const task = await anna.posts()
    await ben.accepts(task)
    await timePasses(app, '24 hours')
    await Promise.all([
      anna.asks('fundTask', { taskId: task.id, paymentMethodId: 'pm_ok', idempotencyKey: `late ${round}` }),
      timersRun(app),
    ])
    const { status, assigneeId } = await taskRowOf(app, task)
    const [hold] = await app.prisma.hold.findMany({ where: { taskId: task.uuid } })
    expect([status, assigneeId]).toEqual(hold && status === 'ASSIGNED' ? ['ASSIGNED', ben.uuid] : ['OPEN', null])
    if (hold) expect(hold).toMatchObject({ status: 'HELD', remainingMinor: 2000n })
    await timePasses(app, '-24 hours')
    await timersRun(app)
  }
})

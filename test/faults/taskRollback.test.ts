/** For each mutation: a statement that fails after all others have succeeded rolls back the whole mutation. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startApp, type TestApp } from '../support/servers/app.ts'
import { type Actor, actor, everything, type Mutation } from '../support/story.ts'

let app: TestApp
let anna: Actor
let ben: Actor
let fay: Actor

beforeAll(async () => {
  app = await startApp()
  anna = await actor(app, 'Anna')
  ben = await actor(app, 'Ben')
  fay = await actor(app, 'Fay', 'FINANCE')
  await app.database.pool.query(`
    create function break_down() returns trigger language plpgsql as $$
    begin
      raise exception 'broken secret';
    end $$`)
})
afterAll(async () => {
  await app.stop()
})

type Request = [someone: Actor, mutation: Mutation, input: Record<string, unknown>]

const openTask = async (mode = 'POSTER_CHOICE') => anna.posts({ acceptanceMode: mode })
const applied = async () => ben.applies(await openTask())
const inWork = async () => {
  const task = await openTask()
  await anna.funds(task)
  await anna.accepts(await ben.applies(task))
  return task
}
const submitted = async () => {
  const task = await inWork()
  await ben.submits(task)
  return task
}

const disputed = async () => anna.disputes(await submitted())

const requests: Record<Exclude<Mutation, 'fundTask'>, () => Promise<Request>> = {
  createTask: async () => [
    anna,
    'createTask',
    { title: 'a', description: 'b', budget: { amount: '9.00', currencyCode: 'EUR' }, publish: true },
  ],
  updateTask: async () => [anna, 'updateTask', { taskId: (await openTask()).id, expectedVersion: 1, title: 'New' }],
  publishTask: async () => [anna, 'publishTask', { taskId: (await anna.drafts()).id }],
  cancelTask: async () => {
    const task = await openTask()
    await anna.funds(task)
    return [anna, 'cancelTask', { taskId: task.id }]
  },
  applyToTask: async () => [ben, 'applyToTask', { taskId: (await openTask()).id }],
  updateApplication: async () => [
    ben,
    'updateApplication',
    { applicationId: (await applied()).id, expectedTaskVersion: 1, message: 'Soon.' },
  ],
  withdrawApplication: async () => [ben, 'withdrawApplication', { applicationId: (await applied()).id }],
  rejectApplication: async () => [anna, 'rejectApplication', { applicationId: (await applied()).id }],
  acceptApplication: async () => [anna, 'acceptApplication', { applicationId: (await applied()).id }],
  acceptTask: async () => [ben, 'acceptTask', { taskId: (await openTask('FIRST_COME')).id }],
  withdrawFromTask: async () => [ben, 'withdrawFromTask', { taskId: (await inWork()).id }],
  submitWork: async () => [ben, 'submitWork', { taskId: (await inWork()).id }],
  requestChanges: async () => [anna, 'requestChanges', { taskId: (await submitted()).id }],
  reviewTask: async () => {
    const task = await submitted()
    await anna.approves(task)
    await anna.reviews(task)
    return [ben, 'reviewTask', { taskId: task.id, rating: 4 }]
  },
  openDispute: async () => [ben, 'openDispute', { taskId: (await submitted()).id, reason: 'It is white.' }],
  addEvidence: async () => [ben, 'addEvidence', { disputeId: (await disputed()).id, statement: 'It is white.' }],
  withdrawDispute: async () => [anna, 'withdrawDispute', { disputeId: (await disputed()).id }],
  resolveDispute: async () => [
    fay,
    'resolveDispute',
    { disputeId: (await disputed()).id, toTasker: { amount: '5', currencyCode: 'EUR' }, note: 'A quarter is done.' },
  ],
  approveWork: async () => [anna, 'approveWork', { taskId: (await submitted()).id, idempotencyKey: randomUUID() }],
}

test.each(Object.entries(requests))('%s is rolled back when a statement of it fails', async (_name, prepare) => {
  const [someone, mutation, input] = await prepare()
  const request = { idempotencyKey: randomUUID(), ...input }
  if (mutation === 'updateTask') Reflect.deleteProperty(request, 'idempotencyKey')
  const before = await everything(app)
  // Fires last, at the commit, because every event waits for its position.
  await app.database.pool.query(
    'create constraint trigger break_down after insert on events deferrable initially deferred for each row execute function break_down()',
  )
  app.logLines.length = 0
  const failure = await someone.asks(mutation, request).then(
    () => expect.fail('The mutation succeeded.'),
    (error: Error) => error.message,
  )
  await app.database.pool.query('drop trigger break_down on events')
  expect(await everything(app)).toEqual(before)
  expect(failure).not.toMatch(/secret|insert|trigger/)
  const requestId = /"requestId":"([^"]+)"/.exec(failure)?.[1]
  const lines = app.logLines.filter(({ level }) => level === 50)
  expect(lines).toMatchObject([{ requestId }])
  expect(requestId).toBeTruthy()

  // The same key succeeds now, because a failure stores no key.
  expect(await someone.does(mutation, request)).toMatchObject({ replayed: false })
})

import { afterAll, beforeAll, expect, test } from 'vitest'
import { startApp, type TestApp } from '../../support/servers/app.ts'
import {
  type Actor,
  actor,
  applicationRowsOf,
  expectRefusal,
  historyOf,
  taskRowOf,
  timePasses,
} from '../../support/story.ts'

let app: TestApp
let anna: Actor
let ben: Actor

beforeAll(async () => {
  app = await startApp()
  anna = await actor(app, 'Anna')
  ben = await actor(app, 'Ben')
})
afterAll(async () => {
  await app.stop()
})

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000)
const eurosOf = (amount: string) => ({ amount, currencyCode: 'EUR' })

test('changes sent fields, keeps absent ones, and clears null ones', async () => {
  const deadline = inDays(3)
  const place = { label: 'Tartu', latitude: '58.4', longitude: '26.7', remote: true }
  const task = await anna.posts({ deadline: deadline.toISOString(), location: place })
  const before = await taskRowOf(app, task)

  const changed = await anna.asks('updateTask', { taskId: task.id, expectedVersion: 1, title: ' Paint it blue ' })
  expect(changed).toMatchObject({ __typename: 'TaskPayload', task: { version: 2, status: 'OPEN' } })
  const after = await taskRowOf(app, task)
  expect(after).toEqual({
    ...before,
    title: 'Paint it blue',
    searchText: after.searchText,
    version: 2,
    termsVersion: 2,
    updatedAt: after.updatedAt,
  })

  await anna.does('updateTask', {
    taskId: task.id,
    expectedVersion: 2,
    deadline: null,
    location: null,
    categoryId: null,
  })
  expect(await taskRowOf(app, task)).toMatchObject({
    version: 3,
    title: 'Paint it blue',
    deadline: null,
    locationLabel: null,
    latitude: null,
    longitude: null,
    remote: false,
  })
  expect((await historyOf(app, task)).slice(2)).toEqual(['task.updated 2', 'task.updated 3'])
})

test('changes the budget, and no application', async () => {
  const task = await anna.posts()
  await ben.applies(task)
  await anna.does('updateTask', { taskId: task.id, expectedVersion: 1, budget: eurosOf('35.00') })
  expect(await taskRowOf(app, task)).toMatchObject({ budgetMinor: 3500n })
  expect(await applicationRowsOf(app, task)).toMatchObject([{ priceMinor: 2000n, version: 1 }])
})

test('clears the invitee in other modes', async () => {
  const task = await anna.posts()
  const update = async (expectedVersion: number, fields: Record<string, unknown>) =>
    anna.asks('updateTask', { taskId: task.id, expectedVersion, ...fields })
  const wrong = { __typename: 'ValidationError', fields: [{ path: ['input', 'inviteeId'] }] }
  expect(await update(1, { acceptanceMode: 'INVITE_ONLY' })).toMatchObject(wrong)
  expect(await update(1, { inviteeId: ben.id })).toMatchObject(wrong)
  expect(await update(1, { acceptanceMode: 'INVITE_ONLY', inviteeId: anna.id })).toMatchObject(wrong)
  expect(await taskRowOf(app, task)).toMatchObject({ version: 1, acceptanceMode: 'FIRST_COME', inviteeId: null })

  await update(1, { acceptanceMode: 'INVITE_ONLY', inviteeId: ben.id })
  expect(await taskRowOf(app, task)).toMatchObject({ acceptanceMode: 'INVITE_ONLY', inviteeId: ben.uuid })
  expect(await update(2, { inviteeId: null })).toMatchObject(wrong)
  await update(2, { title: 'For you' })
  expect(await taskRowOf(app, task)).toMatchObject({ version: 3, inviteeId: ben.uuid })
  await update(3, { acceptanceMode: 'POSTER_CHOICE' })
  expect(await taskRowOf(app, task)).toMatchObject({ version: 4, acceptanceMode: 'POSTER_CHOICE', inviteeId: null })
})

test('refuses in order of precedence', async () => {
  const draft = await anna.drafts()
  const open = await anna.posts()
  const update = (someone: Actor, input: Record<string, unknown>, refusal: Record<string, unknown>) =>
    expectRefusal(app, someone, 'updateTask', input, refusal)
  const past = { deadline: '2020-01-01T00:00:00.000Z' }
  const valid = { taskId: open.id, expectedVersion: 1 }
  await update(
    anna,
    { ...valid, title: null },
    { __typename: 'ValidationError', fields: [{ path: ['input', 'title'] }] },
  )
  await update(anna, { ...valid, budget: eurosOf('1.00') }, { __typename: 'ValidationError' })
  await update(ben, { taskId: draft.id, expectedVersion: 5 }, { __typename: 'NotFoundError', id: draft.id })
  await update(anna, { ...valid, categoryId: 'cat_x', ...past }, { __typename: 'NotFoundError', id: 'cat_x' })
  await update(
    anna,
    { ...valid, expectedVersion: 5, attachmentIds: ['att_x'] },
    { __typename: 'NotFoundError', id: 'att_x' },
  )
  await update(ben, { ...valid, expectedVersion: 5 }, { __typename: 'ForbiddenError' })
  await update(
    anna,
    { ...valid, ...past, expectedVersion: 5 },
    { __typename: 'StaleVersionError', expected: 5, actual: 1 },
  )
  await update(
    anna,
    { ...valid, ...past },
    { __typename: 'ValidationError', fields: [{ path: ['input', 'deadline'] }] },
  )
  await ben.accepts(open)
  await update(
    anna,
    { taskId: open.id, expectedVersion: 2, ...past },
    { __typename: 'IllegalTransitionError', from: 'AWAITING_FUNDS', action: 'updateTask' },
  )
})

test('cannot extend a passed deadline of an open task, but of a draft', async () => {
  const deadline = inDays(1).toISOString()
  const open = await anna.posts({ deadline })
  const draft = await anna.drafts({ deadline })
  await timePasses(app, '2 days')
  const later = { expectedVersion: 1, deadline: inDays(9).toISOString() }
  await expectRefusal(
    app,
    anna,
    'updateTask',
    { taskId: open.id, ...later },
    { __typename: 'IllegalTransitionError', from: 'EXPIRED', action: 'updateTask' },
  )
  await anna.does('updateTask', { taskId: draft.id, ...later })
  await anna.does('publishTask', { taskId: draft.id })
  expect(await taskRowOf(app, draft)).toMatchObject({ status: 'OPEN', version: 3 })
  await timePasses(app, '-2 days')
})

test('refuses another currency after the first application', async () => {
  const task = await anna.posts()
  const budget = { amount: '3000', currencyCode: 'JPY' }
  await anna.does('updateTask', { taskId: task.id, expectedVersion: 1, budget })
  expect(await taskRowOf(app, task)).toMatchObject({ budgetMinor: 3000n, currency: 'JPY' })
  await ben.applies(task)
  await expectRefusal(
    app,
    anna,
    'updateTask',
    { taskId: task.id, expectedVersion: 2, budget: eurosOf('20.00') },
    { __typename: 'ValidationError', fields: [{ path: ['input', 'budget', 'currencyCode'] }] },
  )
})

test('refuses another budget while money is held', async () => {
  const task = await anna.posts()
  await anna.funds(task)
  await expectRefusal(
    app,
    anna,
    'updateTask',
    { taskId: task.id, expectedVersion: 1, budget: eurosOf('21.00') },
    {
      __typename: 'IllegalTransitionError',
      from: 'OPEN',
      action: 'updateTask',
      message: expect.stringMatching(/^A payment for the current budget is in progress or held/),
    },
  )
  await anna.does('updateTask', { taskId: task.id, expectedVersion: 1, budget: eurosOf('20.00'), title: 'Paint' })
  expect(await taskRowOf(app, task)).toMatchObject({ title: 'Paint', version: 2 })
})

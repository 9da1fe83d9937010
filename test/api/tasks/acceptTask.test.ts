import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { toPublicId } from '../../support/publicIds.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'
import {
  type Actor,
  actor,
  applicationRowsOf,
  everything,
  expectRefusal,
  historyOf,
  type Named,
  taskRowOf,
  timePasses,
  timersRun,
} from '../../support/story.ts'

let app: TestApp
let anna: Actor
let ben: Actor
let cleo: Actor
let task: Named

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
  task = await anna.posts()
})

const eurosOf = (amount: string) => ({ amount, currencyCode: 'EUR' })
const accept = (someone: Actor, on: Named, refusal: Record<string, unknown>, fields = {}) =>
  expectRefusal(app, someone, 'acceptTask', { taskId: on.id, ...fields }, refusal)

test('assigns a first-come task to the tasker at its budget, and awaits funding', async () => {
  const outcome = await ben.asks('acceptTask', { taskId: task.id, expectedPrice: eurosOf('20.00') })
  const row = await taskRowOf(app, task)
  expect(outcome).toMatchObject({
    __typename: 'AcceptTaskPayload',
    replayed: false,
    task: {
      version: 2,
      status: 'AWAITING_FUNDS',
      agreedPrice: eurosOf('20.00'),
      acceptedAt: row.acceptedAt?.toISOString(),
    },
    chat: { endedAt: null },
  })
  expect(row).toMatchObject({ assigneeId: ben.uuid, agreedPriceMinor: 2000n, feeRuleVersion: 1, applicationCount: 1 })
  expect(row.fundingDueAt?.getTime()).toBe(Number(row.acceptedAt?.getTime()) + 24 * 3_600_000)
  expect(await historyOf(app, task)).toEqual([
    'task.created 1 ->DRAFT',
    'task.published 1 DRAFT->OPEN',
    'task.accepted 2 OPEN->AWAITING_FUNDS',
  ])
})

test('creates an accepted application for a tasker without one', async () => {
  await ben.accepts(task)
  const { acceptedAt } = await taskRowOf(app, task)
  expect(await applicationRowsOf(app, task)).toMatchObject([
    { applicantId: ben.uuid, status: 'ACCEPTED', priceMinor: 2000n, arrivalNumber: 1, version: 1, acceptedAt },
  ])
})

test('accepts the pending application of the tasker at the budget, and closes all others', async () => {
  const own = await ben.applies(task, { price: eurosOf('50.00') })
  await cleo.applies(task)
  await ben.accepts(task)
  expect(await taskRowOf(app, task)).toMatchObject({ agreedPriceMinor: 2000n, applicationCount: 2 })
  expect(await applicationRowsOf(app, task)).toMatchObject([
    { id: own.uuid, status: 'ACCEPTED', priceMinor: 2000n, version: 2 },
    { applicantId: cleo.uuid, status: 'CLOSED', version: 2 },
  ])
})

test('lets the invitee accept an invitation', async () => {
  const invitation = await anna.posts({ acceptanceMode: 'INVITE_ONLY', inviteeId: ben.id })
  await ben.accepts(invitation)
  expect(await taskRowOf(app, invitation)).toMatchObject({ assigneeId: ben.uuid, inviteeId: ben.uuid })
})

test('accepts a task without a deadline at any time', async () => {
  await timePasses(app, '1 year')
  await ben.accepts(task)
  await timePasses(app, '-1 year')
  expect(await taskRowOf(app, task)).toMatchObject({ deadline: null, assigneeId: ben.uuid })
})

test('replays the payload for the same request with the same key', async () => {
  const input = { taskId: task.id, idempotencyKey: 'mine' }
  const first = await ben.asks('acceptTask', input)
  const before = await everything(app)
  expect(await ben.asks('acceptTask', input)).toEqual({ ...first, replayed: true })
  expect(await everything(app)).toEqual(before)
})

test('tells later callers, and the winner, the time of the acceptance', async () => {
  await ben.accepts(task)
  const { acceptedAt } = await taskRowOf(app, task)
  const taken = {
    __typename: 'TaskAlreadyAcceptedError',
    code: 'TASK_ALREADY_ACCEPTED',
    acceptedAt: acceptedAt?.toISOString(),
    task: { id: task.id, status: 'AWAITING_FUNDS' },
  }
  await accept(cleo, task, taken, { expectedPrice: eurosOf('77.00') })
  await accept(ben, task, taken)
})

test('refuses an expected price below the minimum as invalid input', async () => {
  const fields = [{ path: ['input', 'expectedPrice', 'amount'] }]
  await accept(ben, task, { __typename: 'ValidationError', fields }, { expectedPrice: eurosOf('1.00') })
})

test('refuses in order of precedence: not visible, own task, mode, status', async () => {
  const draft = await anna.drafts()
  const invitation = await anna.posts({ acceptanceMode: 'INVITE_ONLY', inviteeId: ben.id })
  const choice = await anna.posts({ acceptanceMode: 'POSTER_CHOICE' })
  const canceledDraft = await anna.drafts()
  await anna.cancels(canceledDraft)
  await accept(ben, { id: ben.id, uuid: '' }, { __typename: 'NotFoundError', id: ben.id })
  await accept(ben, draft, { __typename: 'NotFoundError', id: draft.id })
  await accept(ben, canceledDraft, { __typename: 'NotFoundError', id: canceledDraft.id })
  await accept(cleo, invitation, { __typename: 'NotFoundError', id: invitation.id })
  await accept(anna, draft, { __typename: 'SelfDealingError' })
  await accept(anna, choice, { __typename: 'SelfDealingError' })
  const otherMode = {
    __typename: 'IllegalTransitionError',
    from: 'OPEN',
    action: 'acceptTask',
    message: 'The poster chooses among applications for this task. Apply with applyToTask while the task is open.',
  }
  await accept(ben, choice, otherMode, { expectedPrice: eurosOf('77.00') })
  await anna.cancels(task)
  await accept(ben, task, { __typename: 'IllegalTransitionError', from: 'CANCELED', allowed: [] })
})

test('refuses a passed deadline before a changed price', async () => {
  const late = await anna.posts({ deadline: new Date(Date.now() + 3_600_000).toISOString() })
  const other = { expectedPrice: eurosOf('19.99') }
  const changed = { __typename: 'PriceChangedError', currentPrice: eurosOf('20.00') }
  await accept(ben, late, changed, other)
  await accept(ben, late, changed, { expectedPrice: { amount: '20.00', currencyCode: 'USD' } })
  await timePasses(app, '1 hour')
  await accept(ben, late, { __typename: 'IllegalTransitionError', from: 'EXPIRED', action: 'acceptTask' }, other)
  await timePasses(app, '-1 hour')
})

test('does not find an open task of a suspended poster', async () => {
  const dora = await actor(app, 'Dora')
  const hidden = await dora.posts()
  await app.prisma.user.update({ where: { id: dora.uuid }, data: { suspendedAt: new Date() } })
  await accept(ben, hidden, { __typename: 'NotFoundError', id: hidden.id })
})

test('refuses a tasker who withdrew; the poster can accept them again', async () => {
  const chat = await ben.accepts(task)
  await ben.withdrawsFrom(task)
  const before = { __typename: 'ForbiddenError', code: 'WITHDREW_BEFORE' }
  await accept(ben, task, before)
  await accept(ben, task, { __typename: 'PriceChangedError' }, { expectedPrice: eurosOf('5.00') })
  const again = await ben.applies(task)
  await accept(ben, task, before)
  expect((await anna.accepts(again)).id).toBe(chat.id)
  expect(await app.prisma.chat.findMany({ where: { taskId: task.uuid } })).toMatchObject([{ endedAt: null }])
})

test('refuses a tasker whose acceptance lapsed; the poster can accept them again', async () => {
  await ben.accepts(task)
  await timePasses(app, '24 hours')
  await timersRun(app)
  const lapsed = { __typename: 'ForbiddenError', code: 'LAPSED_BEFORE' }
  await accept(ben, task, lapsed)
  const [application] = await applicationRowsOf(app, task)
  expect(application).toMatchObject({ status: 'PENDING', applicantId: ben.uuid })
  await cleo.accepts(task)
  await cleo.withdrawsFrom(task)
  // Withdrawing the application that is pending again is not withdrawing from the task.
  await ben.does('withdrawApplication', { applicationId: toPublicId('app', application?.id ?? '') })
  await accept(ben, task, lapsed)
  await timePasses(app, '-24 hours')
})

test('refuses a tasker whom the poster rejected', async () => {
  const application = await ben.applies(task)
  await anna.does('rejectApplication', { applicationId: application.id })
  await accept(ben, task, { __typename: 'ForbiddenError', code: 'FORBIDDEN' })
})

test('refuses a fourth unfunded acceptance', async () => {
  const tasks = [task, await anna.posts(), await anna.posts(), await anna.posts()]
  // An acceptance by the poster does not count.
  const chosen = await anna.posts()
  await anna.accepts(await ben.applies(chosen))
  for (const one of tasks.slice(0, 3)) await ben.accepts(one)
  const fourth = tasks[3] as Named
  await accept(ben, fourth, { __typename: 'ForbiddenError', code: 'TOO_MANY_UNFUNDED' })
  await ben.withdrawsFrom(task)
  await ben.accepts(fourth)
})

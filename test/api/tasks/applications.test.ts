import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
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
} from '../../support/story.ts'

let app: TestApp
let anna: Actor
let ben: Actor
let cleo: Actor
let task: Named

beforeAll(async () => {
  app = await startApp()
  anna = await actor(app, 'Anna')
  ben = await actor(app, 'Ben')
  cleo = await actor(app, 'Cleo')
})
afterAll(async () => {
  await app.stop()
})
beforeEach(async () => {
  task = await anna.posts({ acceptanceMode: 'POSTER_CHOICE' })
})

const suspend = (someone: Actor, suspendedAt: Date | null) =>
  app.prisma.user.update({ where: { id: someone.uuid }, data: { suspendedAt } })
const eurosOf = (amount: string) => ({ amount, currencyCode: 'EUR' })
const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString()

describe('applyToTask', () => {
  test('numbers applications in order of arrival, and does not change the version of the task', async () => {
    await ben.applies(task, { message: 'I have a brush.', price: eurosOf('25.00') })
    await cleo.applies(task)
    expect(await applicationRowsOf(app, task)).toMatchObject([
      { applicantId: ben.uuid, arrivalNumber: 1, status: 'PENDING', priceMinor: 2500n, message: 'I have a brush.' },
      { applicantId: cleo.uuid, arrivalNumber: 2, status: 'PENDING', priceMinor: 2000n, message: null },
    ])
    expect(await taskRowOf(app, task)).toMatchObject({ version: 1, applicationCount: 2 })
    const received = await app.prisma.event.findMany({
      where: { taskId: task.uuid, type: 'task.application_received' },
      orderBy: { sequence: 'asc' },
    })
    expect(received.map((event) => event.recipientIds)).toEqual([
      [anna.uuid, ben.uuid],
      [anna.uuid, cleo.uuid],
    ])
  })

  test('replays the payload for the same request with the same key', async () => {
    const input = { taskId: task.id, idempotencyKey: 'brush' }
    const first = await ben.asks('applyToTask', input)
    const before = await everything(app)
    expect(await ben.asks('applyToTask', input)).toEqual({ ...first, replayed: true })
    expect(await everything(app)).toEqual(before)
  })

  test('refuses in order of precedence', async () => {
    const apply = (someone: Actor, on: Named, refusal: Record<string, unknown>, fields = {}) =>
      expectRefusal(app, someone, 'applyToTask', { taskId: on.id, ...fields }, refusal)
    const dollars = { price: { amount: '20.00', currencyCode: 'USD' } }
    const draft = await anna.drafts()
    const invitation = await anna.posts({ acceptanceMode: 'INVITE_ONLY', inviteeId: ben.id })
    await apply(ben, draft, { __typename: 'NotFoundError', id: draft.id })
    await apply(cleo, invitation, { __typename: 'NotFoundError', id: invitation.id })
    await apply(anna, invitation, { __typename: 'SelfDealingError', code: 'SELF_DEALING' }, dollars)
    await apply(ben, invitation, {
      __typename: 'IllegalTransitionError',
      from: 'OPEN',
      action: 'applyToTask',
      message: 'This task is by invitation only. If you are the invitee, accept it with acceptTask.',
    })

    const application = await ben.applies(task)
    await apply(
      ben,
      task,
      { __typename: 'AlreadyAppliedError', application: { id: application.id, status: 'PENDING' } },
      dollars,
    )
    await apply(
      cleo,
      task,
      { __typename: 'ValidationError', fields: [{ path: ['input', 'price', 'currencyCode'] }] },
      dollars,
    )
    await apply(
      cleo,
      task,
      { __typename: 'ValidationError', fields: [{ path: ['input', 'price', 'amount'] }] },
      { price: eurosOf('1.00') },
    )

    await anna.accepts(application)
    const { acceptedAt } = await taskRowOf(app, task)
    await apply(cleo, task, {
      __typename: 'TaskAlreadyAcceptedError',
      acceptedAt: acceptedAt?.toISOString(),
      task: { id: task.id, status: 'AWAITING_FUNDS' },
    })
    await anna.cancels(task)
    await apply(cleo, task, { __typename: 'IllegalTransitionError', from: 'CANCELED', action: 'applyToTask' })
  })

  test('refuses a passed deadline with the same error as an expired task', async () => {
    const late = await anna.posts({ deadline: inAnHour() })
    await timePasses(app, '2 hours')
    await expectRefusal(
      app,
      ben,
      'applyToTask',
      { taskId: late.id },
      { __typename: 'IllegalTransitionError', from: 'EXPIRED', action: 'applyToTask', allowed: [] },
    )
    await timePasses(app, '-2 hours')
  })

  test('does not find an open task of a suspended poster', async () => {
    const dora = await actor(app, 'Dora')
    const hidden = await dora.posts()
    await suspend(dora, new Date())
    await expectRefusal(app, ben, 'applyToTask', { taskId: hidden.id }, { __typename: 'NotFoundError', id: hidden.id })
  })

  test('lets an applicant apply again after withdrawing, but not after a rejection', async () => {
    const first = await ben.applies(task)
    await ben.does('withdrawApplication', { applicationId: first.id, reason: 'Too far.' })
    const second = await ben.applies(task)
    expect(await applicationRowsOf(app, task)).toMatchObject([
      { id: first.uuid, status: 'WITHDRAWN', version: 2, arrivalNumber: 1 },
      { id: second.uuid, status: 'PENDING', version: 1, arrivalNumber: 2 },
    ])
    expect(await taskRowOf(app, task)).toMatchObject({ version: 1, applicationCount: 1 })

    await anna.does('rejectApplication', { applicationId: second.id })
    await expectRefusal(
      app,
      ben,
      'applyToTask',
      { taskId: task.id },
      { __typename: 'AlreadyAppliedError', application: { id: second.id, status: 'REJECTED' } },
    )
    expect(await historyOf(app, task)).toEqual([
      'task.created 1 ->DRAFT',
      'task.published 1 DRAFT->OPEN',
      'task.application_received 1',
      'task.application_withdrawn 1',
      'task.application_received 1',
      'task.application_rejected 1',
    ])
  })
})

describe('withdrawApplication and rejectApplication', () => {
  test('refuse in order of precedence', async () => {
    const application = await ben.applies(task)
    const input = { applicationId: application.id }
    const stale = { ...input, expectedVersion: 7 }
    const finn = await actor(app, 'Finn', 'FINANCE')
    for (const mutation of ['withdrawApplication', 'rejectApplication'] as const) {
      await expectRefusal(app, cleo, mutation, stale, { __typename: 'NotFoundError', id: application.id })
      await expectRefusal(app, cleo, mutation, { applicationId: task.id }, { __typename: 'NotFoundError', id: task.id })
      await expectRefusal(app, finn, mutation, stale, { __typename: 'ForbiddenError' })
    }
    await expectRefusal(app, anna, 'withdrawApplication', stale, { __typename: 'ForbiddenError' })
    await expectRefusal(app, ben, 'rejectApplication', stale, { __typename: 'ForbiddenError' })
    await expectRefusal(app, ben, 'withdrawApplication', stale, { __typename: 'StaleVersionError', actual: 1 })
    await expectRefusal(app, anna, 'rejectApplication', stale, { __typename: 'StaleVersionError', actual: 1 })

    await anna.does('rejectApplication', { ...input, expectedVersion: 1 })
    const illegal = { __typename: 'IllegalTransitionError', from: 'REJECTED' }
    await expectRefusal(app, ben, 'withdrawApplication', input, { ...illegal, action: 'withdrawApplication' })
    await expectRefusal(app, anna, 'rejectApplication', input, { ...illegal, action: 'rejectApplication' })
  })

  test('replay the payload for the same request with the same key', async () => {
    const first = await ben.applies(task)
    const second = await cleo.applies(task)
    const withdraw = { applicationId: first.id, idempotencyKey: 'k' }
    const reject = { applicationId: second.id, idempotencyKey: 'k' }
    const withdrawn = await ben.asks('withdrawApplication', withdraw)
    const rejected = await anna.asks('rejectApplication', reject)
    const before = await everything(app)
    expect(await ben.asks('withdrawApplication', withdraw)).toEqual({ ...withdrawn, replayed: true })
    expect(await anna.asks('rejectApplication', reject)).toEqual({ ...rejected, replayed: true })
    expect(await everything(app)).toEqual(before)
  })
})

describe('acceptApplication', () => {
  test('assigns the task to one applicant at their price, and closes the other applications', async () => {
    const chosen = await ben.applies(task, { price: eurosOf('30.00') })
    await cleo.applies(task)
    const outcome = await anna.asks('acceptApplication', { applicationId: chosen.id, expectedVersion: 1 })
    const row = await taskRowOf(app, task)
    expect(outcome).toMatchObject({
      __typename: 'AcceptTaskPayload',
      replayed: false,
      task: { id: task.id, version: 2, status: 'AWAITING_FUNDS', agreedPrice: eurosOf('30.00') },
      chat: { endedAt: null },
    })
    expect(row).toMatchObject({
      assigneeId: ben.uuid,
      agreedPriceMinor: 3000n,
      feeRuleVersion: 1,
      applicationCount: 2,
      budgetMinor: 2000n,
    })
    expect(row.fundingDueAt?.getTime()).toBe(Number(row.acceptedAt?.getTime()) + 24 * 3_600_000)
    expect(await applicationRowsOf(app, task)).toMatchObject([
      { applicantId: ben.uuid, status: 'ACCEPTED', version: 2, acceptedAt: row.acceptedAt },
      { applicantId: cleo.uuid, status: 'CLOSED', version: 2, acceptedAt: null },
    ])
    const accepted = await app.prisma.event.findMany({ where: { taskId: task.uuid, type: 'task.accepted' } })
    expect(accepted).toMatchObject([{ actorId: anna.uuid, statusBefore: 'OPEN', statusAfter: 'AWAITING_FUNDS' }])
    expect(accepted[0]?.recipientIds.sort()).toEqual([anna.uuid, ben.uuid, cleo.uuid].sort())
    const [chat] = await app.prisma.chat.findMany({ where: { taskId: task.uuid }, include: { participants: true } })
    expect(chat).toMatchObject({ taskerId: ben.uuid, endedAt: null })
    expect(chat?.participants.map(({ userId, role }) => [userId, role]).sort()).toEqual(
      [
        [anna.uuid, 'POSTER'],
        [ben.uuid, 'TASKER'],
      ].sort(),
    )
  })

  test('replays the payload for the same request with the same key', async () => {
    const input = { applicationId: (await ben.applies(task)).id, idempotencyKey: 'ben it is' }
    const first = await anna.asks('acceptApplication', input)
    const before = await everything(app)
    expect(await anna.asks('acceptApplication', input)).toEqual({ ...first, replayed: true })
    expect(await everything(app)).toEqual(before)
  })

  test('accepts an application to a first-come task, too', async () => {
    const firstCome = await anna.posts()
    await anna.accepts(await ben.applies(firstCome, { price: eurosOf('15.00') }))
    expect(await taskRowOf(app, firstCome)).toMatchObject({ assigneeId: ben.uuid, agreedPriceMinor: 1500n })
  })

  test('refuses in order of precedence', async () => {
    const application = await ben.applies(task)
    const other = await cleo.applies(task)
    const rejected = await (await actor(app, 'Dora')).applies(task)
    await anna.does('rejectApplication', { applicationId: rejected.id })
    const accept = (someone: Actor, input: Record<string, unknown>, refusal: Record<string, unknown>) =>
      expectRefusal(app, someone, 'acceptApplication', input, refusal)
    const stale = { applicationId: application.id, expectedVersion: 5 }
    await accept(cleo, stale, { __typename: 'NotFoundError', id: application.id })
    await suspend(ben, new Date())
    await accept(anna, stale, { __typename: 'NotFoundError', id: application.id })
    await suspend(ben, null)
    await accept(ben, stale, { __typename: 'ForbiddenError' })
    await accept(anna, stale, { __typename: 'StaleVersionError', expected: 5, actual: 1 })
    await accept(
      anna,
      { applicationId: rejected.id },
      { __typename: 'IllegalTransitionError', from: 'REJECTED', action: 'acceptApplication' },
    )
    await anna.accepts(application)
    const { acceptedAt } = await taskRowOf(app, task)
    const taken = { __typename: 'TaskAlreadyAcceptedError', acceptedAt: acceptedAt?.toISOString() }
    await accept(anna, { applicationId: application.id }, taken)
    await accept(anna, { applicationId: other.id }, taken)
    await anna.cancels(task)
    await accept(
      anna,
      { applicationId: other.id },
      { __typename: 'IllegalTransitionError', from: 'CANCELED', action: 'acceptApplication' },
    )
  })

  test('refuses after the deadline', async () => {
    const late = await anna.posts({ deadline: inAnHour() })
    const application = await ben.applies(late)
    await timePasses(app, '2 hours')
    await expectRefusal(
      app,
      anna,
      'acceptApplication',
      { applicationId: application.id },
      { __typename: 'IllegalTransitionError', from: 'EXPIRED' },
    )
    await timePasses(app, '-2 hours')
  })
})

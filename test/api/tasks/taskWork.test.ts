import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startApp, type TestApp } from '../../support/servers/app.ts'
import {
  type Actor,
  actor,
  applicationRowsOf,
  everything,
  expectRefusal,
  historyOf,
  type Mutation,
  type Named,
  taskRowOf,
  timePasses,
} from '../../support/story.ts'

let app: TestApp
let anna: Actor
let ben: Actor
let cleo: Actor
let finn: Actor
let task: Named

beforeAll(async () => {
  app = await startApp()
  anna = await actor(app, 'Anna')
  finn = await actor(app, 'Finn', 'FINANCE')
})
afterAll(async () => {
  await app.stop()
})
beforeEach(async () => {
  ben = await actor(app, 'Ben')
  cleo = await actor(app, 'Cleo')
  task = await anna.posts()
})

const DAYS = 86_400_000
const refundsOf = ({ uuid }: Named) => app.prisma.refund.findMany({ where: { taskId: uuid }, orderBy: { id: 'asc' } })
const holdsOf = ({ uuid }: Named) => app.prisma.hold.findMany({ where: { taskId: uuid }, orderBy: { id: 'asc' } })
const chatsOf = ({ uuid }: Named) => app.prisma.chat.findMany({ where: { taskId: uuid } })
const eurosOf = (amount: string) => ({ amount, currencyCode: 'EUR' })

const refused = (
  someone: Actor,
  mutation: Mutation,
  input: Record<string, unknown>,
  refusal: Record<string, unknown>,
) => expectRefusal(app, someone, mutation, input, refusal)

/** The order of precedence of every action on a task: not visible, not a party, version, status. */
async function refusesInOrder(mutation: Mutation, party: Actor, stranger: Actor, status: string) {
  const { version } = await taskRowOf(app, task)
  const input = { taskId: task.id, ...(mutation === 'approveWork' && { idempotencyKey: randomUUID() }) }
  const stale = { ...input, ...(mutation !== 'submitWork' && { expectedVersion: version + 1 }) }
  await refused(stranger, mutation, { ...stale, taskId: 'tsk_nonsense' }, { __typename: 'NotFoundError' })
  await refused(finn, mutation, stale, { __typename: 'ForbiddenError', code: 'FORBIDDEN' })
  await refused(stranger, mutation, stale, { __typename: 'NotFoundError', id: task.id })
  if (mutation !== 'submitWork') {
    await refused(party, mutation, stale, { __typename: 'StaleVersionError', expected: version + 1, actual: version })
  }
  await refused(party, mutation, input, { __typename: 'IllegalTransitionError', from: status, action: mutation })
}

describe('the whole life cycle', () => {
  test('completes a first-come task that is funded after acceptance', async () => {
    await ben.accepts(task)
    await anna.funds(task)
    await ben.submits(task)
    await anna.does('requestChanges', { taskId: task.id, reason: 'The gate too, please.' })
    await ben.submits(task)
    const transfer = await anna.approves(task)
    expect(await historyOf(app, task)).toEqual([
      'task.created 1 ->DRAFT',
      'task.published 1 DRAFT->OPEN',
      'task.accepted 2 OPEN->AWAITING_FUNDS',
      'task.funding_requested 2',
      'task.funded 3 AWAITING_FUNDS->ASSIGNED',
      'task.submitted 4 ASSIGNED->SUBMITTED',
      'task.changes_requested 5 SUBMITTED->ASSIGNED',
      'task.submitted 6 ASSIGNED->SUBMITTED',
      'task.approved 7 SUBMITTED->COMPLETED',
    ])
    const row = await taskRowOf(app, task)
    expect(row).toMatchObject({ status: 'COMPLETED', version: 7, autoApproveAt: null })
    expect(row.completedAt).toEqual(row.endedAt)
    const transfers = await app.prisma.transfer.findMany({ where: { taskId: task.uuid } })
    expect(transfers).toMatchObject([
      {
        id: transfer.uuid,
        status: 'PENDING',
        grossMinor: 2000n,
        feeMinor: 200n,
        netMinor: 1800n,
        destinationId: ben.uuid,
      },
    ])
  })

  test('assigns a funded task at once, and refunds the money above the price', async () => {
    await anna.funds(task)
    const application = await ben.applies(task, { price: eurosOf('15.00') })
    const outcome = await anna.does('acceptApplication', { applicationId: application.id })
    expect(outcome).toMatchObject({ task: { status: 'ASSIGNED', version: 2, agreedPrice: eurosOf('15.00') } })
    expect(await holdsOf(task)).toMatchObject([{ status: 'HELD', remainingMinor: 1500n, supersededAt: null }])
    expect(await refundsOf(task)).toMatchObject([{ amountMinor: 500n }])
    expect(await taskRowOf(app, task)).toMatchObject({ fundingDueAt: null })
  })

  test('refunds a payment below the price in full, and awaits the whole price', async () => {
    await anna.funds(task)
    await anna.accepts(await ben.applies(task, { price: eurosOf('25.00') }))
    expect(await taskRowOf(app, task)).toMatchObject({ status: 'AWAITING_FUNDS', agreedPriceMinor: 2500n })
    expect(await refundsOf(task)).toMatchObject([{ amountMinor: 2000n }])
    await anna.funds(task)
    expect(await taskRowOf(app, task)).toMatchObject({ status: 'ASSIGNED' })
    expect(await holdsOf(task)).toMatchObject([
      { status: 'REFUNDED', amountMinor: 2000n },
      { status: 'HELD', amountMinor: 2500n, remainingMinor: 2500n },
    ])
  })
})

describe('cancelTask', () => {
  test('cancels a draft, an open and an unfunded task, and closes pending applications', async () => {
    const draft = await anna.drafts()
    await anna.cancels(draft)
    expect(await historyOf(app, draft)).toEqual(['task.created 1 ->DRAFT', 'task.canceled 2 DRAFT->CANCELED'])

    await ben.applies(task)
    await anna.does('cancelTask', { taskId: task.id, expectedVersion: 1, reason: 'It rains.' })
    const row = await taskRowOf(app, task)
    expect(row).toMatchObject({ status: 'CANCELED', version: 2, endedAt: row.updatedAt })
    expect(await applicationRowsOf(app, task)).toMatchObject([{ status: 'CLOSED', version: 2 }])
    const canceled = await app.prisma.event.findFirst({ where: { taskId: task.uuid, type: 'task.canceled' } })
    expect(canceled).toMatchObject({ reason: 'It rains.', recipientIds: [anna.uuid, ben.uuid] })

    const awaiting = await anna.posts()
    await ben.accepts(awaiting)
    await anna.cancels(awaiting)
    expect(await taskRowOf(app, awaiting)).toMatchObject({
      status: 'CANCELED',
      fundingDueAt: null,
      assigneeId: ben.uuid,
    })
  })

  test('refunds held money', async () => {
    await anna.funds(task)
    await anna.cancels(task)
    expect(await refundsOf(task)).toMatchObject([{ amountMinor: 2000n }])
    const [hold] = await holdsOf(task)
    expect(hold).toMatchObject({ status: 'REFUNDED', remainingMinor: 0n })
    expect(hold?.supersededAt).not.toBeNull()
  })

  test('replays the payload for the same request with the same key', async () => {
    const input = { taskId: task.id, idempotencyKey: 'enough' }
    const first = await anna.does('cancelTask', input)
    const before = await everything(app)
    expect(await anna.asks('cancelTask', input)).toEqual({ ...first, replayed: true })
    expect(await everything(app)).toEqual(before)
  })

  test('refuses in order of precedence', async () => {
    await ben.accepts(task)
    await anna.funds(task)
    await refusesInOrder('cancelTask', anna, cleo, 'ASSIGNED')
  })
})

describe('withdrawFromTask', () => {
  test('reopens the task and its closed applications', async () => {
    await cleo.applies(task)
    await ben.accepts(task)
    await ben.does('withdrawFromTask', { taskId: task.id, expectedVersion: 2, reason: 'Ill.' })
    expect(await taskRowOf(app, task)).toMatchObject({
      status: 'OPEN',
      version: 3,
      assigneeId: null,
      agreedPriceMinor: null,
      feeRuleVersion: null,
      acceptedAt: null,
      submittedAt: null,
      fundingDueAt: null,
      applicationCount: 1,
    })
    expect(await applicationRowsOf(app, task)).toMatchObject([
      { applicantId: cleo.uuid, status: 'PENDING', version: 3 },
      { applicantId: ben.uuid, status: 'WITHDRAWN', version: 2 },
    ])
    const [chat] = await chatsOf(task)
    expect(chat?.endedAt).toEqual((await taskRowOf(app, task)).updatedAt)
    const withdrawn = await app.prisma.event.findFirst({ where: { taskId: task.uuid, type: 'task.withdrawn' } })
    expect(withdrawn).toMatchObject({ actorId: ben.uuid, reason: 'Ill.', statusBefore: 'AWAITING_FUNDS' })
    expect(withdrawn?.recipientIds.sort()).toEqual([anna.uuid, ben.uuid, cleo.uuid].sort())
  })

  test('keeps the money held for the next tasker, who gets their own chat', async () => {
    await ben.accepts(task)
    await anna.funds(task)
    await ben.submits(task)
    await anna.does('requestChanges', { taskId: task.id })
    await ben.withdrawsFrom(task)
    expect(await taskRowOf(app, task)).toMatchObject({ status: 'OPEN', submittedAt: null })
    expect(await holdsOf(task)).toMatchObject([{ status: 'HELD', remainingMinor: 2000n }])
    await cleo.accepts(task)
    expect(await taskRowOf(app, task)).toMatchObject({ status: 'ASSIGNED', assigneeId: cleo.uuid })
    expect((await chatsOf(task)).map(({ taskerId, endedAt }) => [taskerId, endedAt === null]).sort()).toEqual(
      [
        [ben.uuid, false],
        [cleo.uuid, true],
      ].sort(),
    )
  })

  test('expires and refunds a task whose deadline has passed, in the same transaction', async () => {
    const late = await anna.posts({ deadline: new Date(Date.now() + 3_600_000).toISOString() })
    await cleo.applies(late)
    await ben.accepts(late)
    await anna.funds(late)
    await timePasses(app, '2 hours')
    await ben.withdrawsFrom(late)
    await timePasses(app, '-2 hours')
    expect((await historyOf(app, late)).slice(-3)).toEqual([
      'task.withdrawn 4 ASSIGNED->OPEN',
      'task.expired 5 OPEN->EXPIRED',
      'task.refund_requested 5',
    ])
    const row = await taskRowOf(app, late)
    expect(row).toMatchObject({ status: 'EXPIRED', version: 5, assigneeId: null, endedAt: row.updatedAt })
    expect(await refundsOf(late)).toMatchObject([{ amountMinor: 2000n }])
    expect((await applicationRowsOf(app, late)).map(({ status }) => status)).toEqual(['CLOSED', 'WITHDRAWN'])
  })

  test('replays the payload for the same request with the same key', async () => {
    await ben.accepts(task)
    const input = { taskId: task.id, idempotencyKey: 'ill' }
    const first = await ben.does('withdrawFromTask', input)
    const before = await everything(app)
    expect(await ben.asks('withdrawFromTask', input)).toEqual({ ...first, replayed: true })
    expect(await everything(app)).toEqual(before)
  })

  test('refuses in order of precedence, the poster, too', async () => {
    await ben.accepts(task)
    await refused(anna, 'withdrawFromTask', { taskId: task.id }, { __typename: 'ForbiddenError' })
    await anna.funds(task)
    await ben.submits(task)
    await refusesInOrder('withdrawFromTask', ben, cleo, 'SUBMITTED')
  })
})

describe('submitWork and requestChanges', () => {
  test('submit, send back and submit again; the five days count from the last submission', async () => {
    await ben.accepts(task)
    await anna.funds(task)
    await ben.does('submitWork', { taskId: task.id, message: 'First try.' })
    const first = await taskRowOf(app, task)
    expect(first).toMatchObject({ status: 'SUBMITTED', version: 4, submittedAt: first.updatedAt })
    expect(first.autoApproveAt?.getTime()).toBe(first.updatedAt.getTime() + 5 * DAYS)
    await anna.does('requestChanges', { taskId: task.id, expectedVersion: 4, reason: 'Not yet.' })
    expect(await taskRowOf(app, task)).toMatchObject({ status: 'ASSIGNED', version: 5, autoApproveAt: null })
    await ben.does('submitWork', { taskId: task.id })
    const submissions = await app.prisma.workSubmission.findMany({
      where: { taskId: task.uuid },
      orderBy: { id: 'asc' },
    })
    expect(submissions).toMatchObject([{ message: 'First try.', submittedAt: first.submittedAt }, { message: null }])
  })

  test('replay the payload for the same request with the same key', async () => {
    await ben.accepts(task)
    await anna.funds(task)
    const submit = { taskId: task.id, idempotencyKey: 'k' }
    const submitted = await ben.does('submitWork', submit)
    const changes = await anna.does('requestChanges', submit)
    const before = await everything(app)
    expect(await ben.asks('submitWork', submit)).toMatchObject({ ...submitted, task: {}, replayed: true })
    expect(await anna.asks('requestChanges', submit)).toEqual({ ...changes, replayed: true })
    expect(await everything(app)).toEqual(before)
  })

  test('refuse in order of precedence', async () => {
    await ben.accepts(task)
    const files = { taskId: task.id, attachmentIds: ['att_x'] }
    await refused(anna, 'submitWork', files, { __typename: 'NotFoundError', id: 'att_x' })
    await refused(anna, 'submitWork', { taskId: task.id }, { __typename: 'ForbiddenError' })
    await refusesInOrder('submitWork', ben, cleo, 'AWAITING_FUNDS')
    await refused(ben, 'requestChanges', { taskId: task.id }, { __typename: 'ForbiddenError' })
    await refusesInOrder('requestChanges', anna, cleo, 'AWAITING_FUNDS')
  })
})

describe('approveWork', () => {
  test('replays the payload for the same request with the same key, and one transfer', async () => {
    await ben.accepts(task)
    await anna.funds(task)
    await ben.submits(task)
    const input = { taskId: task.id, idempotencyKey: 'well done' }
    const first = await anna.does('approveWork', input)
    const before = await everything(app)
    expect(await anna.asks('approveWork', input)).toEqual({ ...first, replayed: true })
    expect(await everything(app)).toEqual(before)
    await refused(
      anna,
      'approveWork',
      { taskId: task.id, idempotencyKey: 'again' },
      { __typename: 'IllegalTransitionError', from: 'COMPLETED', action: 'approveWork', allowed: ['reviewTask'] },
    )
  })

  test('refuses in order of precedence, frozen money last', async () => {
    await ben.accepts(task)
    await anna.funds(task)
    await refused(ben, 'approveWork', { taskId: task.id, idempotencyKey: 'mine' }, { __typename: 'ForbiddenError' })
    await refusesInOrder('approveWork', anna, cleo, 'ASSIGNED')
    await ben.submits(task)
    await app.prisma.hold.updateMany({ where: { taskId: task.uuid }, data: { frozen: true } })
    await refused(
      anna,
      'approveWork',
      { taskId: task.id, idempotencyKey: 'frozen' },
      { __typename: 'HoldFrozenError', code: 'HOLD_FROZEN' },
    )
  })
})

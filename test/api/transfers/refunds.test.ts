import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { withTransaction } from '../../../src/db/transaction.ts'
import { lookUpNow } from '../../../src/transfers/lookUpNow.ts'
import { claimRefund, sendRefund, settleRefund } from '../../../src/transfers/refunds/sendRefund.ts'
import { ask } from '../../support/ask.ts'
import {
  acts,
  closeBooks,
  eventsOf,
  holdRows,
  leasesRunOut,
  moneyMoves,
  moneyWorld,
  postingsOf,
  refundRows,
  taskAtWork,
  taskStatus,
  trailOf,
  type World,
} from '../../support/money.ts'
import { toPublicId } from '../../support/publicIds.ts'
import { accepted, failedLater, lost, notSent, refusedForGood, refusedForNow } from '../../support/scriptedProvider.ts'
import { type Actor, actor, everything, type Named, timePasses, timersRun } from '../../support/story.ts'

let world: World
let anna: Actor
let ben: Actor
let fay: Actor

beforeAll(async () => {
  world = await moneyWorld()
  anna = world.anna
  ben = world.ben
  fay = world.fay
})
afterAll(async () => {
  await closeBooks(world)
})

const euros = (amount: string) => ({ amount, currencyCode: 'EUR' })
/** A due refund: a funded open task was canceled. */
async function refundDue() {
  const task = await anna.posts()
  await anna.funds(task)
  await anna.cancels(task)
  const [refund] = await refundRows(world, task)
  if (!refund) throw new Error('A canceled task has no refund.')
  return { task, refundId: refund.id, reference: toPublicId('rfd', refund.id) }
}

const refundRow = (refundId: string) => world.app.prisma.refund.findUniqueOrThrow({ where: { id: refundId } })
const sends = (refundId: string) => sendRefund(world.app.work, { refundId })

/** Sends the refund to a provider that refuses it for good. */
async function failsForGood(refundId: string): Promise<void> {
  world.provider.ordersGet(toPublicId('rfd', refundId), refusedForGood)
  await sends(refundId)
}

/** Sends the refund once it is due again. */
async function sendsAfter(refundId: string, wait: string): Promise<void> {
  await timePasses(world.app, wait)
  await sends(refundId)
}

const holdIdOf = async (task: Named): Promise<string> => {
  const answer = await ask<{ task: { hold: { id: string } } }>(
    anna,
    'query ($id: ID!) { task(id: $id) { hold { id } } }',
    {
      id: task.id,
    },
  )
  return answer.task.hold.id
}

test('cancelTask refunds the whole hold', async () => {
  const { task, refundId } = await refundDue()
  expect(await postingsOf(world, task)).toEqual([
    'hold.funded: DEBIT PROVIDER_CLEARING 2000, CREDIT TASK_HOLD 2000',
    'refund.requested: DEBIT TASK_HOLD 2000, CREDIT REFUND_CLEARING 2000',
  ])
  expect(await trailOf(world, task)).toEqual({ paidIn: 2000n, refunding: 2000n, balanced: true })
  await moneyMoves(world)
  expect(await refundRow(refundId)).toMatchObject({ status: 'SUCCEEDED', attemptCount: 1, leaseUntil: null })
  const charge = world.provider.orders.find(({ kind }) => kind === 'charge')
  expect(charge).toBeDefined()
  expect(world.provider.orders.at(-1)).toMatchObject({
    kind: 'refund',
    amount: { minorUnits: 2000n, currencyCode: 'EUR' },
    chargeReference: (await holdRows(world, task))[0]?.providerReference,
  })
  expect((await postingsOf(world, task)).at(-1)).toBe(
    'refund.succeeded: DEBIT REFUND_CLEARING 2000, CREDIT PROVIDER_CLEARING 2000',
  )
  expect(await trailOf(world, task)).toEqual({ paidIn: 2000n, refunded: 2000n, balanced: true })
  expect(await holdRows(world, task)).toMatchObject([{ status: 'REFUNDED', supersededAt: expect.any(Date) }])
  expect((await eventsOf(world, task)).filter((type) => type.startsWith('task.refund'))).toEqual([
    'task.refund_requested',
    'task.refunded',
  ])
})

test('expiry refunds the whole hold', async () => {
  const task = await anna.posts({ deadline: new Date(Date.now() + 86_400_000).toISOString() })
  await anna.funds(task)
  await timePasses(world.app, '2 days')
  await timersRun(world.app)
  expect(await taskStatus(world, task)).toBe('EXPIRED')
  await moneyMoves(world)
  expect(await trailOf(world, task)).toEqual({ paidIn: 2000n, refunded: 2000n, balanced: true })
})

test('an acceptance below the held amount refunds the difference, and the rest covers it', async () => {
  const task = await anna.posts({ acceptanceMode: 'POSTER_CHOICE' })
  await anna.funds(task)
  await anna.accepts(await ben.applies(task, { price: euros('12.34') }))
  expect(await taskStatus(world, task)).toBe('ASSIGNED')
  expect(await refundRows(world, task)).toMatchObject([{ amountMinor: 766n, status: 'PENDING' }])
  expect(await holdRows(world, task)).toMatchObject([{ status: 'HELD', remainingMinor: 1234n, supersededAt: null }])
})

test('an acceptance above the held amount refunds the whole hold, and the poster pays the whole price', async () => {
  const task = await anna.posts({ acceptanceMode: 'POSTER_CHOICE' })
  await anna.funds(task)
  await anna.accepts(await ben.applies(task, { price: euros('20.01') }))
  expect(await taskStatus(world, task)).toBe('AWAITING_FUNDS')
  expect(await refundRows(world, task)).toMatchObject([{ amountMinor: 2000n }])
  await anna.funds(task)
  await moneyMoves(world)
  expect(await trailOf(world, task)).toEqual({
    paidIn: 4001n,
    held: 2001n,
    refunded: 2000n,
    remaining: 2001n,
    balanced: true,
  })
})

test('is retried under another key if refused for now, and fails after six retries', async () => {
  const { task, refundId, reference } = await refundDue()
  world.provider.ordersGet(reference, ...Array.from({ length: 7 }, () => refusedForNow))
  await sends(refundId)
  for (const [retries, minutes] of [1, 5, 15, 60, 240, 1_440].entries()) {
    expect(await refundRow(refundId)).toMatchObject({
      status: 'PENDING',
      retryCount: retries + 1,
      attemptCount: retries + 1,
      failureCode: 'not_now',
    })
    expect(await sends(refundId)).toBe(false)
    await sendsAfter(refundId, `${minutes * 1.1} minutes`)
  }
  expect(await refundRow(refundId)).toMatchObject({ status: 'FAILED', retryCount: 6, attemptCount: 7 })
  const keys = world.provider.orders.slice(-7).map(({ idempotencyKey }) => idempotencyKey)
  expect(new Set(keys).size).toBe(7)
  // A failed refund is held again.
  expect((await postingsOf(world, task)).at(-1)).toBe(
    'refund.failed: DEBIT REFUND_CLEARING 2000, CREDIT TASK_HOLD 2000',
  )
  expect(await holdRows(world, task)).toMatchObject([{ status: 'HELD', remainingMinor: 2000n }])
  expect((await eventsOf(world, task)).filter((type) => type === 'task.refund_pending')).toHaveLength(6)
  expect((await eventsOf(world, task)).at(-1)).toBe('task.refund_failed')
})

test('waits for the pause that the provider advises, without using up a retry', async () => {
  const { refundId, reference } = await refundDue()
  world.provider.ordersGet(reference, notSent)
  await sends(refundId)
  expect(await refundRow(refundId)).toMatchObject({ status: 'PENDING', retryCount: 0, failureCode: null })
  expect(await sends(refundId)).toBe(false)
  await sendsAfter(refundId, '20 seconds')
  expect(await refundRow(refundId)).toMatchObject({ status: 'SUCCEEDED', retryCount: 0 })
  const keys = world.provider.orders.slice(-2).map(({ idempotencyKey }) => idempotencyKey)
  expect(new Set(keys).size).toBe(1)
})

test('is FAILED when it comes back after it succeeded, and its money is held again, once', async () => {
  const { task, refundId, reference } = await refundDue()
  await moneyMoves(world)
  expect(await trailOf(world, task)).toEqual({ paidIn: 2000n, refunded: 2000n, balanced: true })
  world.provider.questionsGet(reference, failedLater, failedLater)
  const hint = () => lookUpNow(world.app.work, { kind: 'refund', reference })
  await Promise.all([hint(), hint()])
  expect(world.provider.questions.at(-1)).toMatchObject({ kind: 'refund', providerReference: expect.any(String) })
  expect(await refundRow(refundId)).toMatchObject({ status: 'FAILED', failureCode: 'expired_card', dueAt: null })
  expect((await postingsOf(world, task)).slice(-3)).toEqual([
    'refund.succeeded: DEBIT REFUND_CLEARING 2000, CREDIT PROVIDER_CLEARING 2000',
    'refund.came_back: DEBIT PROVIDER_CLEARING 2000, CREDIT REFUND_CLEARING 2000',
    'refund.failed: DEBIT REFUND_CLEARING 2000, CREDIT TASK_HOLD 2000',
  ])
  expect(await trailOf(world, task)).toEqual({ paidIn: 2000n, held: 2000n, remaining: 2000n, balanced: true })
  expect(await holdRows(world, task)).toMatchObject([{ status: 'HELD', remainingMinor: 2000n }])
  expect((await eventsOf(world, task)).at(-1)).toBe('task.refund_failed')
})

test('is refused if a look-up finds that it failed while it was in doubt', async () => {
  const { refundId, reference } = await refundDue()
  world.provider.ordersGet(reference, lost)
  await sends(refundId)
  world.provider.questionsGet(reference, failedLater)
  await timePasses(world.app, '30 seconds')
  await moneyMoves(world)
  expect(await refundRow(refundId)).toMatchObject({ status: 'FAILED', failureCode: 'expired_card' })
})

test('fails at once if refused for good, and money returned to a superseded hold can be refunded again', async () => {
  const { task, refundId, reference } = await refundDue()
  world.provider.ordersGet(reference, refusedForGood)
  await sends(refundId)
  expect(await refundRow(refundId)).toMatchObject({ status: 'FAILED', retryCount: 0, failureCode: 'never' })
  const holdId = await holdIdOf(task)
  const answer = await acts(fay, 'refundHold', { holdId, amount: euros('20.00'), reason: 'Once more.' })
  expect(answer).toMatchObject({
    __typename: 'RefundPayload',
    hold: { status: 'REFUNDED', remaining: { amount: '0.00' } },
  })
  await moneyMoves(world)
  expect(await trailOf(world, task)).toEqual({ paidIn: 2000n, refunded: 2000n, balanced: true })
})

test('money returned to a superseded hold covers no acceptance', async () => {
  const task = await anna.posts({ acceptanceMode: 'POSTER_CHOICE' })
  await anna.funds(task)
  await anna.accepts(await ben.applies(task, { price: euros('30.00') }))
  const [refund] = await refundRows(world, task)
  await failsForGood(refund?.id ?? '')
  expect(await holdRows(world, task)).toMatchObject([{ status: 'HELD', remainingMinor: 2000n }])
  // The hold is not live: the poster can pay the whole price, and only that begins the work.
  await anna.funds(task)
  expect(await taskStatus(world, task)).toBe('ASSIGNED')
  expect(await holdRows(world, task)).toMatchObject([{ remainingMinor: 2000n }, { remainingMinor: 3000n }])
  await ben.submits(task)
  await anna.approves(task)
  expect(await holdRows(world, task)).toMatchObject([
    { remainingMinor: 2000n },
    { status: 'RELEASED', remainingMinor: 0n },
  ])
})

test('is in doubt if the answer is lost, and a look-up finds that it was made', async () => {
  const { refundId, task, reference } = await refundDue()
  world.provider.ordersGet(reference, lost)
  await sends(refundId)
  expect(await refundRow(refundId)).toMatchObject({ status: 'IN_DOUBT', dueAt: null })
  expect((await eventsOf(world, task)).at(-1)).toBe('task.refund_in_doubt')
  world.provider.did(reference, 'refund_found')
  await timePasses(world.app, '30 seconds')
  await moneyMoves(world)
  expect(await refundRow(refundId)).toMatchObject({ status: 'SUCCEEDED', providerReference: 'refund_found' })
})

test('is sent again under the same key if the provider never received it', async () => {
  const { refundId, reference } = await refundDue()
  world.provider.ordersGet(reference, lost)
  await sends(refundId)
  const first = world.provider.orders.at(-1)
  await timePasses(world.app, '30 seconds')
  await moneyMoves(world)
  expect(await refundRow(refundId)).toMatchObject({ status: 'PENDING', retryCount: 1, failureCode: 'never_received' })
  await sendsAfter(refundId, '66 seconds')
  expect(world.provider.orders.at(-1)).toEqual(first)
  expect(await refundRow(refundId)).toMatchObject({ status: 'SUCCEEDED', failureCode: null })
})

test('is in doubt if its worker died; a late answer is applied, a later one is ignored', async () => {
  const { app } = world
  const { refundId } = await refundDue()
  await withTransaction(app.database, (tx) => claimRefund(tx, { refundId }))
  await leasesRunOut(world)
  await moneyMoves(world)
  expect(await refundRow(refundId)).toMatchObject({ status: 'IN_DOUBT', attemptCount: 1 })
  const answer = (outcome: Parameters<typeof settleRefund>[1]['outcome']) =>
    withTransaction(app.database, (tx) => settleRefund(tx, { refundId, attempt: 1, outcome }))
  expect(await answer(accepted('refund_late'))).toBe(true)
  const done = await refundRow(refundId)
  expect(done).toMatchObject({ status: 'SUCCEEDED', providerReference: 'refund_late' })
  for (const outcome of [accepted('refund_other'), refusedForGood, lost]) expect(await answer(outcome)).toBe(false)
  expect(await refundRow(refundId)).toEqual(done)
})

test('follows a webhook at once', async () => {
  const { refundId, reference } = await refundDue()
  world.provider.ordersGet(reference, lost)
  await sends(refundId)
  world.provider.did(reference, 'refund_hinted')
  await lookUpNow(world.app.work, { kind: 'refund', reference })
  expect(await refundRow(refundId)).toMatchObject({ status: 'SUCCEEDED', providerReference: 'refund_hinted' })
})

test('waits without a due time while its hold is frozen', async () => {
  const { app } = world
  const { task, refundId } = await refundDue()
  await app.database.pool.query('update holds set frozen = true where task_id = $1', [task.uuid])
  await sends(refundId)
  expect(await refundRow(refundId)).toMatchObject({ status: 'PENDING', dueAt: null, attemptCount: 0 })
})

test('refundHold refunds a part; the tasker is paid the rest, less its share of the fee', async () => {
  const task = await taskAtWork(world)
  const holdId = await holdIdOf(task)
  const input = { holdId, amount: euros('5.00'), reason: 'Agreed by both.', idempotencyKey: randomUUID() }
  const answer = await acts(fay, 'refundHold', input)
  expect(answer).toMatchObject({
    __typename: 'RefundPayload',
    replayed: false,
    refund: { status: 'PENDING', amount: { amount: '5.00' } },
    hold: { status: 'HELD', remaining: { amount: '15.00' } },
  })
  expect(await acts(fay, 'refundHold', input)).toMatchObject({ replayed: true })
  expect(await refundRows(world, task)).toMatchObject([{ amountMinor: 500n, reason: 'Agreed by both.' }])
  const [audit] = await world.app.prisma.auditRecord.findMany({
    where: { subjectId: (await holdRows(world, task))[0]?.id ?? '' },
  })
  expect(audit).toMatchObject({ actorId: fay.uuid, subjectType: 'hld', reason: 'Agreed by both.' })
  await ben.submits(task)
  await anna.approves(task)
  await moneyMoves(world)
  expect(await trailOf(world, task)).toEqual({
    paidIn: 2000n,
    transferred: 1350n,
    fees: 150n,
    refunded: 500n,
    balanced: true,
  })
})

test('refundHold leaves at least one minor unit while a tasker is at work', async () => {
  const task = await taskAtWork(world)
  const holdId = await holdIdOf(task)
  const before = await everything(world.app)
  const refusal = await acts(fay, 'refundHold', { holdId, amount: euros('20.00'), reason: 'All of it.' })
  expect(refusal).toEqual({
    __typename: 'InsufficientFundsError',
    code: 'INSUFFICIENT_FUNDS',
    available: { amount: '19.99' },
    required: { amount: '20.00' },
  })
  expect(await everything(world.app)).toEqual(before)
  await acts(fay, 'refundHold', { holdId, amount: euros('19.99'), reason: 'Nearly all of it.' })
  await ben.submits(task)
  const transfer = await anna.approves(task)
  // One cent is paid, and the fee on one cent is zero.
  expect(await world.app.prisma.transfer.findUniqueOrThrow({ where: { id: transfer.uuid } })).toMatchObject({
    grossMinor: 1n,
    feeMinor: 0n,
    netMinor: 1n,
  })
  expect((await postingsOf(world, task)).at(-1)).toBe('transfer.created: DEBIT TASK_HOLD 1, CREDIT USER_PAYABLE 1')
})

test('refundHold may refund all while the task is open, and the poster can pay in again', async () => {
  const task = await anna.posts()
  await anna.funds(task)
  await acts(fay, 'refundHold', { holdId: await holdIdOf(task), amount: euros('20.00'), reason: 'Asked for.' })
  await anna.funds(task)
  // If the refund fails now, its hold does not conflict with the new one.
  const [refund] = await refundRows(world, task)
  await failsForGood(refund?.id ?? '')
  expect(await holdRows(world, task)).toMatchObject([
    { status: 'HELD', supersededAt: expect.any(Date) },
    { status: 'HELD', supersededAt: null },
  ])
})

test('refundHold refuses, and changes nothing', async () => {
  const { app } = world
  const poster = await actor(app, 'Poster', 'FINANCE')
  const task = await taskAtWork({ ...world, anna: poster })
  const { task: seen } = await ask<{ task: { hold: { id: string } } }>(
    poster,
    'query ($id: ID!) { task(id: $id) { hold { id } } }',
    { id: task.id },
  )
  const holdId = seen.hold.id
  const input = { holdId, amount: euros('1.00'), reason: 'Why not.' }
  const refuses = async (someone: Actor, changed: object, __typename: string) => {
    const before = await everything(app)
    expect(await acts(someone, 'refundHold', { ...input, ...changed })).toMatchObject({ __typename })
    expect(await everything(app)).toEqual(before)
  }
  await refuses(fay, { reason: '' }, 'ValidationError')
  await refuses(fay, { amount: euros('0.00') }, 'ValidationError')
  await refuses(fay, { amount: euros('0.001') }, 'ValidationError')
  await refuses(fay, { amount: euros('-1.00') }, 'ValidationError')
  await refuses(ben, {}, 'ForbiddenError')
  await refuses(poster, {}, 'ForbiddenError')
  await refuses(fay, { holdId: 'hld_malformed' }, 'NotFoundError')
  await refuses(fay, { holdId: task.id }, 'NotFoundError')
  await refuses(fay, { amount: { amount: '1.00', currencyCode: 'USD' } }, 'ValidationError')
  await refuses(fay, { amount: euros('20.01') }, 'InsufficientFundsError')
  await app.database.pool.query('update holds set frozen = true where task_id = $1', [task.uuid])
  await refuses(fay, {}, 'HoldFrozenError')
  const { task: canceled } = await refundDue()
  await refuses(fay, { holdId: await holdIdOf(canceled) }, 'IllegalTransitionError')
})

test('is visible to the poster and staff only', async () => {
  const { task } = await refundDue()
  const query = 'query ($id: ID!) { task(id: $id) { hold { refunds { id amount { amount } status } } } }'
  const { task: seen } = await ask<{ task: { hold: { refunds: { id: string }[] } } }>(anna, query, { id: task.id })
  expect(seen.hold.refunds).toMatchObject([{ amount: { amount: '20.00' } }])
  const id = seen.hold.refunds[0]?.id
  const node = 'query ($id: ID!) { node(id: $id) { id } }'
  for (const someone of [anna, fay]) expect(await ask(someone, node, { id })).toEqual({ node: { id } })
  expect(await ask(ben, node, { id })).toEqual({ node: null })
})

import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { lookUpDueCharge } from '../../../src/transfers/holds/lookUpCharge.ts'
import { lookUpNow } from '../../../src/transfers/lookUpNow.ts'
import {
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
import {
  accepted,
  failedLater,
  gate,
  lost,
  needsAction,
  notSent,
  refusedForGood,
  refusedForNow,
} from '../../support/scriptedProvider.ts'
import { type Actor, actor, expectRefusal, type Named, timePasses } from '../../support/story.ts'

let world: World
let anna: Actor
let ben: Actor

beforeAll(async () => {
  world = await moneyWorld()
  anna = world.anna
  ben = world.ben
})
afterAll(async () => {
  await closeBooks(world)
})

const funding = (task: Named, fields: Record<string, unknown> = {}) => ({
  taskId: task.id,
  paymentMethodId: 'pm_ok',
  idempotencyKey: randomUUID(),
  ...fields,
})

/** A task that awaits funds. */
async function awaitingTask(fields: Record<string, unknown> = {}): Promise<Named> {
  const task = await anna.posts(fields)
  await ben.accepts(task)
  return task
}

const lastOrder = () => world.provider.orders.at(-1)

test('pays in the budget while the task is open, and a later acceptance is covered by it', async () => {
  const task = await anna.posts()
  const answer = await anna.asks('fundTask', funding(task))
  expect(answer).toMatchObject({
    __typename: 'FundTaskPayload',
    replayed: false,
    hold: { status: 'HELD' },
    task: { status: 'OPEN', version: 1 },
  })
  expect(lastOrder()).toMatchObject({ kind: 'charge', amount: { minorUnits: 2000n, currencyCode: 'EUR' } })
  expect(await postingsOf(world, task)).toEqual(['hold.funded: DEBIT PROVIDER_CLEARING 2000, CREDIT TASK_HOLD 2000'])
  await ben.accepts(task)
  expect(await taskStatus(world, task)).toBe('ASSIGNED')
  expect(await trailOf(world, task)).toEqual({ paidIn: 2000n, held: 2000n, remaining: 2000n, balanced: true })
})

test('pays in the agreed price while the task awaits funds, and work begins', async () => {
  const task = await anna.posts({ acceptanceMode: 'POSTER_CHOICE' })
  const application = await ben.applies(task, { price: { amount: '35.50', currencyCode: 'EUR' } })
  await anna.accepts(application)
  const answer = await anna.asks('fundTask', funding(task))
  expect(answer).toMatchObject({ task: { status: 'ASSIGNED', version: 3 }, hold: { status: 'HELD' } })
  const [hold] = await holdRows(world, task)
  expect(hold).toMatchObject({
    status: 'HELD',
    amountMinor: 3550n,
    remainingMinor: 3550n,
    askAt: null,
    leaseUntil: null,
    providerReference: expect.stringMatching(/^charge_/),
    clientSecret: expect.stringMatching(/^secret_/),
  })
  const events = await world.app.prisma.event.findMany({ where: { taskId: task.uuid }, orderBy: { sequence: 'asc' } })
  expect(events.at(-1)).toMatchObject({
    type: 'task.funded',
    taskVersion: 3,
    statusBefore: 'AWAITING_FUNDS',
    statusAfter: 'ASSIGNED',
    actorId: anna.uuid,
  })
  expect(await eventsOf(world, task)).toContain('task.funding_requested')
})

test('replays the answer to the same request, and charges once', async () => {
  const task = await awaitingTask()
  const input = funding(task)
  const first = await anna.asks('fundTask', input)
  const calls = world.provider.orders.length
  expect(await anna.asks('fundTask', input)).toEqual({ ...first, replayed: true })
  expect(world.provider.orders).toHaveLength(calls)
})

test('refuses another request under the same key', async () => {
  const task = await awaitingTask()
  const input = funding(task)
  await anna.asks('fundTask', input)
  expect(await anna.asks('fundTask', { ...input, paymentMethodId: 'pm_other' })).toMatchObject({
    __typename: 'IdempotencyKeyReusedError',
  })
  expect(await anna.asks('fundTask', { ...input, taskId: 'tsk_nothing' })).toMatchObject({
    __typename: 'IdempotencyKeyReusedError',
  })
})

test('stores a refused payment under its key; another attempt needs another key', async () => {
  const task = await awaitingTask()
  const input = funding(task)
  world.provider.chargesGet(refusedForNow)
  const refusal = { __typename: 'PaymentRefusedError', code: 'PAYMENT_REFUSED', retryable: false }
  expect(await anna.asks('fundTask', input)).toMatchObject(refusal)
  const calls = world.provider.orders.length
  expect(await anna.asks('fundTask', input)).toMatchObject(refusal)
  expect(world.provider.orders).toHaveLength(calls)
  expect(await holdRows(world, task)).toMatchObject([{ status: 'FAILED', failureCode: 'not_now', remainingMinor: 0n }])
  expect((await eventsOf(world, task)).at(-1)).toBe('task.funding_failed')
  expect(await postingsOf(world, task)).toEqual([])
  await anna.funds(task)
  expect(await taskStatus(world, task)).toBe('ASSIGNED')
})

test('returns the provider code of a refusal, also when it is replayed', async () => {
  const task = await awaitingTask()
  world.provider.chargesGet(refusedForGood)
  const input = funding(task)
  for (let times = 0; times < 2; times++) {
    const answer = await anna.send(
      'mutation ($input: FundTaskInput!) { fundTask(input: $input) { ... on PaymentRefusedError { providerCode } } }',
      { input },
    )
    expect(answer.data?.fundTask).toEqual({ providerCode: 'never' })
  }
})

test('refuses a payment that did not reach the provider; another attempt needs another key', async () => {
  const task = await awaitingTask()
  world.provider.chargesGet(notSent)
  const input = funding(task)
  const refusal = { __typename: 'PaymentRefusedError', code: 'PAYMENT_REFUSED' }
  expect(await anna.asks('fundTask', input)).toMatchObject(refusal)
  expect(await anna.asks('fundTask', input)).toMatchObject(refusal)
  expect(await holdRows(world, task)).toMatchObject([{ status: 'FAILED', failureCode: 'provider_unavailable' }])
  await anna.funds(task)
  expect(await taskStatus(world, task)).toBe('ASSIGNED')
})

test('a charge in doubt does not fail because it could not be sent again', async () => {
  const task = await awaitingTask()
  world.provider.chargesGet(lost, notSent)
  await anna.asks('fundTask', funding(task))
  await timePasses(world.app, '30 seconds')
  await moneyMoves(world)
  expect(await holdRows(world, task)).toMatchObject([{ status: 'PENDING', leaseUntil: null, askCount: 1 }])
  await timePasses(world.app, '1 minute')
  await moneyMoves(world)
  expect(await taskStatus(world, task)).toBe('ASSIGNED')
})

/** A payment that the client of the poster has to authenticate. */
async function authenticatingTask() {
  const task = await awaitingTask()
  world.provider.chargesGet(needsAction())
  const input = funding(task)
  expect(await anna.asks('fundTask', input)).toMatchObject({
    replayed: false,
    hold: { status: 'PENDING' },
    task: { status: 'AWAITING_FUNDS' },
  })
  return { task, input, reference: lastOrder()?.reference ?? '' }
}

test('keeps the hold PENDING with a secret for the poster alone while they have to authenticate the payment', async () => {
  const { task, input, reference } = await authenticatingTask()
  const secretFor = async (someone: Actor) => {
    const answer = await someone.send('query ($id: ID!) { node(id: $id) { ... on Hold { clientSecret } } }', {
      id: reference,
    })
    return answer.data?.node
  }
  expect(await secretFor(anna)).toEqual({ clientSecret: 'charge_to_authenticate_secret' })
  expect(await secretFor(ben)).toEqual({ clientSecret: null })
  expect(await secretFor(world.fay)).toEqual({ clientSecret: null })
  world.provider.questionsGet(reference, needsAction())
  await timePasses(world.app, '30 seconds')
  await moneyMoves(world)
  expect(world.provider.questions.at(-1)).toMatchObject({ reference, providerReference: 'charge_to_authenticate' })
  expect(await holdRows(world, task)).toMatchObject([{ status: 'PENDING', leaseUntil: null }])
  world.provider.did(reference, 'charge_to_authenticate')
  await lookUpNow(world.app.work, { kind: 'charge', reference })
  expect(await taskStatus(world, task)).toBe('ASSIGNED')
  expect(await anna.asks('fundTask', input)).toMatchObject({ replayed: true, hold: { status: 'HELD' } })
})

test('fails when the authentication failed, and the poster can pay again', async () => {
  const { task, input, reference } = await authenticatingTask()
  world.provider.questionsGet(reference, failedLater, failedLater)
  const hint = () => lookUpNow(world.app.work, { kind: 'charge', reference })
  await Promise.all([hint(), hint()])
  expect(await holdRows(world, task)).toMatchObject([{ status: 'FAILED', failureCode: 'expired_card' }])
  expect((await eventsOf(world, task)).filter((type) => type === 'task.funding_failed')).toHaveLength(1)
  expect(await anna.asks('fundTask', input)).toMatchObject({ replayed: true, hold: { status: 'FAILED' } })
  await anna.funds(task)
  expect(await taskStatus(world, task)).toBe('ASSIGNED')
})

test('money that arrives for a payment that had failed is refunded, also if the task has another payment', async () => {
  const { task, reference } = await authenticatingTask()
  world.provider.questionsGet(reference, failedLater)
  const hint = () => lookUpNow(world.app.work, { kind: 'charge', reference })
  await hint()
  await anna.funds(task)
  world.provider.did(reference, 'charge_after_all')
  await Promise.all([hint(), hint()])
  await moneyMoves(world)
  expect(await holdRows(world, task)).toMatchObject([
    { status: 'REFUNDED', failureCode: null, providerReference: 'charge_after_all' },
    { status: 'HELD' },
  ])
  expect(await refundRows(world, task)).toMatchObject([{ status: 'SUCCEEDED', amountMinor: 2000n }])
  expect(await trailOf(world, task)).toEqual({
    paidIn: 4000n,
    held: 2000n,
    refunded: 2000n,
    remaining: 2000n,
    balanced: true,
  })
})

test('a provider that does not open a customer refuses the payment, and nothing is stored', async () => {
  const poster = await actor(world.app, 'Nora')
  const task = await poster.posts()
  const input = funding(task)
  world.provider.answers = false
  expect(await poster.asks('fundTask', input)).toMatchObject({ __typename: 'PaymentRefusedError' })
  world.provider.answers = true
  expect(await holdRows(world, task)).toEqual([])
  expect(await poster.asks('fundTask', input)).toMatchObject({ replayed: false, hold: { status: 'HELD' } })
  expect(lastOrder()).toMatchObject({ customerReference: `cus_${poster.id}`, savesPaymentMethod: false })
})

test('is a success with the hold PENDING if the outcome is unknown; a look-up finds the money', async () => {
  const task = await awaitingTask()
  world.provider.chargesGet(lost)
  const input = funding(task)
  const answer = await anna.asks('fundTask', input)
  expect(answer).toMatchObject({ hold: { status: 'PENDING' }, task: { status: 'AWAITING_FUNDS' } })
  world.provider.did(lastOrder()?.reference ?? '', 'charge_found')
  await moneyMoves(world)
  expect(await holdRows(world, task)).toMatchObject([{ status: 'PENDING' }])
  await timePasses(world.app, '30 seconds')
  await moneyMoves(world)
  expect(await holdRows(world, task)).toMatchObject([{ status: 'HELD', providerReference: 'charge_found' }])
  expect(await taskStatus(world, task)).toBe('ASSIGNED')
  expect(await anna.asks('fundTask', input)).toMatchObject({ replayed: true, hold: { status: 'HELD' } })
})

test('sends the same charge again under the same key if the provider never received it', async () => {
  const task = await awaitingTask()
  world.provider.chargesGet(lost)
  await anna.asks('fundTask', funding(task))
  const first = lastOrder()
  await timePasses(world.app, '30 seconds')
  await moneyMoves(world)
  expect(lastOrder()).toEqual(first)
  expect(world.provider.orders.filter(({ reference }) => reference === first?.reference)).toHaveLength(2)
  expect(await taskStatus(world, task)).toBe('ASSIGNED')
})

test('is not ordered again once the task has ended, and fails if the provider has not received it within a day', async () => {
  const task = await awaitingTask()
  world.provider.chargesGet(lost)
  const input = funding(task)
  await anna.asks('fundTask', input)
  const { reference = '' } = lastOrder() ?? {}
  await anna.cancels(task)
  for (const wait of ['30 seconds', '12 hours', '11 hours']) {
    await timePasses(world.app, wait)
    await moneyMoves(world)
    expect(await holdRows(world, task)).toMatchObject([{ status: 'PENDING' }])
  }
  await timePasses(world.app, '1 hour')
  await moneyMoves(world)
  expect(await holdRows(world, task)).toMatchObject([{ status: 'FAILED', failureCode: 'never_received', askAt: null }])
  expect(world.provider.orders.filter((order) => order.reference === reference)).toHaveLength(1)
  expect((await eventsOf(world, task)).at(-1)).toBe('task.funding_failed')
  expect(await postingsOf(world, task)).toEqual([])
  expect(await anna.asks('fundTask', input)).toMatchObject({ replayed: true, hold: { status: 'FAILED' } })
})

test('refunds a charge that reached the provider after the task had ended', async () => {
  const task = await awaitingTask()
  world.provider.chargesGet(lost)
  await anna.asks('fundTask', funding(task))
  const { reference = '' } = lastOrder() ?? {}
  await anna.cancels(task)
  await timePasses(world.app, '30 seconds')
  await moneyMoves(world)
  world.provider.did(reference, 'charge_late')
  await timePasses(world.app, '1 minute')
  await moneyMoves(world)
  expect(await holdRows(world, task)).toMatchObject([{ status: 'REFUNDED' }])
  expect(await refundRows(world, task)).toMatchObject([{ status: 'SUCCEEDED', amountMinor: 2000n }])
})

test('a charge that is refused when sent again fails; the answer under its key stays', async () => {
  const task = await awaitingTask()
  world.provider.chargesGet(lost, refusedForGood)
  const input = funding(task)
  await anna.asks('fundTask', input)
  await timePasses(world.app, '30 seconds')
  await moneyMoves(world)
  expect(await anna.asks('fundTask', input)).toMatchObject({ replayed: true, hold: { status: 'FAILED' } })
  await anna.funds(task)
  expect(await taskStatus(world, task)).toBe('ASSIGNED')
})

test('repeats the look-up while the provider does not answer: after 30 s, 1, 2, 5 and 15 minutes, then hourly', async () => {
  const task = await awaitingTask()
  world.provider.chargesGet(lost)
  await anna.asks('fundTask', funding(task))
  const countLookUps = () => world.provider.questions.length
  for (const wait of ['30 seconds', '1 minute', '2 minutes', '5 minutes', '15 minutes', '1 hour', '1 hour']) {
    const before = countLookUps()
    world.provider.questionsGet(lastOrder()?.reference ?? '', { kind: 'unreachable', message: 'No answer.' })
    await timePasses(world.app, wait)
    await moneyMoves(world)
    expect(countLookUps()).toBe(before + 1)
  }
  expect(await holdRows(world, task)).toMatchObject([{ status: 'PENDING', askCount: 7 }])
  await timePasses(world.app, '1 hour')
  await moneyMoves(world)
  expect(await holdRows(world, task)).toMatchObject([{ status: 'HELD' }])
})

test('refuses a repeated request as in progress before there is an outcome', async () => {
  const task = await awaitingTask()
  const { opened, open } = gate()
  world.provider.chargesGet(async () => {
    await opened
    return accepted('charge_slow')
  })
  const input = funding(task)
  const first = anna.asks('fundTask', input)
  await expect.poll(() => holdRows(world, task)).toHaveLength(1)
  expect(await anna.asks('fundTask', input)).toMatchObject({
    __typename: 'IdempotencyInProgressError',
    retryable: true,
  })
  // Another key is refused because a payment is pending.
  expect(await anna.asks('fundTask', funding(task))).toMatchObject({ __typename: 'IllegalTransitionError' })
  open()
  expect(await first).toMatchObject({ replayed: false, hold: { status: 'HELD' } })
  expect(await anna.asks('fundTask', input)).toMatchObject({ replayed: true, hold: { status: 'HELD' } })
})

test('is not looked up by the sweep while the call is in progress, however far the clock moves', async () => {
  const task = await awaitingTask()
  const { opened, open } = gate()
  world.provider.chargesGet(async () => {
    await opened
    return accepted('charge_slower')
  })
  const first = anna.asks('fundTask', funding(task))
  await expect.poll(() => holdRows(world, task)).toHaveLength(1)
  const before = world.provider.questions.length
  await timePasses(world.app, '2 hours')
  await moneyMoves(world)
  const [hold] = await holdRows(world, task)
  expect(await lookUpDueCharge(world.app.work, { holdId: hold?.id ?? '' })).toBe(false)
  expect(world.provider.questions).toHaveLength(before)
  open()
  await first
})

test('is completed by the sweep if the server died during the call, with an answer under its key', async () => {
  const task = await awaitingTask()
  const input = funding(task)
  // A server that dies leaves the key and the hold of the first transaction, and no outcome.
  world.provider.chargesGet(() => Promise.reject(new Error('The server died.')))
  await anna.send('mutation ($input: FundTaskInput!) { fundTask(input: $input) { __typename } }', { input })
  expect(await anna.asks('fundTask', input)).toMatchObject({ __typename: 'IdempotencyInProgressError' })
  await leasesRunOut(world)
  await timePasses(world.app, '30 seconds')
  await moneyMoves(world)
  expect(await anna.asks('fundTask', input)).toMatchObject({
    replayed: true,
    hold: { status: 'HELD' },
    task: { status: 'ASSIGNED' },
  })
  expect(await trailOf(world, task)).toEqual({ paidIn: 2000n, held: 2000n, remaining: 2000n, balanced: true })
})

test('stores a refusal that the sweep receives under the key of a server that died', async () => {
  const task = await awaitingTask()
  const input = funding(task)
  world.provider.chargesGet(() => Promise.reject(new Error('The server died.')), refusedForGood)
  await anna.send('mutation ($input: FundTaskInput!) { fundTask(input: $input) { __typename } }', { input })
  await leasesRunOut(world)
  await timePasses(world.app, '30 seconds')
  await moneyMoves(world)
  expect(await anna.asks('fundTask', input)).toMatchObject({ __typename: 'PaymentRefusedError' })
})

test('follows a webhook at once, and a duplicate changes nothing', async () => {
  const task = await awaitingTask()
  world.provider.chargesGet(lost)
  await anna.asks('fundTask', funding(task))
  const reference = lastOrder()?.reference ?? ''
  await lookUpNow(world.app.work, { kind: 'charge', reference })
  expect(await holdRows(world, task)).toMatchObject([{ status: 'PENDING' }])
  world.provider.did(reference, 'charge_hinted')
  await Promise.all([
    lookUpNow(world.app.work, { kind: 'charge', reference }),
    lookUpNow(world.app.work, { kind: 'charge', reference }),
  ])
  expect(await holdRows(world, task)).toMatchObject([{ status: 'HELD', providerReference: 'charge_hinted' }])
  expect(await postingsOf(world, task)).toHaveLength(1)
})

test('ignores a webhook about an order that is not ours', async () => {
  const before = world.provider.questions.length
  await lookUpNow(world.app.work, { kind: 'charge', reference: 'hld_nonsense' })
  await lookUpNow(world.app.work, { kind: 'reversal', reference: 'rvs_nonsense' })
  expect(world.provider.questions).toHaveLength(before)
})

/** Runs an action during the call to the provider; returns the answer of fundTask. */
async function fundedAfter(task: Named, action: () => Promise<unknown>) {
  const { opened, open } = gate()
  world.provider.chargesGet(async () => {
    await opened
    return accepted('charge_late')
  })
  const funded = anna.asks('fundTask', funding(task))
  await expect.poll(async () => (await holdRows(world, task)).at(-1)?.status).toBe('PENDING')
  await action()
  open()
  return funded
}

test('refunds in the same transaction if the task was canceled during the call', async () => {
  const task = await awaitingTask()
  const answer = await fundedAfter(task, () => anna.cancels(task))
  expect(answer).toMatchObject({
    __typename: 'FundTaskPayload',
    hold: { status: 'REFUNDED' },
    task: { status: 'CANCELED' },
  })
  expect(await postingsOf(world, task)).toEqual([
    'hold.funded: DEBIT PROVIDER_CLEARING 2000, CREDIT TASK_HOLD 2000',
    'refund.requested: DEBIT TASK_HOLD 2000, CREDIT REFUND_CLEARING 2000',
  ])
  expect(await holdRows(world, task)).toMatchObject([{ supersededAt: expect.any(Date), remainingMinor: 0n }])
  await moneyMoves(world)
  expect(await refundRows(world, task)).toMatchObject([{ status: 'SUCCEEDED', amountMinor: 2000n }])
  expect(lastOrder()).toMatchObject({ kind: 'refund', chargeReference: 'charge_late' })
})

test('holds the money if the task is open again at the same price', async () => {
  const task = await awaitingTask()
  const answer = await fundedAfter(task, () => ben.withdrawsFrom(task))
  expect(answer).toMatchObject({ hold: { status: 'HELD' }, task: { status: 'OPEN' } })
  expect(await refundRows(world, task)).toEqual([])
})

test('refunds if the task is open again at another price', async () => {
  const task = await anna.posts({ acceptanceMode: 'POSTER_CHOICE' })
  const application = await ben.applies(task, { price: { amount: '25.00', currencyCode: 'EUR' } })
  await anna.accepts(application)
  const answer = await fundedAfter(task, () => ben.withdrawsFrom(task))
  expect(answer).toMatchObject({ hold: { status: 'REFUNDED' }, task: { status: 'OPEN' } })
  expect(await refundRows(world, task)).toMatchObject([{ amountMinor: 2500n }])
  // A refunded hold is not live, so the poster may pay in again.
  await anna.funds(task)
  expect(await holdRows(world, task)).toMatchObject([{ status: 'REFUNDED' }, { status: 'HELD', amountMinor: 2000n }])
})

/** A task whose budget is being paid in when an application at `price` is accepted. */
async function acceptedDuringCharge(price: string) {
  const task = await anna.posts({ acceptanceMode: 'POSTER_CHOICE' })
  const application = await ben.applies(task, { price: { amount: price, currencyCode: 'EUR' } })
  const answer = await fundedAfter(task, () => anna.accepts(application))
  return { task, answer }
}

test('refunds the part above a price that was agreed during the call, and work begins', async () => {
  const { task, answer } = await acceptedDuringCharge('15.00')
  expect(answer).toMatchObject({ hold: { status: 'HELD' }, task: { status: 'ASSIGNED' } })
  expect(await postingsOf(world, task)).toEqual([
    'hold.funded: DEBIT PROVIDER_CLEARING 2000, CREDIT TASK_HOLD 2000',
    'refund.requested: DEBIT TASK_HOLD 500, CREDIT REFUND_CLEARING 500',
  ])
  expect(await trailOf(world, task)).toEqual({
    paidIn: 2000n,
    held: 1500n,
    refunding: 500n,
    remaining: 1500n,
    balanced: true,
  })
})

test('refunds all of a payment below a price that was agreed during the call; the poster pays the whole price then', async () => {
  const { task, answer } = await acceptedDuringCharge('20.01')
  expect(answer).toMatchObject({ hold: { status: 'REFUNDED' }, task: { status: 'AWAITING_FUNDS' } })
  await anna.funds(task)
  expect(lastOrder()).toMatchObject({ amount: { minorUnits: 2001n } })
  expect(await taskStatus(world, task)).toBe('ASSIGNED')
})

test('begins work if the payment is exactly the price that was agreed during the call', async () => {
  const { task, answer } = await acceptedDuringCharge('20.00')
  expect(answer).toMatchObject({ hold: { status: 'HELD' }, task: { status: 'ASSIGNED' } })
  expect(await refundRows(world, task)).toEqual([])
})

test('shows the client secret to the poster only', async () => {
  const task = await taskAtWork(world)
  const secretSeenBy = async (someone: Actor) => {
    const answer = await someone.send(
      'query ($id: ID!) { task(id: $id) { hold { clientSecret amount { amount } } } }',
      {
        id: task.id,
      },
    )
    return answer.data?.task
  }
  expect(await secretSeenBy(anna)).toEqual({
    hold: { clientSecret: expect.stringMatching(/^secret_/), amount: { amount: '20.00' } },
  })
  expect(await secretSeenBy(ben)).toEqual({ hold: { clientSecret: null, amount: { amount: '20.00' } } })
  expect(await secretSeenBy(world.fay)).toEqual({ hold: { clientSecret: null, amount: { amount: '20.00' } } })
})

test('refuses, and changes nothing', async () => {
  const { app } = world
  const task = await awaitingTask()
  const stranger = await actor(app, 'Stranger')
  const refuses = (someone: Actor, input: Record<string, unknown>, __typename: string) =>
    expectRefusal(app, someone, 'fundTask', input, { __typename })
  await refuses(anna, funding(task, { paymentMethodId: '  ' }), 'ValidationError')
  await refuses(anna, funding({ id: 'tsk_malformed', uuid: '' }), 'NotFoundError')
  await refuses(stranger, funding(task), 'NotFoundError')
  await refuses(ben, funding(task), 'ForbiddenError')
  const draft = await anna.drafts()
  await refuses(anna, funding(draft), 'IllegalTransitionError')
  await refuses(world.fay, funding(draft), 'NotFoundError')
  await anna.funds(task)
  await refuses(anna, funding(task), 'IllegalTransitionError')
  const open = await anna.posts()
  await anna.funds(open)
  await refuses(anna, funding(open), 'IllegalTransitionError')
  const canceled = await anna.posts()
  await anna.cancels(canceled)
  await refuses(anna, funding(canceled), 'IllegalTransitionError')
})

/** A suspended person is neither accepted nor paid for, even if suspended in the middle of it. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ask } from '../../support/ask.ts'
import { closeBooks, holdRows, moneyWorld, refundRows, trailOf, type World } from '../../support/money.ts'
import { accepted, gate } from '../../support/scriptedProvider.ts'
import {
  type Actor,
  actor,
  applicationRowsOf,
  expectRefusal,
  historyOf,
  type Named,
  taskRowOf,
  timePasses,
} from '../../support/story.ts'

let world: World
let anna: Actor
let ben: Actor
let cleo: Actor
let ada: Actor

beforeAll(async () => {
  world = await moneyWorld()
  anna = world.anna
  ada = await actor(world.app, 'Ada', 'ADMIN')
})
afterAll(async () => {
  await closeBooks(world)
})
beforeEach(async () => {
  ben = await actor(world.app, 'Ben')
  cleo = await actor(world.app, 'Cleo')
})

const SUSPEND = `mutation ($input: SuspendUserInput!) {
  suspendUser(input: $input) { __typename ... on Error { message } }
}`

const suspends = async (someone: Actor) =>
  (await ask<{ suspendUser: object }>(ada, SUSPEND, { input: { userId: someone.id, reason: 'Spam.' } })).suspendUser

/** Suspends an account without re-opening its tasks. */
const marksSuspended = ({ uuid }: Actor) =>
  world.app.prisma.user.update({ where: { id: uuid }, data: { suspendedAt: new Date() } })

const funding = (task: Named) => ({ taskId: task.id, paymentMethodId: 'pm_ok', idempotencyKey: randomUUID() })

/** Pays for a task, and runs an action before the provider answers. */
async function paysWhile(task: Named, action: () => Promise<unknown>) {
  const ordered = gate()
  const answered = gate()
  world.provider.chargesGet(async () => {
    ordered.open()
    await answered.opened
    return accepted(`ch_${task.id}`)
  })
  const paying = anna.asks('fundTask', funding(task))
  await ordered.opened
  await action()
  answered.open()
  return paying
}

const blockedBy = async (action: string, task: Named) => {
  const { task: seen } = await ask<{ task: { availableActions: { action: string; blockedBy: object | null }[] } }>(
    anna,
    'query ($id: ID!) { task(id: $id) { availableActions { action blockedBy { __typename message } } } }',
    { id: task.id },
  )
  return seen.availableActions.find((available) => available.action === action)?.blockedBy
}

const invitation = (fields: object = {}) => ({ acceptanceMode: 'INVITE_ONLY', inviteeId: ben.id, ...fields })

describe('suspending a tasker', () => {
  test('re-opens an unfunded task, as the end of its funding window does', async () => {
    const task = await anna.posts()
    await cleo.applies(task)
    await ben.accepts(task)
    expect(await suspends(ben)).toEqual({ __typename: 'UserPayload' })
    expect(await taskRowOf(world.app, task)).toMatchObject({
      status: 'OPEN',
      version: 3,
      assigneeId: null,
      agreedPriceMinor: null,
      fundingDueAt: null,
    })
    expect(await applicationRowsOf(world.app, task)).toMatchObject([
      { applicantId: cleo.uuid, status: 'PENDING' },
      { applicantId: ben.uuid, status: 'PENDING', lapsedAt: expect.any(Date) },
    ])
    expect((await historyOf(world.app, task)).at(-1)).toBe('task.funding_lapsed 3 AWAITING_FUNDS->OPEN')
    const [event] = await world.app.prisma.event.findMany({ where: { taskId: task.uuid, type: 'task.funding_lapsed' } })
    // The parties learn neither of the suspension nor who made it.
    expect(event).toMatchObject({ actorId: null, reason: 'The tasker is no longer available.' })
    expect(new Set(event?.recipientIds)).toEqual(new Set([anna.uuid, ben.uuid, cleo.uuid]))
    const chat = await world.app.prisma.chat.findFirstOrThrow({ where: { taskId: task.uuid } })
    expect(chat.endedAt).toEqual(expect.any(Date))
    await cleo.accepts(task)
  })

  test('re-opens all their unfunded tasks, and no funded task or task of others', async () => {
    const waiting = [await anna.posts(), await anna.posts()]
    for (const task of waiting) await ben.accepts(task)
    const paid = await anna.posts()
    await ben.accepts(paid)
    await anna.funds(paid)
    const others = await anna.posts()
    await cleo.accepts(others)
    await suspends(ben)
    for (const task of waiting) expect((await taskRowOf(world.app, task)).status).toBe('OPEN')
    expect(await taskRowOf(world.app, paid)).toMatchObject({ status: 'ASSIGNED', assigneeId: ben.uuid, version: 3 })
    expect(await taskRowOf(world.app, others)).toMatchObject({ status: 'AWAITING_FUNDS', assigneeId: cleo.uuid })
  })

  test('expires a task whose deadline has passed in the same transaction', async () => {
    const task = await anna.posts({ deadline: new Date(Date.now() + 3_600_000).toISOString() })
    await ben.accepts(task)
    await timePasses(world.app, '2 hours')
    await suspends(ben)
    expect(await taskRowOf(world.app, task)).toMatchObject({ status: 'EXPIRED', assigneeId: null, version: 4 })
    await timePasses(world.app, '-2 hours')
  })

  test('that is refused re-opens no task', async () => {
    const task = await anna.posts()
    await ben.accepts(task)
    await marksSuspended(ben)
    expect(await suspends(ben)).toMatchObject({ __typename: 'IllegalTransitionError' })
    expect(await taskRowOf(world.app, task)).toMatchObject({ status: 'AWAITING_FUNDS', version: 2 })
  })
})

describe('a poster whose invitee is suspended', () => {
  test('cannot publish the draft or fund the task before another person is invited', async () => {
    const draft = await anna.drafts(invitation())
    const open = await anna.posts(invitation())
    await suspends(ben)
    const message = expect.stringContaining('no longer available')
    const onDraft = { __typename: 'IllegalTransitionError', from: 'DRAFT', action: 'publishTask', message }
    const onOpen = { __typename: 'IllegalTransitionError', from: 'OPEN', action: 'fundTask', message }
    await expectRefusal(world.app, anna, 'publishTask', { taskId: draft.id }, onDraft)
    await expectRefusal(world.app, anna, 'fundTask', funding(open), onOpen)
    expect(await blockedBy('PUBLISH', draft)).toMatchObject({ __typename: 'IllegalTransitionError', message })
    expect(await blockedBy('FUND', open)).toMatchObject({ __typename: 'IllegalTransitionError', message })

    for (const task of [draft, open]) {
      await anna.does('updateTask', { taskId: task.id, expectedVersion: 1, inviteeId: cleo.id })
    }
    expect([await blockedBy('PUBLISH', draft), await blockedBy('FUND', open)]).toEqual([null, null])
    await anna.does('publishTask', { taskId: draft.id })
    await anna.funds(open)
  })

  test('is refunded a payment in progress', async () => {
    const open = await anna.posts(invitation())
    const paid = await paysWhile(open, () => suspends(ben))
    expect(paid).toMatchObject({ __typename: 'FundTaskPayload', task: { status: 'OPEN' } })
    expect(await holdRows(world, open)).toMatchObject([{ status: 'REFUNDED' }])
    expect(await refundRows(world, open)).toMatchObject([{ amountMinor: 2000n }])
    expect(await trailOf(world, open)).toMatchObject({ balanced: true })
  })
})

describe('a payment for a tasker who is suspended', () => {
  test('is refused if the task still awaits funds', async () => {
    const task = await anna.posts()
    await ben.accepts(task)
    await marksSuspended(ben)
    const message = expect.stringContaining('no longer available')
    const refusal = { __typename: 'IllegalTransitionError', from: 'AWAITING_FUNDS', action: 'fundTask', message }
    await expectRefusal(world.app, anna, 'fundTask', funding(task), refusal)
    expect(await blockedBy('FUND', task)).toMatchObject({ __typename: 'IllegalTransitionError', message })
  })

  test('that is in progress stays held for the task, which is open again', async () => {
    const task = await anna.posts()
    await ben.accepts(task)
    const paid = await paysWhile(task, () => suspends(ben))
    expect(paid).toMatchObject({ hold: { status: 'HELD' }, task: { status: 'OPEN' } })
    expect(await cleo.asks('acceptTask', { taskId: task.id })).toMatchObject({ task: { status: 'ASSIGNED' } })
  })

  test('begins no work, even if the task still awaits funds', async () => {
    const task = await anna.posts()
    await ben.accepts(task)
    const paid = await paysWhile(task, () => marksSuspended(ben))
    expect(paid).toMatchObject({ hold: { status: 'HELD' }, task: { status: 'OPEN' } })
    expect((await historyOf(world.app, task)).slice(-3)).toEqual([
      'task.funding_requested 2',
      'task.funding_lapsed 3 AWAITING_FUNDS->OPEN',
      'task.funded 3',
    ])
  })
})

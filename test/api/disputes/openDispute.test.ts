/** Disputes are opened and withdrawn by the parties, and read by them and staff. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TOPICS_MAX } from '../../../src/support/addTopic.ts'
import { ask } from '../../support/ask.ts'
import { closeBooks, holdRows, moneyWorld, taskAtWork, type World } from '../../support/money.ts'
import {
  type Actor,
  actor,
  expectRefusal,
  historyOf,
  type Named,
  taskRowOf,
  timePasses,
  timersRun,
} from '../../support/story.ts'
import { files, upload } from '../../support/uploads.ts'

let world: World
let url: string
let anna: Actor
let ben: Actor
let fay: Actor

beforeAll(async () => {
  world = await moneyWorld()
  url = await world.app.listen()
  ;({ anna, ben, fay } = world)
})
afterAll(async () => {
  await closeBooks(world)
})

const reason = 'The paint is grey.'
const opens = (by: Actor, task: Named) => by.asks('openDispute', { taskId: task.id, reason })
const evidenceOf = async (owner: Actor, purpose = 'EVIDENCE'): Promise<string> =>
  (await upload(url, owner, files.png(), { purpose })).attachment.id

async function submittedTask(): Promise<Named> {
  const task = await taskAtWork(world)
  await ben.submits(task)
  return task
}

const DISPUTE = /* GraphQL */ `
  query ($id: ID!) {
    dispute(id: $id) {
      status reason endedAt
      openedBy { displayName }
      task { status dispute { id } }
      evidence { filename url }
      resolution { note }
      supportChat { customer { displayName } about { ... on Dispute { id } } messages { nodes { body } } }
    }
    node(id: $id) { id }
  }
`
const read = (reader: Actor, { id }: Named) => ask<{ dispute: Record<string, unknown> | null }>(reader, DISPUTE, { id })

const messagesOf = async ({ uuid }: Named): Promise<string[]> =>
  (await world.app.prisma.message.findMany({ where: { chat: { taskId: uuid } }, orderBy: { sequence: 'asc' } })).map(
    ({ body }) => body,
  )

describe('opening', () => {
  test.each(['poster', 'assignee'] as const)('by the %s freezes the money and stops the approval', async (side) => {
    const task = await submittedTask()
    const by = side === 'poster' ? anna : ben
    expect(await opens(by, task)).toMatchObject({
      __typename: 'DisputePayload',
      replayed: false,
      dispute: { status: 'OPEN', resolution: null },
      task: { status: 'DISPUTED', version: 5 },
    })
    expect(await taskRowOf(world.app, task)).toMatchObject({ autoApproveAt: null })
    expect(await holdRows(world, task)).toMatchObject([{ status: 'HELD', frozen: true }])
    expect((await historyOf(world.app, task)).at(-1)).toBe('task.dispute_opened 5 SUBMITTED->DISPUTED')
    expect((await messagesOf(task)).at(-1)).toContain(
      `The ${side === 'poster' ? 'poster' : 'tasker'} opened a dispute.`,
    )
    await timePasses(world.app, '6 days')
    await timersRun(world.app)
    expect(await taskRowOf(world.app, task)).toMatchObject({ status: 'DISPUTED' })
    await timePasses(world.app, '-6 days')
  })

  test('gives the opener a support chat, or continues their open one; the other side may have its own', async () => {
    const [una, tim] = [await actor(world.app, 'Una'), await actor(world.app, 'Tim')]
    const task = await una.posts()
    await tim.accepts(task)
    await una.funds(task)
    const dispute = await una.disputes(task)
    const { dispute: seen } = await read(una, dispute)
    expect(seen).toMatchObject({
      status: 'OPEN',
      reason,
      openedBy: { displayName: 'Una' },
      task: { status: 'DISPUTED', dispute: { id: dispute.id } },
      supportChat: {
        customer: { displayName: 'Una' },
        about: { id: dispute.id },
        messages: { nodes: [{ body: reason }] },
      },
    })
    expect((await read(tim, dispute)).dispute).toMatchObject({ supportChat: null })
    const start = /* GraphQL */ `
      mutation ($input: StartSupportChatInput!) {
        startSupportChat(input: $input) { __typename ... on SupportChatPayload { chat { id topics { id } } } }
      }`
    const input = { aboutId: dispute.id, message: 'It was white.' }
    expect(await ask(tim, start, { input })).toMatchObject({
      startSupportChat: { chat: { topics: [{ id: dispute.id }] } },
    })
    expect((await read(tim, dispute)).dispute).toMatchObject({ supportChat: { customer: { displayName: 'Tim' } } })
    expect((await read(una, dispute)).dispute).toMatchObject({ supportChat: { customer: { displayName: 'Una' } } })
    const stranger = await actor(world.app, 'Sam')
    expect(await ask(stranger, start, { input })).toEqual({ startSupportChat: { __typename: 'NotFoundError' } })
    // Another task of Una: her open chat has the second dispute as another topic.
    const other = await una.posts()
    await tim.accepts(other)
    await una.funds(other)
    const second = await una.disputes(other)
    const topics = await world.app.prisma.chatTopic.findMany({
      where: { chat: { customerId: una.uuid } },
      orderBy: { id: 'asc' },
    })
    expect(topics.map(({ disputeId }) => disputeId)).toEqual([dispute.uuid, second.uuid])
  })

  test('takes evidence, which the other side sees', async () => {
    const task = await submittedTask()
    const evidenceIds = [await evidenceOf(anna), await evidenceOf(anna)]
    const dispute = await anna.disputes(task, { evidenceIds })
    for (const reader of [anna, ben, fay]) {
      const seen = (await read(reader, dispute)).dispute
      expect(seen?.evidence).toHaveLength(2)
      expect(seen?.evidence).toMatchObject([{ url: expect.any(String) }, { url: expect.any(String) }])
    }
  })

  test('is refused in the fixed order, and a refusal changes nothing', async () => {
    const { app } = world
    const stranger = await actor(app, 'Sam')
    const task = await submittedTask()
    const input = { taskId: task.id, reason }
    const [hers, avatar] = [await evidenceOf(ben), await evidenceOf(anna, 'AVATAR')]
    await expectRefusal(app, anna, 'openDispute', { ...input, reason: ' ' }, { __typename: 'ValidationError' })
    await expectRefusal(
      app,
      anna,
      'openDispute',
      { ...input, evidenceIds: [hers] },
      { __typename: 'NotFoundError', id: hers },
    )
    await expectRefusal(
      app,
      anna,
      'openDispute',
      { ...input, evidenceIds: [avatar] },
      { __typename: 'ValidationError', fields: [{ path: ['input', 'evidenceIds', '0'] }] },
    )
    await expectRefusal(app, stranger, 'openDispute', input, { __typename: 'NotFoundError' })
    await expectRefusal(app, fay, 'openDispute', input, { __typename: 'ForbiddenError' })
    const open = await anna.posts()
    await expectRefusal(
      app,
      anna,
      'openDispute',
      { ...input, taskId: open.id },
      { __typename: 'IllegalTransitionError', from: 'OPEN', action: 'openDispute' },
    )
    await anna.disputes(task)
    for (const party of [anna, ben]) {
      await expectRefusal(app, party, 'openDispute', input, { __typename: 'IllegalTransitionError', from: 'DISPUTED' })
    }
    for (const [by, mutation] of [
      [anna, 'requestChanges'],
      [anna, 'cancelTask'],
      [ben, 'submitWork'],
      [ben, 'withdrawFromTask'],
    ] as const) {
      await expectRefusal(
        app,
        by,
        mutation,
        { taskId: task.id },
        {
          __typename: 'IllegalTransitionError',
          allowed: ['addEvidence', 'withdrawDispute', 'resolveDispute'],
        },
      )
    }
  })

  test('is repeated safely under a key', async () => {
    const task = await taskAtWork(world)
    const input = { taskId: task.id, reason, idempotencyKey: randomUUID() }
    const first = await ben.does('openDispute', input)
    expect(await ben.does('openDispute', input)).toMatchObject({ replayed: true, dispute: first.dispute as object })
    expect(await world.app.prisma.dispute.count({ where: { taskId: task.uuid } })).toBe(1)
    expect(await ben.asks('openDispute', { ...input, reason: 'Other.' })).toMatchObject({
      __typename: 'IdempotencyKeyReusedError',
    })
  })

  test('is the way out with a suspended tasker', async () => {
    const { app } = world
    const sue = await actor(app, 'Sue')
    const ada = await actor(app, 'Ada', 'ADMIN')
    const task = await anna.posts()
    await sue.accepts(task)
    await anna.funds(task)
    const suspend = 'mutation ($input: SuspendUserInput!) { suspendUser(input: $input) { __typename } }'
    await ask(ada, suspend, { input: { userId: sue.id, reason: 'Spam.' } })
    expect(await taskRowOf(app, task)).toMatchObject({ status: 'ASSIGNED' })
    const dispute = await anna.disputes(task)
    await fay.does('resolveDispute', {
      disputeId: dispute.id,
      toTasker: { amount: '0', currencyCode: 'EUR' },
      note: 'No work was done.',
      idempotencyKey: randomUUID(),
    })
    expect(await taskRowOf(app, task)).toMatchObject({ status: 'CANCELED' })
  })
})

describe('withdrawing', () => {
  test.each(['ASSIGNED', 'SUBMITTED'] as const)(
    'returns the task to %s, and the timers start again',
    async (status) => {
      const { app } = world
      const task = status === 'SUBMITTED' ? await submittedTask() : await taskAtWork(world)
      const dispute = await ben.disputes(task)
      await timePasses(app, '4 days')
      expect(await ben.asks('withdrawDispute', { disputeId: dispute.id, statement: 'We agreed.' })).toMatchObject({
        dispute: { status: 'WITHDRAWN', endedAt: expect.any(String) },
        task: { status },
      })
      const row = await taskRowOf(app, task)
      const fiveDays = 5 * 24 * 3_600_000
      expect(row.autoApproveAt && row.autoApproveAt.getTime() - row.updatedAt.getTime()).toBe(
        status === 'SUBMITTED' ? fiveDays : null,
      )
      expect(await holdRows(world, task)).toMatchObject([{ frozen: false }])
      const event = await app.prisma.event.findFirst({ where: { taskId: task.uuid, type: 'task.dispute_withdrawn' } })
      expect(event).toMatchObject({ reason: 'We agreed.', statusBefore: 'DISPUTED', statusAfter: status })
      // It may be disputed again.
      const again = await anna.disputes(task)
      expect((await read(anna, again)).dispute).toMatchObject({ task: { dispute: { id: again.id } } })
      await timePasses(app, '-4 days')
    },
  )

  test('is for the opener alone, while it is open, and a refusal changes nothing', async () => {
    const { app } = world
    const task = await submittedTask()
    const dispute = await anna.disputes(task)
    const input = { disputeId: dispute.id }
    const stranger = await actor(app, 'Sam')
    await expectRefusal(app, stranger, 'withdrawDispute', input, { __typename: 'NotFoundError' })
    await expectRefusal(app, ben, 'withdrawDispute', input, { __typename: 'ForbiddenError' })
    await expectRefusal(app, fay, 'withdrawDispute', input, { __typename: 'ForbiddenError' })
    await expectRefusal(
      app,
      anna,
      'withdrawDispute',
      { disputeId: task.id },
      { __typename: 'NotFoundError', id: task.id },
    )
    await anna.does('withdrawDispute', input)
    await expectRefusal(app, anna, 'withdrawDispute', input, {
      __typename: 'IllegalTransitionError',
      from: 'WITHDRAWN',
      action: 'withdrawDispute',
      allowed: [],
    })
  })

  test('makes the payments due that waited for the thaw', async () => {
    const { app } = world
    const task = await anna.posts({ acceptanceMode: 'POSTER_CHOICE' })
    await anna.funds(task)
    await anna.accepts(await ben.applies(task, { price: { amount: '12.00', currencyCode: 'EUR' } }))
    const dispute = await anna.disputes(task)
    // As a worker leaves the refund of the excess, which it could not send.
    await app.database.pool.query('update refunds set due_at = null where task_id = $1', [task.uuid])
    await anna.does('withdrawDispute', { disputeId: dispute.id })
    const [refund] = await app.prisma.refund.findMany({ where: { taskId: task.uuid } })
    expect(refund).toMatchObject({ status: 'PENDING', dueAt: expect.any(Date) })
  })
})

describe('reading', () => {
  test('is for the parties and staff, and not for a later tasker', async () => {
    const { app } = world
    const task = await taskAtWork(world)
    const dispute = await ben.disputes(task)
    const stranger = await actor(app, 'Sam')
    const conflicted = await actor(app, 'Flo', 'FINANCE')
    for (const reader of [anna, ben, fay, conflicted]) expect((await read(reader, dispute)).dispute).not.toBeNull()
    expect(await read(stranger, dispute)).toEqual({ dispute: null, node: null })
    await ben.does('withdrawDispute', { disputeId: dispute.id })
    await ben.withdrawsFrom(task)
    await conflicted.accepts(task)
    // A conflict of interest: she works on the task, and the dispute was of the tasker before her.
    expect(await read(conflicted, dispute)).toEqual({ dispute: null, node: null })
    expect((await read(ben, dispute)).dispute).toMatchObject({ status: 'WITHDRAWN' })
    const own = 'query ($id: ID!) { task(id: $id) { dispute { id } } }'
    expect(await ask(conflicted, own, { id: task.id })).toEqual({ task: { dispute: null } })
    expect(await ask(anna, own, { id: task.id })).toEqual({ task: { dispute: { id: dispute.id } } })
  })

  test('shows an agent what the customer who asked about it sees, until their chat ends', async () => {
    const { app } = world
    const [una, tim, gil] = [await actor(app, 'Una'), await actor(app, 'Tim'), await actor(app, 'Gil', 'AGENT')]
    const task = await una.posts()
    const chat = await tim.accepts(task)
    await una.funds(task)
    const dispute = await una.disputes(task)
    expect((await read(gil, dispute)).dispute).toBeNull()
    const { id } = await app.prisma.chat.findFirstOrThrow({ where: { customerId: una.uuid } })
    await ask(gil, 'mutation { setAgentAvailability(input: { availability: ONLINE, capacity: 50 }) { __typename } }')
    expect(await app.prisma.chat.findUnique({ where: { id } })).toMatchObject({ agentId: gil.uuid })
    expect((await read(gil, dispute)).dispute).toMatchObject({ supportChat: { customer: { displayName: 'Una' } } })
    expect(await ask(gil, 'query ($id: ID!) { chat(id: $id) { id } }', { id: chat.id })).toEqual({
      chat: { id: chat.id },
    })
    await app.database.pool.query(
      `update chats set status = 'ENDED', end_reason = 'RESOLVED', ended_at = errand_now(), agent_silent_since = null where id = $1`,
      [id],
    )
    expect((await read(gil, dispute)).dispute).toBeNull()
    await ask(gil, 'mutation { setAgentAvailability(input: { availability: OFFLINE }) { __typename } }')
  })

  test('names the dispute that blocks a payment', async () => {
    const task = await submittedTask()
    const dispute = await anna.disputes(task)
    const hold = await ask<{ task: { hold: { id: string } } }>(
      fay,
      'query ($id: ID!) { task(id: $id) { hold { id } } }',
      {
        id: task.id,
      },
    )
    const refund = /* GraphQL */ `
      mutation ($input: RefundHoldInput!) { refundHold(input: $input) { ... on HoldFrozenError { frozenBy { id status } } } }`
    const input = {
      holdId: hold.task.hold.id,
      amount: { amount: '1', currencyCode: 'EUR' },
      reason: 'Nice.',
      idempotencyKey: randomUUID(),
    }
    expect(await ask(fay, refund, { input })).toEqual({
      refundHold: { frozenBy: { id: dispute.id, status: 'OPEN' } },
    })
  })

  test('lists OPEN_DISPUTE among the actions of the parties', async () => {
    const task = await submittedTask()
    const actions = 'query ($id: ID!) { task(id: $id) { availableActions { action allowed blockedBy { code } } } }'
    const mayDispute = async (viewer: Actor) => {
      const { task: seen } = await ask<{ task: { availableActions: { action: string }[] } }>(viewer, actions, {
        id: task.id,
      })
      return seen.availableActions.find(({ action }) => action === 'OPEN_DISPUTE')
    }
    const allowed = { action: 'OPEN_DISPUTE', allowed: true, blockedBy: null }
    expect(await mayDispute(anna)).toEqual(allowed)
    expect(await mayDispute(ben)).toEqual(allowed)
    expect(await mayDispute(fay)).toMatchObject({ allowed: false, blockedBy: { code: 'FORBIDDEN' } })
    await ben.disputes(task)
    expect(await mayDispute(anna)).toMatchObject({ allowed: false, blockedBy: { code: 'ILLEGAL_TRANSITION' } })
  })
})

test('a support chat with twenty topics does not keep its customer from a dispute', async () => {
  const start = /* GraphQL */ `
    mutation ($input: StartSupportChatInput!) { startSupportChat(input: $input) { __typename } }`
  const asks = async () => {
    const input = { message: 'What about this?', aboutId: (await anna.posts()).id }
    return (await ask<{ startSupportChat: { __typename: string } }>(anna, start, { input })).startSupportChat.__typename
  }
  const answers: string[] = []
  while (answers.at(-1) !== 'ValidationError' && answers.length <= TOPICS_MAX) answers.push(await asks())
  expect(answers.at(-1)).toBe('ValidationError')
  const task = await submittedTask()
  const dispute = await anna.disputes(task)
  expect((await read(anna, dispute)).dispute).toMatchObject({
    status: 'OPEN',
    supportChat: { customer: { displayName: 'Anna' } },
  })
})

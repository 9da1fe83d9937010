/** Conflicts of interest: the role of staff does not count in a task of their own, by any relation to it. */
import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { ask, refusal } from '../../support/ask.ts'
import { closeService, type Someone, someone } from '../../support/customerService.ts'
import { acts, closeBooks, moneyMoves, moneyWorld, type World } from '../../support/money.ts'
import { toPublicId } from '../../support/publicIds.ts'
import { refusedForGood } from '../../support/scriptedProvider.ts'
import { type Actor, actor, everything, type Named } from '../../support/story.ts'

let world: World

beforeAll(async () => {
  world = await moneyWorld()
})
afterAll(async () => {
  await closeBooks(world)
})
afterEach(() => closeService(world.app))

const reason = 'The tasker called.'

/** Relations of staff to a task that another tasker did. */
const RELATIONS: Record<string, (task: Named, staff: Actor, anna: Actor) => Promise<void>> = {
  'who applied': async (task, staff) => {
    await staff.applies(task)
  },
  'who applied and withdrew': async (task, staff) => {
    const application = await staff.applies(task)
    await staff.does('withdrawApplication', { applicationId: application.id })
  },
  'whose application was rejected': async (task, staff, anna) => {
    await anna.does('rejectApplication', { applicationId: (await staff.applies(task)).id })
  },
  'who was its tasker': async (task, staff, anna) => {
    await anna.accepts(await staff.applies(task))
    await staff.withdrawsFrom(task)
  },
}

/** A task of Anna, done by Ben, with a failed transfer to him. */
async function taskRelatedTo(staff: Actor, relate: (typeof RELATIONS)[string]) {
  const { app } = world
  const [anna, ben] = [await actor(app, 'Anna'), await actor(app, 'Ben')]
  const task = await anna.posts({ acceptanceMode: 'POSTER_CHOICE' })
  await relate(task, staff, anna)
  const application = await ben.applies(task, { message: 'I paint like nobody else.' })
  const chat = await anna.accepts(application)
  await anna.funds(task)
  await ben.submits(task)
  const transfer = await anna.approves(task)
  world.provider.ordersGet(transfer.id, refusedForGood)
  await moneyMoves(world)
  const hold = await app.prisma.hold.findFirstOrThrow({ where: { taskId: task.uuid } })
  const posting = await app.prisma.ledgerTransaction.findFirstOrThrow({
    where: { taskId: task.uuid },
    include: { entries: true },
  })
  const account = await app.prisma.ledgerAccount.findFirstOrThrow({ where: { taskId: task.uuid } })
  const ids = {
    hold: toPublicId('hld', hold.id),
    transfer: transfer.id,
    application: application.id,
    chat: chat.id,
    posting: toPublicId('ltx', posting.id),
    entry: toPublicId('len', posting.entries[0]?.id ?? ''),
    account: toPublicId('lac', account.id),
  }
  return { anna, ben, task, transfer, ids }
}

const BY_ROLE = /* GraphQL */ `
  query ($task: ID!, $ids: [ID!]!) {
    task(id: $task) {
      agreedPrice { amount }
      assignee { id }
      hold { id }
      moneyTrail { paidIn { amount } }
      history { nodes { id } }
      transfers { nodes { id } }
      applications { totalCount nodes { applicant { id } } }
      submission { message }
    }
    nodes(ids: $ids) { id }
    transfers(filter: { taskId: $task }) { nodes { id } }
  }
`

interface ByRole {
  task: Record<string, unknown> & { applications: { totalCount: number; nodes: { applicant: { id: string } }[] } }
  nodes: (object | null)[]
  transfers: { nodes: object[] }
}

describe.each(Object.entries(RELATIONS))('staff %s', (_name, relate) => {
  test('have no access to it by their role', async () => {
    const staff = await actor(world.app, 'Fay', 'FINANCE', 'ADMIN')
    const other = await actor(world.app, 'Finn', 'FINANCE', 'ADMIN')
    const { task, ids } = await taskRelatedTo(staff, relate)
    const variables = { task: task.id, ids: Object.values(ids) }
    const seen = await ask<ByRole>(staff, BY_ROLE, variables)
    expect(seen.task).toMatchObject({
      agreedPrice: null,
      assignee: null,
      hold: null,
      moneyTrail: null,
      history: { nodes: [] },
      transfers: { nodes: [] },
      submission: null,
    })
    expect(new Set(seen.task.applications.nodes.map(({ applicant }) => applicant.id))).toEqual(new Set([staff.id]))
    expect(seen.task.applications.totalCount).toBe(seen.task.applications.nodes.length)
    expect(seen.nodes).toEqual(variables.ids.map(() => null))
    expect(seen.transfers.nodes).toEqual([])
    // Other staff see all of it, so the emptiness above is not trivial.
    const whole = await ask<ByRole>(other, BY_ROLE, variables)
    expect(whole.task.agreedPrice).toEqual({ amount: '20.00' })
    expect(whole.nodes).toEqual(variables.ids.map((id) => ({ id })))
    expect(whole.transfers.nodes).toHaveLength(1)
  })

  test('cannot move its money', async () => {
    const staff = await actor(world.app, 'Fay', 'FINANCE')
    const { ids } = await taskRelatedTo(staff, relate)
    const before = await everything(world.app)
    const amount = { amount: '1.00', currencyCode: 'EUR' }
    for (const [mutation, input] of [
      ['retryTransfer', { transferId: ids.transfer, reason }],
      ['cancelTransfer', { transferId: ids.transfer, reason }],
      ['reverseTransfer', { transferId: ids.transfer, amount, reason }],
      ['refundHold', { holdId: ids.hold, amount, reason }],
    ] as const) {
      const refused = await acts(staff, mutation, { ...input, idempotencyKey: randomUUID() })
      expect(refused).toMatchObject({ __typename: 'ForbiddenError', code: 'FORBIDDEN' })
    }
    const rejected = await staff.asks('rejectApplication', { applicationId: ids.application })
    expect(rejected).toMatchObject({ __typename: 'NotFoundError' })
    expect(await everything(world.app)).toEqual(before)
  })

  test('cannot be assigned a complaint about it, or read the complaint', async () => {
    const { app } = world
    const staff = await actor(app, 'Gil', 'AGENT')
    const gil = { ...staff, ...(await agentOf(staff)) }
    const { anna, task } = await taskRelatedTo(staff, relate)
    const admin = await someone(app, 'Ada', 'ADMIN')
    const complaint = await complains(anna, task)
    expect(await ask(gil, '{ supportQueue { totalCount nodes { id } } }')).toEqual({
      supportQueue: { totalCount: 0, nodes: [] },
    })
    expect(await ask(gil, 'query ($id: ID!) { chat(id: $id) { id } }', { id: complaint })).toEqual({ chat: null })
    await gil.is('ONLINE')
    expect(await gil.asks('claimNextChat', {})).toMatchObject({ __typename: 'QueueEmptyError' })
    const given = await admin.asks('assignChat', { chatId: complaint, agentId: toPublicId('agt', staff.uuid) })
    expect(given).toMatchObject({ __typename: 'ForbiddenError' })
    for (const [mutation, input] of [
      ['addNote', { chatId: complaint, body: 'Mine.' }],
      ['endChat', { chatId: complaint }],
      ['sendMessage', { chatId: complaint, body: 'Hello.' }],
    ] as const) {
      expect(await gil.asks(mutation, input)).toMatchObject({ __typename: 'NotFoundError' })
    }
  })
})

async function complains(poster: Actor, task: Named): Promise<string> {
  const { startSupportChat } = await ask<{ startSupportChat: { chat: { id: string } } }>(
    poster,
    `mutation ($input: StartSupportChatInput!) { startSupportChat(input: $input) { ... on SupportChatPayload { chat { id } } } }`,
    { input: { aboutId: task.id, subject: 'Gil is rude.', message: 'I want to complain.' } },
  )
  return startSupportChat.chat.id
}

/** Adds the actions of an agent to an actor. */
async function agentOf(staff: Actor): Promise<Pick<Someone, 'asks' | 'is'>> {
  const FIELDS = '__typename ... on Error { code }'
  const asks: Someone['asks'] = async (mutation, input) => {
    const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`
    const answer = await staff.send(`mutation ($input: ${type}!) { ${mutation}(input: $input) { ${FIELDS} } }`, {
      input,
    })
    return answer.data?.[mutation] ?? Promise.reject(new Error(JSON.stringify(answer.errors)))
  }
  return { asks, is: async (availability) => void (await asks('setAgentAvailability', { availability })) }
}

test('an agent who applies to the task loses their chat about it', async () => {
  const { app } = world
  const staff = await actor(app, 'Gil', 'AGENT')
  const gil = { ...staff, ...(await agentOf(staff)) }
  const anna = await actor(app, 'Anna')
  const task = await anna.posts({ acceptanceMode: 'POSTER_CHOICE' })
  const chatId = await complains(anna, task)
  await gil.is('BUSY')
  await gil.asks('claimNextChat', {})
  const own = async () => {
    const { viewer, ...seen } = await ask<{ viewer: { unread: object; chats: { nodes: object[] } } }>(
      gil,
      `query ($id: ID!) {
        viewer { unread { messages } chats { nodes { id } } }
        chat(id: $id) { id }
        myAssignedChats { totalCount nodes { id } }
      }`,
      { id: chatId },
    )
    return { ...seen, unread: viewer.unread, chats: viewer.chats.nodes }
  }
  expect(await own()).toEqual({
    chat: { id: chatId },
    myAssignedChats: { totalCount: 1, nodes: [{ id: chatId }] },
    unread: { messages: 1 },
    chats: [{ id: chatId }],
  })
  await staff.applies(task)
  expect(await own()).toEqual({
    chat: null,
    myAssignedChats: { totalCount: 0, nodes: [] },
    unread: { messages: 0 },
    chats: [],
  })
  for (const [mutation, input] of [
    ['sendMessage', { chatId, body: 'Hello.' }],
    ['addNote', { chatId, body: 'Mine.' }],
    ['endChat', { chatId }],
  ] as const) {
    expect(await gil.asks(mutation, input)).toMatchObject({ __typename: 'NotFoundError' })
  }
})

test('a replay does not show a refund to staff who have a conflict of interest since', async () => {
  const { app } = world
  const [anna, staff] = [await actor(app, 'Anna'), await actor(app, 'Fay', 'FINANCE')]
  const task = await anna.posts({ acceptanceMode: 'POSTER_CHOICE' })
  await anna.funds(task)
  const hold = await app.prisma.hold.findFirstOrThrow({ where: { taskId: task.uuid } })
  const amount = { amount: '1.00', currencyCode: 'EUR' }
  const input = { holdId: toPublicId('hld', hold.id), amount, reason, idempotencyKey: randomUUID() }
  const refunds = `mutation ($input: RefundHoldInput!) {
    refundHold(input: $input) { ... on RefundPayload { replayed hold { remaining { amount } } refund { id } } }
  }`
  expect(await ask(staff, refunds, { input })).toMatchObject({ refundHold: { replayed: false } })
  expect(await ask(staff, refunds, { input })).toMatchObject({ refundHold: { replayed: true } })
  await staff.applies(task)
  expect(await refusal(staff, refunds, { input })).toBe('NOT_FOUND')
  const acted =
    'mutation ($input: RefundHoldInput!) { refundHold(input: $input) { ... on RefundPayload { replayed } } }'
  expect(await ask(staff, acted, { input })).toEqual({ refundHold: { replayed: true } })
})

describe('a replay, to staff who have a conflict of interest since, does not show', () => {
  /** No request leads to an ended task; an import may. */
  const relatesTo = (task: Named, staff: Actor) =>
    world.app.database.pool.query(
      `insert into task_applications
        (id, task_id, applicant_id, status, price_minor, currency, arrival_number, created_at, task_version)
      select gen_random_uuid(), task_id, $2, 'WITHDRAWN', price_minor, currency, arrival_number + 1, created_at, task_version
      from task_applications where task_id = $1`,
      [task.uuid, staff.uuid],
    )

  async function submitted() {
    const [anna, ben] = [await actor(world.app, 'Anna'), await actor(world.app, 'Ben')]
    const task = await anna.posts()
    await ben.accepts(task)
    await anna.funds(task)
    await ben.submits(task)
    return { anna, ben, task }
  }

  test('the decision about a dispute', async () => {
    const staff = await actor(world.app, 'Fay', 'FINANCE')
    const { anna, task } = await submitted()
    const { id: disputeId } = await anna.disputes(task)
    const toTasker = { amount: '5.00', currencyCode: 'EUR' }
    const input = { disputeId, toTasker, note: 'A quarter is done.', idempotencyKey: randomUUID() }
    const resolves = (selection: string) =>
      `mutation ($input: ResolveDisputeInput!) { resolveDispute(input: $input) { ... on DisputePayload { replayed ${selection} } } }`
    const whole = resolves('dispute { resolution { note } }')
    expect(await ask(staff, whole, { input })).toMatchObject({ resolveDispute: { replayed: false } })
    expect(await ask(staff, whole, { input })).toMatchObject({ resolveDispute: { replayed: true } })
    await relatesTo(task, staff)
    expect(await refusal(staff, whole, { input })).toBe('NOT_FOUND')
    expect(await ask(staff, resolves(''), { input })).toEqual({ resolveDispute: { replayed: true } })
    const hidden = resolves('task { id agreedPrice { amount } dispute { id } moneyTrail { paidIn { amount } } }')
    expect(await ask(staff, hidden, { input })).toEqual({
      resolveDispute: { replayed: true, task: { id: task.id, agreedPrice: null, dispute: null, moneyTrail: null } },
    })
    const [count, held] = [{ where: { taskId: task.uuid } }, { taskId: task.uuid, status: 'RELEASED' as const }]
    expect([await world.app.prisma.transfer.count(count), await world.app.prisma.refund.count(count)]).toEqual([1, 1])
    expect(await world.app.prisma.hold.count({ where: held })).toBe(1)
  })

  test('a reversal', async () => {
    const staff = await actor(world.app, 'Fay', 'FINANCE')
    const { anna, task } = await submitted()
    const { id: transferId } = await anna.approves(task)
    await moneyMoves(world)
    const amount = { amount: '5.00', currencyCode: 'EUR' }
    const input = { transferId, amount, reason, idempotencyKey: randomUUID() }
    const reverses = (selection: string) =>
      `mutation ($input: ReverseTransferInput!) { reverseTransfer(input: $input) { ... on ReversalPayload { replayed ${selection} } } }`
    const whole = reverses('reversal { amount { amount } }')
    expect(await ask(staff, whole, { input })).toMatchObject({ reverseTransfer: { replayed: false } })
    expect(await ask(staff, whole, { input })).toMatchObject({ reverseTransfer: { replayed: true } })
    await relatesTo(task, staff)
    expect(await refusal(staff, whole, { input })).toBe('NOT_FOUND')
    expect(await refusal(staff, reverses('transfer { net { amount } }'), { input })).toBe('NOT_FOUND')
    expect(await ask(staff, reverses(''), { input })).toEqual({ reverseTransfer: { replayed: true } })
    expect(await world.app.prisma.reversal.count({ where: { taskId: task.uuid } })).toBe(1)
  })
})

test('staff who were invited do not see the task by their role', async () => {
  const { app } = world
  const staff = await actor(app, 'Fay', 'FINANCE')
  const anna = await actor(app, 'Anna')
  const task = await anna.posts({ acceptanceMode: 'INVITE_ONLY', inviteeId: staff.id })
  await anna.funds(task)
  await anna.cancels(task)
  await moneyMoves(world)
  const hold = await app.prisma.hold.findFirstOrThrow({ where: { taskId: task.uuid } })
  const holdId = toPublicId('hld', hold.id)
  const found = `query ($task: ID!, $hold: ID!) {
    task(id: $task) { id }
    node(id: $hold) { id }
    tasks(filter: { status: [CANCELED] }) { nodes { id } }
  }`
  const seenBy = async (who: Actor) => {
    const seen = await ask<{ tasks: { nodes: { id: string }[] } }>(who, found, { task: task.id, hold: holdId })
    return { ...seen, tasks: seen.tasks.nodes.filter(({ id }) => id === task.id).length }
  }
  expect(await seenBy(staff)).toEqual({ task: null, node: null, tasks: 0 })
  expect(await seenBy(world.fay)).toEqual({ task: { id: task.id }, node: { id: holdId }, tasks: 1 })
  const refunded = await acts(staff, 'refundHold', { holdId, amount: { amount: '1.00', currencyCode: 'EUR' }, reason })
  expect(refunded).toMatchObject({ __typename: 'ForbiddenError' })
})

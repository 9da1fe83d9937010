/** An agent sees of the topics of a support chat no more than its customer may see at that moment. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { ask } from '../../support/ask.ts'
import { closeService, type Someone, someone } from '../../support/customerService.ts'
import { toPublicId } from '../../support/publicIds.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'
import { type Actor, actor, type Named } from '../../support/story.ts'

let app: TestApp
let anna: Actor
let ben: Actor
let cleo: Actor
let gil: Someone

beforeAll(async () => {
  app = await startApp()
})
afterAll(async () => {
  await app.stop()
})
beforeEach(async () => {
  anna = await actor(app, 'Anna')
  ben = await actor(app, 'Ben')
  cleo = await actor(app, 'Cleo')
  gil = await someone(app, 'Gil', 'AGENT')
  await gil.is('BUSY')
})
afterEach(() => closeService(app))

const SEEN = /* GraphQL */ `
  query ($task: ID!, $chat: ID!, $hold: ID!, $transfer: ID!) {
    task(id: $task) {
      agreedPrice { amount }
      assignee { id }
      hold { id }
      moneyTrail { paidIn { amount } }
      history { nodes { type } }
      chat { id }
      transfers { nodes { id } }
      submission { message }
    }
    chat(id: $chat) { messages { nodes { body } } }
    hold: node(id: $hold) { id }
    transfer(id: $transfer) { gross { amount } }
  }
`

interface Seen {
  task: Record<string, unknown> | null
  chat: object | null
  hold: object | null
  transfer: object | null
}

/** The names of the fields that a reader sees. */
async function seenBy(reader: Actor | Someone, ids: Record<string, string>): Promise<string[]> {
  const { task, ...nodes } = await ask<Seen>(reader, SEEN, ids)
  const isSomething = (value: unknown) =>
    value !== null && !(value && typeof value === 'object' && 'nodes' in value && (value.nodes as []).length === 0)
  const fields = Object.entries(task ?? {}).filter(([, value]) => isSomething(value))
  const others = Object.entries(nodes).filter(([, value]) => value !== null)
  return [...(task ? ['task'] : []), ...fields.map(([name]) => `task.${name}`), ...others.map(([name]) => name)].sort()
}

const OPEN_CHAT = /* GraphQL */ `
  mutation ($input: StartSupportChatInput!) {
    startSupportChat(input: $input) { ... on SupportChatPayload { chat { id } } ... on Error { code } }
  }
`

/** A customer opens a support chat about the task, and Gil claims it. */
async function opensChat(customer: Actor, about: Named): Promise<string> {
  const { startSupportChat } = await ask<{ startSupportChat: { chat: { id: string } } }>(customer, OPEN_CHAT, {
    input: { aboutId: about.id, message: 'About this one ...' },
  })
  await gil.claims()
  return startSupportChat.chat.id
}

/** A task of Anna: `assign` accepts Ben, funds it and writes a message; `complete` submits and approves the work. */
async function doneTask(fields: Record<string, unknown> = {}) {
  const task = await anna.posts({ acceptanceMode: 'POSTER_CHOICE', ...fields })
  const ids = { task: task.id, chat: '', hold: '', transfer: '' }
  const assign = async () => {
    const chat = await anna.accepts(await ben.applies(task))
    await anna.funds(task)
    await ask(anna, 'mutation ($i: SendMessageInput!) { sendMessage(input: $i) { __typename } }', {
      i: { chatId: chat.id, body: 'The door code is 4711.' },
    })
    const hold = await app.prisma.hold.findFirstOrThrow({ where: { taskId: task.uuid } })
    Object.assign(ids, { chat: chat.id, hold: toPublicId('hld', hold.id) })
  }
  const complete = async () => {
    await ben.submits(task)
    ids.transfer = (await anna.approves(task)).id
  }
  return { task, ids, assign, complete }
}

const OF_A_PARTY = [
  'task',
  'task.agreedPrice',
  'task.assignee',
  'task.chat',
  'task.history',
  'task.hold',
  'task.moneyTrail',
  'task.submission',
  'task.transfers',
  'chat',
  'hold',
  'transfer',
].sort()

test('of a stranger who asked while the task was public: nothing after acceptance', async () => {
  const { task, ids, assign, complete } = await doneTask()
  const stranger = await actor(app, 'Sam')
  const chatId = await opensChat(stranger, task)
  expect(await seenBy(gil, ids)).toEqual(['task'])
  await assign()
  await complete()
  expect(await seenBy(stranger, ids)).toEqual([])
  expect(await seenBy(gil, ids)).toEqual([])
  const about = await ask(gil, 'query ($id: ID!) { chat(id: $id) { ... on SupportChat { about { id } } } }', {
    id: chatId,
  })
  expect(about).toEqual({ chat: { about: null } })
  const written = await gil.asks('sendMessage', { chatId: ids.chat, body: 'Hello.' })
  expect(written).toMatchObject({ __typename: 'NotFoundError' })
})

test('of an applicant: the task, but not the private part', async () => {
  const { task, ids, assign, complete } = await doneTask()
  await cleo.applies(task)
  await opensChat(cleo, task)
  await assign()
  await complete()
  expect(await seenBy(cleo, ids)).toEqual(['task'])
  expect(await seenBy(gil, ids)).toEqual(['task'])
})

test('of the poster and of the assignee: the same as they, except applications', async () => {
  for (const customer of ['poster', 'assignee'] as const) {
    const { task, ids, assign, complete } = await doneTask()
    await cleo.applies(task)
    await assign()
    await complete()
    const asking = customer === 'poster' ? anna : ben
    const chatId = await opensChat(asking, task)
    expect(await seenBy(asking, ids)).toEqual(OF_A_PARTY)
    expect(await seenBy(gil, ids)).toEqual(OF_A_PARTY)
    const { task: seen } = await ask<{ task: { history: { nodes: { type: string }[] } } }>(
      gil,
      'query ($id: ID!) { task(id: $id) { history { nodes { type } } } }',
      { id: task.id },
    )
    const types = seen.history.nodes.map(({ type }) => type)
    expect(types).toContain('task.accepted')
    expect(types.includes('task.application_received')).toBe(customer === 'poster')
    const applications = 'query ($id: ID!) { task(id: $id) { applications { totalCount nodes { id } } } }'
    expect(await ask(gil, applications, { id: task.id })).toEqual({
      task: { applications: { totalCount: 0, nodes: [] } },
    })
    // The access ends with the chat.
    await gil.ends({ id: chatId, uuid: '' })
    expect(await seenBy(gil, ids)).toEqual([])
  }
})

test('of a tasker who withdrew: their own chat only, not that of the next tasker', async () => {
  const { task, ids, assign } = await doneTask()
  await assign()
  await opensChat(ben, task)
  expect(await seenBy(gil, { ...ids, transfer: '' })).toEqual(
    OF_A_PARTY.filter((name) => !['task.submission', 'task.transfers', 'transfer'].includes(name)),
  )
  await ben.withdrawsFrom(task)
  const former = ['chat', 'task', 'task.chat']
  expect(await seenBy(ben, ids)).toEqual(former)
  expect(await seenBy(gil, ids)).toEqual(former)
  const next = await anna.accepts(await cleo.applies(task))
  expect(await seenBy(ben, { ...ids, chat: next.id })).toEqual(['task', 'task.chat'])
  expect(await seenBy(gil, { ...ids, chat: next.id })).toEqual(['task', 'task.chat'])
  expect(await seenBy(gil, ids)).toEqual(former)
})

test('of a draft and an invitation: the task, as long as the customer may see it', async () => {
  const draft = await anna.drafts()
  await opensChat(anna, draft)
  const only = (task: Named) => ({ task: task.id, chat: '', hold: '', transfer: '' })
  expect(await seenBy(gil, only(draft))).toContain('task')
  const invitation = await cleo.posts({ acceptanceMode: 'INVITE_ONLY', inviteeId: ben.id })
  await opensChat(ben, invitation)
  expect(await seenBy(gil, only(invitation))).toEqual(['task'])
  const { version } = await app.prisma.task.findUniqueOrThrow({ where: { id: invitation.uuid } })
  await cleo.does('updateTask', { taskId: invitation.id, expectedVersion: version, inviteeId: anna.id })
  expect(await seenBy(ben, only(invitation))).toEqual([])
  expect(await seenBy(gil, only(invitation))).toEqual([])
})

test('the role of a customer gives no access to an agent', async () => {
  const { ids, assign, complete } = await doneTask()
  await assign()
  await complete()
  const fay = await actor(app, 'Fay', 'FINANCE')
  await opensChat(fay, { id: ids.transfer, uuid: '' })
  expect(await seenBy(fay, ids)).toContain('transfer')
  expect(await seenBy(gil, ids)).toEqual([])
})

test('lists show an agent the same tasks', async () => {
  const { task, assign } = await doneTask()
  await opensChat(await actor(app, 'Sam'), task)
  const listed = async () => {
    const { tasks } = await ask<{ tasks: { nodes: { id: string }[] } }>(
      gil,
      '{ tasks(filter: { status: [ASSIGNED] }) { nodes { id } } }',
    )
    return tasks.nodes.some(({ id }) => id === task.id)
  }
  await assign()
  expect(await listed()).toBe(false)
  await opensChat(anna, task)
  expect(await listed()).toBe(true)
})

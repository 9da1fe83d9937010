/** Support chats with several topics, because the customer added one while the chat was open. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { TOPICS_MAX } from '../../../src/support/addTopic.ts'
import { ask } from '../../support/ask.ts'
import {
  chatRowOf,
  chatSeenBy,
  closeService,
  eventsOf,
  expectCountsToBeRight,
  expectServiceRefusal,
  type Someone,
  serviceTimersRun,
  someone,
  talkOf,
} from '../../support/customerService.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'
import { type Actor, actor, type Named } from '../../support/story.ts'

let app: TestApp
let anna: Actor
let ben: Actor
let gil: Someone
let gus: Someone

beforeAll(async () => {
  app = await startApp()
})
afterAll(async () => {
  await app.stop()
})
beforeEach(async () => {
  ;[anna, ben, gil, gus] = [
    await actor(app, 'Anna'),
    await actor(app, 'Ben'),
    await someone(app, 'Gil', 'AGENT'),
    await someone(app, 'Gus', 'AGENT'),
  ]
})
afterEach(async () => {
  await expectCountsToBeRight(app)
  await closeService(app)
})

const START = /* GraphQL */ `
  mutation ($input: StartSupportChatInput!) {
    startSupportChat(input: $input) { __typename ... on SupportChatPayload { chat { id } } ... on Error { code message } }
  }
`
/** Starts a support chat with a topic; returns the chat. */
async function asksAbout(who: Actor, aboutId: string | undefined, message = 'What about this?'): Promise<Named> {
  const { startSupportChat } = await ask<{ startSupportChat: { chat: { id: string } } }>(who, START, {
    input: { message, ...(aboutId && { aboutId }) },
  })
  const row = await app.prisma.chat.findFirstOrThrow({ where: { customerId: who.uuid }, orderBy: { id: 'desc' } })
  return { id: startSupportChat.chat.id, uuid: row.id }
}

async function topicsOf(reader: Pick<Actor, 'send'>, { id }: Named) {
  const { chat } = await ask<{ chat: { about: object | null; topics: object[] } | null }>(
    reader,
    `query ($id: ID!) {
      chat(id: $id) { ... on SupportChat { about { __typename id } topics { __typename id ... on Task { title } } } }
    }`,
    { id },
  )
  return chat
}

test('another task is added to an open chat as a topic, with a system message and a note', async () => {
  const [wall, roof] = [await anna.posts({ title: 'Paint a wall' }), await anna.posts({ title: 'Mend the roof' })]
  const chat = await asksAbout(anna, wall.id)
  expect(await asksAbout(anna, roof.id, 'And this one?')).toEqual(chat)
  expect(await talkOf(app, chat)).toEqual([
    '1 Anna: What about this?',
    `2 SYSTEM: This chat is now also about the task "Mend the roof" (${roof.id}).`,
    '3 Anna: And this one?',
  ])
  const [first, second] = [
    { __typename: 'Task', id: wall.id, title: 'Paint a wall' },
    { __typename: 'Task', id: roof.id, title: 'Mend the roof' },
  ]
  expect(await topicsOf(anna, chat)).toEqual({ about: { __typename: 'Task', id: wall.id }, topics: [first, second] })
  expect(await eventsOf(app, chat)).toEqual(['chat.queued', 'chat.message', 'chat.message', 'chat.message'])
  await gil.is('BUSY')
  await gil.claims()
  expect(await topicsOf(gil, chat)).toMatchObject({ topics: [first, second] })
  const NOTES = `query ($id: ID!) { chat(id: $id) { ... on SupportChat { notes { nodes { body author { displayName } } } } } }`
  const notes = [
    { body: `The customer also asks about the task "Mend the roof" (${roof.id}).`, author: { displayName: 'Anna' } },
  ]
  expect(await ask(gil, NOTES, { id: chat.id })).toEqual({ chat: { notes: { nodes: notes } } })
  expect(await ask(anna, NOTES, { id: chat.id })).toEqual({ chat: { notes: null } })
})

test('a topic that the chat already has is not added again; the message is', async () => {
  const [wall, roof] = [await anna.posts(), await anna.posts()]
  const chat = await asksAbout(anna, wall.id)
  await asksAbout(anna, roof.id)
  for (const again of [wall.id, roof.id, undefined]) await asksAbout(anna, again, 'Well?')
  expect(await talkOf(app, chat)).toHaveLength(6)
  expect((await topicsOf(anna, chat))?.topics).toHaveLength(2)
  expect(await app.prisma.note.count({ where: { chatId: chat.uuid } })).toBe(1)
})

test('the first topic of a chat without topics becomes its main topic', async () => {
  const chat = await asksAbout(anna, undefined)
  expect(await topicsOf(anna, chat)).toEqual({ about: null, topics: [] })
  const task = await anna.posts({ title: 'Paint a wall' })
  await asksAbout(anna, task.id)
  expect((await talkOf(app, chat))[1]).toBe(`2 SYSTEM: This chat is now about the task "Paint a wall" (${task.id}).`)
  expect(await topicsOf(anna, chat)).toMatchObject({ about: { id: task.id }, topics: [{ id: task.id }] })
})

test('a transfer and its task are different topics', async () => {
  const task = await anna.posts({ title: 'Paint a wall' })
  await ben.accepts(task)
  await anna.funds(task)
  await ben.submits(task)
  const transfer = await anna.approves(task)
  const chat = await asksAbout(ben, task.id)
  await asksAbout(ben, transfer.id)
  expect((await talkOf(app, chat))[1]).toBe(
    `2 SYSTEM: This chat is now also about the transfer ${transfer.id} of the task "Paint a wall".`,
  )
  expect((await topicsOf(ben, chat))?.topics).toMatchObject([
    { __typename: 'Task', id: task.id },
    { __typename: 'Transfer', id: transfer.id },
  ])
})

test('an agent with a conflict of interest in a new topic loses the chat before it is named, and does not get it again', async () => {
  const greta = await actor(app, 'Greta', 'AGENT')
  const [hers, annas] = [await greta.posts({ title: 'Mend the roof' }), await anna.posts()]
  await ask(greta, 'mutation { setAgentAvailability(input: { availability: ONLINE }) { __typename } }')
  const chat = await asksAbout(anna, annas.id)
  expect(await chatRowOf(app, chat)).toMatchObject({ agentId: greta.uuid })
  await asksAbout(anna, hers.id, 'She never answers.')
  expect(await chatRowOf(app, chat)).toMatchObject({ status: 'QUEUED', agentId: null, atFront: true })
  expect(await talkOf(app, chat)).toEqual([
    '1 Anna: What about this?',
    '2 SYSTEM: The agent cannot help with this topic. You are at the front of the queue again.',
    `3 SYSTEM: This chat is now also about the task "Mend the roof" (${hers.id}).`,
    '4 Anna: She never answers.',
  ])
  expect(await topicsOf(greta, chat)).toBeNull()
  const events = await app.prisma.event.findMany({ where: { chatId: chat.uuid, recipientIds: { has: greta.uuid } } })
  expect(events.map(({ type }) => type)).toEqual(['chat.assigned'])
  expect(await ask(greta, 'mutation { claimNextChat(input: {}) { __typename } }')).toEqual({
    claimNextChat: { __typename: 'QueueEmptyError' },
  })
  expect(await ask(greta, '{ supportQueue { totalCount } }')).toEqual({ supportQueue: { totalCount: 0 } })
  const ada = await someone(app, 'Ada', 'ADMIN')
  const toGreta = { chatId: chat.id, agentId: greta.id.replace('usr', 'agt') }
  await expectServiceRefusal(app, ada, 'assignChat', toGreta, { __typename: 'ForbiddenError' })
  await gus.is('ONLINE')
  expect(await chatSeenBy(anna, chat)).toMatchObject({ agent: { displayName: 'Gus' } })
})

test('an agent who acquires a conflict of interest in a chat of theirs loses it, too', async () => {
  const greta = await actor(app, 'Greta', 'AGENT')
  const task = await anna.posts()
  await ask(greta, 'mutation { setAgentAvailability(input: { availability: ONLINE }) { __typename } }')
  const chat = await asksAbout(anna, task.id)
  expect(await chatRowOf(app, chat)).toMatchObject({ agentId: greta.uuid })
  expect(await serviceTimersRun(app)).toBe(0)
  await greta.accepts(task)
  expect(await serviceTimersRun(app)).toBe(1)
  expect(await chatRowOf(app, chat)).toMatchObject({ status: 'QUEUED', agentId: null })
  expect((await talkOf(app, chat)).at(-1)).toBe(
    '2 SYSTEM: The agent cannot help with this topic. You are at the front of the queue again.',
  )
  expect(await serviceTimersRun(app)).toBe(0)
})

test('an invisible topic and a 21st topic are refused, and nothing changes', async () => {
  const chat = await asksAbout(anna, undefined)
  const draft = await ben.drafts()
  const tries = async (aboutId: string) => {
    const before = [await talkOf(app, chat), await app.prisma.chatTopic.findMany(), await app.prisma.note.count()]
    const { startSupportChat } = await ask<{ startSupportChat: { code: string } }>(anna, START, {
      input: { message: 'Hm.', aboutId },
    })
    expect([await talkOf(app, chat), await app.prisma.chatTopic.findMany(), await app.prisma.note.count()]).toEqual(
      before,
    )
    return startSupportChat.code
  }
  expect(await tries(draft.id)).toBe('NOT_FOUND')
  for (let number = 0; number < TOPICS_MAX; number++) await asksAbout(anna, (await anna.posts()).id)
  expect(await tries((await anna.posts()).id)).toBe('VALIDATION_FAILED')
  expect((await topicsOf(anna, chat))?.topics).toHaveLength(TOPICS_MAX)
})

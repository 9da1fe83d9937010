/** The chat of a task during the life of the task and after its end. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { chatTimers } from '../../../src/chats/chatTimers.ts'
import { ask } from '../../support/ask.ts'
import { asksChat, says } from '../../support/chatting.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'
import { type Actor, actor, type Named, timePasses } from '../../support/story.ts'

const MONTH_MS = 30 * 24 * 3_600_000

let app: TestApp
let anna: Actor
let ben: Actor

beforeAll(async () => {
  app = await startApp()
})
afterAll(async () => {
  await app.stop()
})
beforeEach(async () => {
  anna = await actor(app, 'Anna')
  ben = await actor(app, 'Ben')
})

const chatRowOf = ({ uuid }: Named) => app.prisma.chat.findUniqueOrThrow({ where: { id: uuid } })

async function messagesOf(chat: Named): Promise<unknown[]> {
  const READ = `query ($id: ID!) { chat(id: $id) { messages(first: 100) { nodes { sequence kind body author { id } } } } }`
  return (await ask<{ chat: { messages: { nodes: unknown[] } } }>(ben, READ, { id: chat.id })).chat.messages.nodes
}

async function timeEndsChats(): Promise<number> {
  let count = 0
  for (const timer of chatTimers) count += await timer.runDue(app.work, 100)
  return count
}

test('it gets system messages about steps of the task, and no client can send a system message', async () => {
  const task = await anna.posts()
  const chat = await ben.accepts(task)
  await anna.funds(task)
  await says(anna, chat, 'Welcome.')
  await ben.submits(task)
  await anna.does('requestChanges', { taskId: task.id })
  await ben.submits(task)
  await anna.approves(task)
  expect(await messagesOf(chat)).toEqual([
    { sequence: 1, kind: 'TEXT', body: 'Welcome.', author: { id: anna.id } },
    {
      sequence: 2,
      kind: 'SYSTEM',
      body: 'The tasker submitted the work. The poster has 5 days to approve it or request changes.',
      author: null,
    },
    {
      sequence: 3,
      kind: 'SYSTEM',
      body: 'The poster requested changes. The tasker can submit the work again.',
      author: null,
    },
    {
      sequence: 4,
      kind: 'SYSTEM',
      body: 'The tasker submitted the work. The poster has 5 days to approve it or request changes.',
      author: null,
    },
    { sequence: 5, kind: 'SYSTEM', body: 'The work was approved. The payment to the tasker follows.', author: null },
  ])
  const answer = await anna.send(
    `mutation ($id: ID!) { sendMessage(input: { chatId: $id, body: "Paid.", kind: SYSTEM }) { __typename } }`,
    { id: chat.id },
  )
  expect(answer.errors?.[0]?.extensions).toMatchObject({ code: 'GRAPHQL_VALIDATION_FAILED' })
})

test('it is writable until 30 days after the end of the task, to the millisecond, and readable forever', async () => {
  const task = await anna.posts()
  const chat = await ben.accepts(task)
  await anna.cancels(task)
  const { endedAt: taskEndedAt } = await app.prisma.task.findUniqueOrThrow({ where: { id: task.uuid } })
  const closesAt = new Date(Number(taskEndedAt) + MONTH_MS)
  expect(await chatRowOf(chat)).toMatchObject({ endedAt: null, closesAt })

  await timePasses(app, '29 days 23 hours')
  await says(ben, chat, 'Just in time.')
  expect(await timeEndsChats()).toBe(0)

  await timePasses(app, '1 hour')
  const late = { chatId: chat.id, body: 'Too late.' }
  const ended = { __typename: 'ChatEndedError', endedAt: closesAt.toISOString() }
  // Before the timer has run, and after it.
  expect(await asksChat(ben, 'sendMessage', late)).toMatchObject(ended)
  expect(await timeEndsChats()).toBeGreaterThan(0)
  expect(await timeEndsChats()).toBe(0)
  expect(await asksChat(ben, 'sendMessage', late)).toMatchObject(ended)
  expect(await chatRowOf(chat)).toMatchObject({ endedAt: closesAt })
  expect(await messagesOf(chat)).toMatchObject([{ body: 'The task was canceled.' }, { body: 'Just in time.' }])

  const event = await app.prisma.event.findFirstOrThrow({ where: { chatId: chat.uuid, type: 'chat.ended' } })
  expect(event).toMatchObject({ actorId: null, occurredAt: closesAt, taskId: task.uuid })
  expect(new Set(event.recipientIds)).toEqual(new Set([anna.uuid, ben.uuid]))
})

test('it ends when the tasker withdraws, and continues when they are accepted again', async () => {
  const task = await anna.posts({ acceptanceMode: 'POSTER_CHOICE' })
  const chat = await anna.accepts(await ben.applies(task))
  await says(ben, chat, 'I begin tomorrow.')
  await ben.withdrawsFrom(task)
  expect(await asksChat(anna, 'sendMessage', { chatId: chat.id, body: 'Come back!' })).toMatchObject({
    __typename: 'ChatEndedError',
  })
  const again = await anna.accepts(await ben.applies(task))
  expect(again.id).toBe(chat.id)
  expect(await says(ben, chat, 'Here I am again.')).toMatchObject({ sequence: 2 })
})

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { ask } from '../../support/ask.ts'
import { asksChat, everythingInChats, pairInChat, says } from '../../support/chatting.ts'
import { type Person, person } from '../../support/people.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'
import type { Named } from '../../support/story.ts'
import { chatRow, messageRow } from '../../support/worlds/rows.ts'

let app: TestApp
let anna: Person
let ben: Person
let task: Named
let chat: Named

beforeAll(async () => {
  app = await startApp()
})
afterAll(async () => {
  await app.stop()
})
beforeEach(async () => {
  ;({ anna, ben, task, chat } = await pairInChat(app))
})

const marks = (someone: Person, upToSequence: number) =>
  asksChat(someone, 'markRead', { chatId: chat.id, upToSequence })

async function markOf(reader: Person): Promise<{ lastReadSequence: number; lastReadAt: Date | null }> {
  return app.prisma.chatParticipant.findUniqueOrThrow({
    where: { chatId_userId: { chatId: chat.uuid, userId: reader.uuid } },
  })
}

const unreadOf = async (reader: Person) =>
  (await ask<{ viewer: { unread: unknown } }>(reader, '{ viewer { unread { chats messages } } }')).viewer.unread

test('a mark sets the unread count of the reader and the lastReadSequence that others see', async () => {
  for (const body of ['One.', 'Two.', 'Three.']) await says(ben, chat, body)
  expect(await unreadOf(anna)).toEqual({ chats: 1, messages: 3 })
  expect(await marks(anna, 2)).toEqual({ __typename: 'MarkReadPayload', chat: { id: chat.id, unreadCount: 1 } })
  expect(await unreadOf(anna)).toEqual({ chats: 1, messages: 1 })
  expect(await unreadOf(ben)).toEqual({ chats: 0, messages: 0 })
  const READ = `query ($id: ID!) { chat(id: $id) { participants { role lastReadSequence lastReadAt } } }`
  expect(await ask(ben, READ, { id: chat.id })).toEqual({
    chat: {
      participants: [
        { role: 'POSTER', lastReadSequence: 2, lastReadAt: expect.any(String) },
        { role: 'TASKER', lastReadSequence: 0, lastReadAt: null },
      ],
    },
  })
})

test('a mark never moves back, and a mark after the end means the end', async () => {
  for (const body of ['One.', 'Two.', 'Three.']) await says(ben, chat, body)
  await marks(anna, 2)
  await marks(anna, 1)
  expect(await markOf(anna)).toMatchObject({ lastReadSequence: 2 })
  await marks(anna, 2_147_483_647)
  expect(await markOf(anna)).toMatchObject({ lastReadSequence: 3 })
  await says(ben, chat, 'Four.')
  expect(await unreadOf(anna)).toEqual({ chats: 1, messages: 1 })
  await marks(anna, 0)
  expect(await markOf(anna)).toMatchObject({ lastReadSequence: 3 })
})

test('own messages never count as unread, wherever the mark is', async () => {
  await says(anna, chat, 'One.')
  await says(ben, chat, 'Two.')
  await messageRow(app, { chat, body: 'Three.' })
  expect(await unreadOf(anna)).toEqual({ chats: 1, messages: 2 })
  await marks(anna, 1)
  expect(await unreadOf(anna)).toEqual({ chats: 1, messages: 2 })
  expect(await unreadOf(ben)).toEqual({ chats: 1, messages: 2 })
})

test('markRead records no event and works in an ended chat', async () => {
  const cleo = await person(app, 'Cleo')
  const ended = await chatRow(app, { task, poster: anna, tasker: cleo, ended: true })
  await messageRow(app, { chat: ended, author: cleo, body: 'One.' })
  expect(await asksChat(anna, 'markRead', { chatId: ended.id, upToSequence: 1 })).toMatchObject({
    chat: { unreadCount: 0 },
  })
  expect(await app.prisma.event.count({ where: { chatId: ended.uuid } })).toBe(0)
})

test('a non-participant cannot set a mark, and nothing is stored', async () => {
  await says(ben, chat, 'One.')
  const before = await everythingInChats(app)
  expect(await marks(anna, -1)).toMatchObject({ code: 'VALIDATION_FAILED' })
  expect(await marks(await person(app, 'Cleo'), 1)).toMatchObject({ code: 'NOT_FOUND' })
  expect(await marks(await person(app, 'Ada', 'ADMIN'), 1)).toMatchObject({ code: 'FORBIDDEN' })
  for (const chatId of ['nonsense', task.id, `tch_${'0'.repeat(26)}`]) {
    expect(await asksChat(anna, 'markRead', { chatId, upToSequence: 1 })).toMatchObject({
      __typename: 'NotFoundError',
    })
  }
  expect(await everythingInChats(app)).toEqual(before)
})

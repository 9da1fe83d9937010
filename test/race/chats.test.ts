import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SendMessageDocument } from '../../schema/sdk/index.ts'
import { asksChat, pairInChat } from '../support/chatting.ts'
import type { Person } from '../support/people.ts'
import { startApp, type TestApp } from '../support/servers/app.ts'
import { secondServer } from '../support/servers/secondServer.ts'
import type { Named, Outcome } from '../support/story.ts'

const SENDERS = 50
const SENDS_OF_ONE_KEY = 20

let app: TestApp

beforeAll(async () => {
  app = await startApp()
})
afterAll(async () => {
  await app.stop()
})

const messagesOf = ({ uuid }: Named) =>
  app.prisma.message.findMany({ where: { chatId: uuid }, orderBy: { sequence: 'asc' }, include: { events: true } })

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1)

test('50 concurrent messages get sequences without gaps or duplicates, and none is lost', async () => {
  const { anna, ben, chat } = await pairInChat(app)
  const bodies = upTo(SENDERS).map((number) => `message ${number}`)
  const outcomes = await Promise.all(
    bodies.map((body, index) => sendUntilTaken(index % 2 ? anna : ben, { chatId: chat.id, body })),
  )
  expect(outcomes.map(({ __typename }) => __typename)).toEqual(bodies.map(() => 'MessagePayload'))
  const messages = await messagesOf(chat)
  expect(messages.map(({ sequence }) => sequence)).toEqual(upTo(SENDERS))
  expect(messages.map(({ body }) => body).sort()).toEqual([...bodies].sort())
  expect(messages.every(({ events }) => events.length === 1)).toBe(true)
  // The clock is read under the lock, so times rise with the sequences.
  const times = messages.map(({ sentAt }) => sentAt.getTime())
  expect(times).toEqual([...times].sort((one, other) => one - other))
  expect(await app.prisma.chat.findUnique({ where: { id: chat.uuid } })).toMatchObject({ lastSequence: SENDERS })
})

test('20 concurrent sends with one key, on two servers, write one message, and all get it as their result', async () => {
  const { anna, chat } = await pairInChat(app)
  const second = await secondServer(app)
  const elsewhere = { ...anna, send: sendTo(second.url, anna.accessToken) }
  const input = { chatId: chat.id, body: 'Once.', idempotencyKey: randomUUID() }
  const send = async (index: number) => {
    for (;;) {
      const outcome = await asksChat(index % 2 ? anna : elsewhere, 'sendMessage', input)
      if (outcome.code !== 'IDEMPOTENCY_IN_PROGRESS') return outcome
    }
  }
  const outcomes = await Promise.all(upTo(SENDS_OF_ONE_KEY).map(send))
  const messages = await messagesOf(chat)
  expect(messages.map(({ body }) => body)).toEqual(['Once.'])
  expect(outcomes.filter(({ replayed }) => replayed === false)).toHaveLength(1)
  expect(new Set(outcomes.map(({ sentMessage }) => (sentMessage as Named).id)).size).toBe(1)
  await second.stop()
})

test('of many senders with the same lastSeenSequence, one writes and the others get the missed messages', async () => {
  const { anna, ben, chat } = await pairInChat(app)
  const sides = [anna, ben]
  const outcomes = await Promise.all(
    upTo(10).map((number) =>
      asksChat(sides[number % 2] ?? anna, 'sendMessage', { chatId: chat.id, body: `${number}`, lastSeenSequence: 0 }),
    ),
  )
  const messages = await messagesOf(chat)
  // Own messages never refuse a sender, so all messages of the first side may be written, and none of the other.
  expect(new Set(messages.map(({ authorId }) => authorId)).size).toBe(1)
  const stale = outcomes.filter(({ __typename }) => __typename === 'StaleChatError')
  expect(stale).toHaveLength(5)
  for (const { missed } of stale) {
    const seen = missed as { sequence: number; author: { id: string } }[]
    expect(seen.length).toBeGreaterThan(0)
    expect(seen.map(({ sequence }) => sequence)).toEqual(upTo(seen.length))
  }
})

test('marks that arrive in any order end at the highest', async () => {
  const { anna, ben, chat } = await pairInChat(app)
  for (const number of upTo(20)) await asksChat(ben, 'sendMessage', { chatId: chat.id, body: `${number}` })
  const marks = upTo(20).map((upToSequence) => asksChat(anna, 'markRead', { chatId: chat.id, upToSequence }))
  await Promise.all(marks.reverse())
  const where = { chatId_userId: { chatId: chat.uuid, userId: anna.uuid } }
  expect(await app.prisma.chatParticipant.findUnique({ where })).toMatchObject({ lastReadSequence: 20 })
})

/** On a slow machine the last waiting request may be refused as retryable: nothing was written, so it is retried. */
async function sendUntilTaken(someone: Person, input: Record<string, unknown>): Promise<Outcome> {
  for (;;) {
    const { data, errors } = await someone.send(SendMessageDocument.text, { input })
    if (data?.sendMessage) return data.sendMessage
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'OVERLOADED', retryable: true })
  }
}

function sendTo(url: string, accessToken: string) {
  return async (query: string, variables: Record<string, unknown> = {}) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${accessToken}` },
      body: JSON.stringify({ query, variables }),
    })
    return response.json()
  }
}

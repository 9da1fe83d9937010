import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { ask } from '../../support/ask.ts'
import { asksChat, everythingInChats, pairInChat, says, uploadedRow } from '../../support/chatting.ts'
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

// Statements of background loops, such as polls for new events, are filtered out.
const OF_MESSAGES = ['lockChatOfPerson', 'hasNewerByOthers', 'insertMessage', 'commit', 'rollback']
const nameOf = (statement: unknown): string =>
  typeof statement === 'string' ? statement : ((statement as { name?: string }).name ?? '')

const sends = (someone: Person, input: Record<string, unknown>) =>
  asksChat(someone, 'sendMessage', { chatId: chat.id, body: 'Hello.', ...input })

async function expectRefused(someone: Person, input: Record<string, unknown>, refusal: Record<string, unknown>) {
  const before = await everythingInChats(app)
  expect(await sends(someone, input)).toMatchObject(refusal)
  expect(await everythingInChats(app)).toEqual(before)
}

const eventsOf = ({ uuid }: Named) =>
  app.prisma.event.findMany({ where: { chatId: uuid }, orderBy: { sequence: 'asc' }, include: { message: true } })

describe('a message', () => {
  test('gets the next sequence of its chat and an event for both sides, in one transaction', async () => {
    expect(await says(anna, chat, 'Hello.')).toMatchObject({
      id: expect.stringMatching(/^msg_/),
      sequence: 1,
      kind: 'TEXT',
      body: 'Hello.',
      author: { id: anna.id },
    })
    expect(await says(ben, chat, 'Hello, Anna.')).toMatchObject({ sequence: 2, author: { id: ben.id } })
    const events = await eventsOf(chat)
    expect(events.map(({ type, message }) => [type, message?.sequence])).toEqual([
      ['chat.message', 1],
      ['chat.message', 2],
    ])
    expect(events[0]).toMatchObject({ kind: 'CHAT', actorId: anna.uuid, taskId: task.uuid })
    expect(new Set(events[0]?.recipientIds)).toEqual(new Set([anna.uuid, ben.uuid]))
    expect(events[0]?.occurredAt).toEqual(events[0]?.message?.sentAt)
  })

  test('is in the feeds of both participants', async () => {
    await says(anna, chat, 'Hello.')
    const EVENTS = `{ events { nodes { type actor { ... on User { id } } ... on ChatEvent { chat { id } message { body } } } } }`
    for (const reader of [anna, ben]) {
      const { events } = await ask<{ events: { nodes: unknown[] } }>(reader, EVENTS)
      expect(events.nodes).toEqual([
        { type: 'chat.message', actor: { id: anna.id }, chat: { id: chat.id }, message: { body: 'Hello.' } },
      ])
    }
  })

  test('is written once per idempotency key, and a replay reads its current state', async () => {
    const idempotencyKey = randomUUID()
    const first = await sends(anna, { idempotencyKey })
    const again = await sends(anna, { idempotencyKey })
    expect(first).toMatchObject({ __typename: 'MessagePayload', replayed: false, sentMessage: { sequence: 1 } })
    expect(again).toEqual({ ...first, replayed: true })
    await expectRefused(anna, { idempotencyKey, body: 'Something else.' }, { code: 'IDEMPOTENCY_KEY_REUSED' })
    expect(await sends(ben, { idempotencyKey })).toMatchObject({ replayed: false, sentMessage: { sequence: 2 } })
  })

  test('keeps line breaks and tabs, and is trimmed', async () => {
    expect(await says(anna, chat, '  one\n\ttwo\r\nthree ✓ \n')).toMatchObject({ body: 'one\n\ttwo\r\nthree ✓' })
    expect(await says(anna, chat, 'x'.repeat(4_000))).toMatchObject({ body: 'x'.repeat(4_000) })
  })

  test('has the uploaded attachments, in the order of the sender', async () => {
    const files = [await uploadedRow(app, anna), await uploadedRow(app, anna)]
    const attachmentIds = files.map(({ id }) => id).reverse()
    const sent = await says(anna, chat, 'Look.', { attachmentIds })
    const READ = `query ($id: ID!) { node(id: $id) { ... on Message { attachments { id } } } }`
    const { node } = await ask<{ node: { attachments: { id: string }[] } }>(ben, READ, { id: sent.id })
    expect(node.attachments.map(({ id }) => id)).toEqual(attachmentIds)
  })

  test('takes one autocommitted statement if it is valid', async () => {
    await sends(anna, {})
    const queries = vi.spyOn(pg.Client.prototype, 'query')
    await anna.send('mutation ($id: ID!) { sendMessage(input: { chatId: $id, body: "Hi." }) { __typename } }', {
      id: chat.id,
    })
    const names = queries.mock.calls.map(([statement]) => nameOf(statement))
    queries.mockRestore()
    expect(names.filter((name) => OF_MESSAGES.includes(name))).toEqual(['insertMessage'])
  })

  test('is sent despite unseen messages if lastSeenSequence is absent', async () => {
    await says(ben, chat, 'One.')
    expect(await says(anna, chat, 'Two.')).toMatchObject({ sequence: 2 })
  })
})

describe('a sender with lastSeenSequence', () => {
  test('is refused with the later messages of others and of the system, without their own', async () => {
    await says(ben, chat, 'One.')
    await says(anna, chat, 'Two.')
    await says(ben, chat, 'Three.')
    await messageRow(app, { chat, body: 'Four.' })
    await expectRefused(
      anna,
      { lastSeenSequence: 1 },
      {
        __typename: 'StaleChatError',
        code: 'STALE_CHAT',
        retryable: false,
        missed: [
          expect.objectContaining({ sequence: 3, body: 'Three.', author: expect.objectContaining({ id: ben.id }) }),
          expect.objectContaining({ sequence: 4, body: 'Four.', kind: 'SYSTEM', author: null }),
        ],
      },
    )
    expect(await says(anna, chat, 'Five.', { lastSeenSequence: 4 })).toMatchObject({ sequence: 5 })
  })

  test('is not refused because of their own messages or a sequence after the end', async () => {
    await says(anna, chat, 'One.', { lastSeenSequence: 0 })
    expect(await says(anna, chat, 'Two.', { lastSeenSequence: 0 })).toMatchObject({ sequence: 2 })
    expect(await says(anna, chat, 'Three.', { lastSeenSequence: 99 })).toMatchObject({ sequence: 3 })
  })

  test('gets the first hundred missed messages at most', async () => {
    for (let number = 1; number <= 102; number++) await messageRow(app, { chat, author: ben, body: `${number}` })
    const outcome = await sends(anna, { lastSeenSequence: 0 })
    const missed = outcome.missed as { sequence: number }[]
    expect(missed.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 100 }, (_, index) => index + 1))
  })
})

describe('a message is refused, and nothing is stored,', () => {
  test('if its input is invalid', async () => {
    const bad = ['', ' \n\t ', 'x'.repeat(4_001), 'bell\u0007', 'null\u0000', '\ud800', '\u009b31m']
    for (const body of bad) {
      await expectRefused(anna, { body }, { code: 'VALIDATION_FAILED', fields: [{ path: ['input', 'body'] }] })
    }
    await expectRefused(
      anna,
      { body: '', lastSeenSequence: -1, attachmentIds: Array.from({ length: 11 }, () => 'att_1') },
      {
        fields: [
          { path: ['input', 'body'] },
          { path: ['input', 'attachmentIds'] },
          { path: ['input', 'lastSeenSequence'] },
        ],
      },
    )
  })

  test('if its chat id is unknown, malformed, of another type, or of a chat of others', async () => {
    const { chat: foreign } = await pairInChat(app)
    const unknown = `tch_${'0'.repeat(26)}`
    for (const chatId of [foreign.id, unknown, '', 'nonsense', task.id, anna.id, chat.id.replace('tch_', 'sch_')]) {
      await expectRefused(anna, { chatId }, { __typename: 'NotFoundError', id: chatId })
    }
  })

  test('if the sender may only read the chat, or is a former tasker of the task', async () => {
    const admin = await person(app, 'Ada', 'ADMIN')
    await expectRefused(admin, {}, { code: 'FORBIDDEN' })
    const cleo = await person(app, 'Cleo')
    await chatRow(app, { task, poster: anna, tasker: cleo, ended: true })
    await expectRefused(cleo, {}, { code: 'NOT_FOUND' })
    const party = await person(app, 'Alex', 'ADMIN')
    await chatRow(app, { task, poster: anna, tasker: party, ended: true })
    await expectRefused(party, {}, { code: 'NOT_FOUND' })
  })

  test('if the chat has ended, with the time of its end', async () => {
    const cleo = await person(app, 'Cleo')
    const ended = await chatRow(app, { task, poster: anna, tasker: cleo, ended: true })
    const { endedAt } = await app.prisma.chat.findUniqueOrThrow({ where: { id: ended.uuid } })
    for (const someone of [anna, cleo]) {
      await expectRefused(
        someone,
        { chatId: ended.id },
        { __typename: 'ChatEndedError', code: 'CHAT_ENDED', endedAt: endedAt?.toISOString() },
      )
    }
  })

  test('if an attachment is another user’s, already attached, unknown, repeated or of another purpose', async () => {
    const mine = await uploadedRow(app, anna)
    const used = await uploadedRow(app, anna)
    await says(anna, chat, 'Look.', { attachmentIds: [used.id] })
    const others = await uploadedRow(app, ben)
    for (const id of [others.id, used.id, `att_${'0'.repeat(26)}`, chat.id, 'nonsense']) {
      await expectRefused(anna, { attachmentIds: [mine.id, id] }, { __typename: 'NotFoundError', id })
    }
    const avatar = await uploadedRow(app, anna, 'AVATAR')
    await expectRefused(anna, { attachmentIds: [mine.id, avatar.id] }, { code: 'VALIDATION_FAILED' })
    await says(anna, chat, 'Look again.', { attachmentIds: [mine.id] })
  })

  test('with the first of several refusals, in their order of precedence', async () => {
    const cleo = await person(app, 'Cleo')
    const ended = await chatRow(app, { task, poster: anna, tasker: cleo, ended: true })
    await messageRow(app, { chat: ended, author: cleo, body: 'One.' })
    const idempotencyKey = randomUUID()
    await sends(anna, { idempotencyKey })
    const all = { chatId: 'nonsense', attachmentIds: ['nonsense'], lastSeenSequence: 0, idempotencyKey }
    await expectRefused(anna, { ...all, body: '' }, { code: 'VALIDATION_FAILED' })
    await expectRefused(anna, all, { code: 'IDEMPOTENCY_KEY_REUSED' })
    const keyless = { ...all, idempotencyKey: randomUUID() }
    await expectRefused(anna, keyless, { __typename: 'NotFoundError' })
    await expectRefused(anna, { ...keyless, chatId: ended.id }, { __typename: 'NotFoundError', id: 'nonsense' })
    await expectRefused(anna, { ...keyless, chatId: ended.id, attachmentIds: [] }, { code: 'STALE_CHAT' })
    await expectRefused(
      anna,
      { ...keyless, chatId: ended.id, attachmentIds: [], lastSeenSequence: 1 },
      { code: 'CHAT_ENDED' },
    )
  })
})

test('a person can send 30 messages per minute; a replay does not count', async () => {
  const limited = await startApp({ rateLimits: true })
  try {
    const { anna: busy, ben: other, chat: theirs } = await pairInChat(limited)
    const idempotencyKey = randomUUID()
    await says(busy, theirs, 'Hello.', { idempotencyKey })
    for (let number = 2; number <= 30; number++) await says(busy, theirs, `Message ${number}`)
    const message = { chatId: theirs.id, body: 'One too many.' }
    expect(await asksChat(busy, 'sendMessage', message)).toMatchObject({
      __typename: 'RateLimitedError',
      retryable: true,
      retryAfter: expect.stringMatching(/^PT/),
    })
    const replay = { chatId: theirs.id, body: 'Hello.', idempotencyKey }
    expect(await asksChat(busy, 'sendMessage', replay)).toMatchObject({ replayed: true })
    expect(await says(other, theirs, 'I may.')).toMatchObject({ sequence: 31 })
  } finally {
    await limited.stop()
  }
})

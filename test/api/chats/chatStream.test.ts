import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ChatStreamDocument } from '../../../schema/sdk/index.ts'
import { appendMessage } from '../../../src/chats/appendMessage.ts'
import { readClock } from '../../../src/db/clock.ts'
import { withTransaction } from '../../../src/db/transaction.ts'
import { asksChat, everythingInChats, pairInChat, says } from '../../support/chatting.ts'
import { type Person, person } from '../../support/people.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'
import { type SecondServer, secondServer } from '../../support/servers/secondServer.ts'
import { type StreamAnswer, Subscription } from '../../support/servers/streams.ts'
import type { Named } from '../../support/story.ts'
import { chatRow } from '../../support/worlds/rows.ts'

const STREAM = ChatStreamDocument.text

let app: TestApp
let url: string
let anna: Person
let ben: Person
let task: Named
let chat: Named

beforeAll(async () => {
  app = await startApp()
  url = await app.listen()
})
afterAll(async () => {
  await app.stop()
})
beforeEach(async () => {
  ;({ anna, ben, task, chat } = await pairInChat(app))
})

const open = (someone: Person | null, { id }: { id: string }, after?: unknown, at = url) =>
  Subscription.open(at, someone?.accessToken ?? null, STREAM, { id, after })

const types = (someone: Person, typing: boolean) => asksChat(someone, 'setTyping', { chatId: chat.id, typing })

function itemOf(answer: StreamAnswer | undefined): Record<string, unknown> {
  expect(answer?.errors).toBeUndefined()
  const item = answer?.data?.chat
  if (!item) throw new Error('The stream has ended.')
  return item
}

const bodyOf = (item: Record<string, unknown>) => (item.message as { body: string } | null)?.body

describe('the stream of a chat', () => {
  test('delivers its messages to both sides, and none of other chats', async () => {
    const streams = [await open(anna, chat), await open(ben, chat)]
    const other = await chatRow(app, { task, poster: anna, tasker: await person(app, 'Cleo') })
    await says(anna, other, 'Elsewhere.')
    await says(anna, chat, 'Hello.')
    for (const stream of streams) {
      expect(itemOf(await stream.next())).toMatchObject({
        __typename: 'ChatEvent',
        type: 'chat.message',
        cursor: expect.stringMatching(/^ec_\d+$/),
        message: { sequence: 1, body: 'Hello.', author: { id: anna.id } },
      })
      stream.close()
    }
  })

  test('resumes after its last cursor on another server, without gaps or duplicates', async () => {
    const second = await secondServer(app)
    const first = await open(anna, chat)
    for (const body of ['One.', 'Two.', 'Three.']) await says(ben, chat, body)
    itemOf(await first.next())
    const { cursor } = itemOf(await first.next())
    first.close()
    const resumed = await open(anna, chat, cursor, second.url)
    expect(bodyOf(itemOf(await resumed.next()))).toBe('Three.')
    await says(ben, chat, 'Four.')
    expect(bodyOf(itemOf(await resumed.next()))).toBe('Four.')
    resumed.close()
    await second.stop()
  })

  test('reads missed events in pages, from the beginning and from the middle', async () => {
    const count = 450
    const start = itemOf(await firstItem()).cursor
    const numbers = Array.from({ length: count }, (_, index) => String(index + 1))
    await withTransaction(app.database, async (tx) => {
      const at = await readClock(tx)
      for (const body of numbers) await appendMessage(tx, { chatId: chat.uuid, authorId: ben.uuid, body, at })
    })
    const all = await open(anna, chat, start)
    const had: Record<string, unknown>[] = []
    while (had.length < count) had.push(itemOf(await all.next()))
    expect(had.map(bodyOf)).toEqual(numbers)
    const rest = await open(anna, chat, had[299]?.cursor)
    for (const number of numbers.slice(300)) expect(bodyOf(itemOf(await rest.next()))).toBe(number)
    all.close()
    rest.close()
  })

  async function firstItem(): Promise<StreamAnswer | undefined> {
    const stream = await open(anna, chat)
    await says(anna, chat, 'The first.')
    const answer = await stream.next()
    stream.close()
    return answer
  }

  test('is open to everyone who may see the chat', async () => {
    const admin = await person(app, 'Ada', 'ADMIN')
    const stream = await open(admin, chat)
    await says(ben, chat, 'Hello.')
    expect(bodyOf(itemOf(await stream.next()))).toBe('Hello.')
    stream.close()
    const codeFor = async (someone: Person | null, id: string) =>
      (await (await open(someone, { id })).next())?.errors?.[0]?.extensions?.code
    expect(await codeFor(await person(app, 'Cleo'), chat.id)).toBe('NOT_FOUND')
    expect(await codeFor(null, chat.id)).toBe('NOT_FOUND')
    for (const id of [task.id, 'tch_1', '']) expect(await codeFor(anna, id)).toBe('NOT_FOUND')
  })

  test('ends with ResyncRequired for a subscriber who may no longer see the chat', async () => {
    const admin = await person(app, 'Ada', 'ADMIN')
    const stream = await open(admin, chat)
    await says(ben, chat, 'One.')
    expect(bodyOf(itemOf(await stream.next()))).toBe('One.')
    // An administrator who is a tasker of the same task may not read the chat of another tasker.
    await chatRow(app, { task, poster: anna, tasker: admin, ended: true })
    const witness = await open(anna, chat)
    await says(ben, chat, 'Two.')
    expect(bodyOf(itemOf(await witness.next()))).toBe('Two.')
    // Only after the message, because a signal has no position and may overtake it.
    await types(ben, true)
    expect(itemOf(await witness.next())).toMatchObject({ __typename: 'TypingSignal' })
    expect(itemOf(await stream.next())).toMatchObject({ __typename: 'ResyncRequired' })
    expect(await stream.next()).toBeUndefined()
    witness.close()
  })
})

describe('typing', () => {
  test('is delivered to the other side, not to the sender, and not stored', async () => {
    const [annas, bens] = [await open(anna, chat), await open(ben, chat)]
    const before = await everythingInChats(app)
    expect(await types(anna, true)).toEqual({ __typename: 'OkPayload', ok: true })
    expect(itemOf(await bens.next())).toEqual({
      __typename: 'TypingSignal',
      user: { id: anna.id, displayName: 'Anna' },
      typing: true,
      at: expect.any(String),
    })
    expect(await everythingInChats(app)).toEqual(before)
    await types(anna, false)
    expect(itemOf(await bens.next())).toMatchObject({ __typename: 'TypingSignal', typing: false })
    await says(anna, chat, 'Hello.')
    for (const stream of [annas, bens]) {
      expect(bodyOf(itemOf(await stream.next()))).toBe('Hello.')
      stream.close()
    }
  })

  test('has its chat as a field', async () => {
    const query = `subscription ($id: ID!) { chat(id: $id) { ... on TypingSignal { chat { id unreadCount } typing } } }`
    const stream = await Subscription.open(url, ben.accessToken, query, { id: chat.id })
    await types(anna, true)
    expect(itemOf(await stream.next())).toEqual({ chat: { id: chat.id, unreadCount: 0 }, typing: true })
    stream.close()
  })

  test('is not delivered in an ended chat', async () => {
    const stream = await open(ben, chat)
    await app.prisma.chat.update({ where: { id: chat.uuid }, data: { endedAt: new Date() } })
    expect(await types(anna, true)).toMatchObject({ ok: true })
    await app.prisma.chat.update({ where: { id: chat.uuid }, data: { endedAt: null } })
    await says(anna, chat, 'Hello.')
    expect(bodyOf(itemOf(await stream.next()))).toBe('Hello.')
    stream.close()
  })

  test('is refused for non-participants', async () => {
    const types = (someone: Person, chatId: string) => asksChat(someone, 'setTyping', { chatId, typing: true })
    expect(await types(await person(app, 'Cleo'), chat.id)).toMatchObject({ code: 'NOT_FOUND' })
    expect(await types(await person(app, 'Ada', 'ADMIN'), chat.id)).toMatchObject({ code: 'FORBIDDEN' })
    for (const id of ['nonsense', task.id, `tch_${'0'.repeat(26)}`]) {
      expect(await types(anna, id)).toMatchObject({ __typename: 'NotFoundError' })
    }
  })
})

test('streams of a chat on two servers deliver the same messages, sent through both', async () => {
  const second: SecondServer = await secondServer(app)
  const streams = [await open(anna, chat), await open(ben, chat, undefined, second.url)]
  const post = (at: string, someone: Person, body: string) =>
    fetch(`${at}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${someone.accessToken}` },
      body: JSON.stringify({
        query: `mutation ($input: SendMessageInput!) { sendMessage(input: $input) { __typename } }`,
        variables: { input: { chatId: chat.id, body } },
      }),
    })
  const count = 40
  const bodies = Array.from({ length: count }, (_, number) => `${number}`)
  await Promise.all(bodies.map((body, number) => post(number % 2 ? url : second.url, number % 3 ? anna : ben, body)))
  for (const stream of streams) {
    const had: Record<string, unknown>[] = []
    while (had.length < count) had.push(itemOf(await stream.next()))
    expect(had.map(({ message }) => (message as { sequence: number }).sequence)).toEqual(
      Array.from({ length: count }, (_, index) => index + 1),
    )
    expect(had.map(bodyOf).sort()).toEqual([...bodies].sort())
    stream.close()
  }
  await second.stop()
})

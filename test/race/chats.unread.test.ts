import { afterAll, beforeAll, expect, test } from 'vitest'
import { createClient, MarkReadDocument, SendMessageDocument } from '../../schema/sdk/index.ts'
import { appendSystemMessage } from '../../src/chats/appendMessage.ts'
import { readClock } from '../../src/db/clock.ts'
import { withTransaction } from '../../src/db/transaction.ts'
import { ask } from '../support/ask.ts'
import { pairInChat } from '../support/chatting.ts'
import { someone } from '../support/customerService.ts'
import { person } from '../support/people.ts'
import { seededRandom } from '../support/seededRandom.ts'
import { startApp, type TestApp } from '../support/servers/app.ts'
import { runReadingScenario, type ScenarioChat } from '../support/worlds/readingScenario.ts'
import { chatRow, taskRow } from '../support/worlds/rows.ts'

const SEED = 20261126
const OPERATIONS = 300
const AT_ONCE = 60

interface Written {
  author: { displayName: string } | null
}

let app: TestApp
let url: string

beforeAll(async () => {
  app = await startApp()
  url = await app.listen()
})
afterAll(async () => {
  await app.stop()
})

test('after 300 random messages and marks, all unread counts equal a recount', async () => {
  const players = await Promise.all(
    ['Anna', 'Ben', 'Cleo'].map(async (name) => {
      const someone = await person(app, name)
      return { someone, client: createClient({ url: `${url}/graphql`, token: someone.accessToken }) }
    }),
  )
  const chats: ScenarioChat[] = []
  for (const poster of players) {
    for (const tasker of players) {
      if (tasker === poster) continue
      const task = await taskRow(app, { poster: poster.someone, assignee: tasker.someone })
      const chat = await chatRow(app, { task, poster: poster.someone, tasker: tasker.someone })
      const systemSays = (body: string) =>
        withTransaction(app.database, async (tx) =>
          appendSystemMessage(tx, { chatId: chat.uuid, body, at: await readClock(tx) }),
        )
      chats.push({ id: chat.id, participants: [poster, tasker], sendSystemMessage: systemSays })
    }
  }
  const counts = await runReadingScenario({ random: seededRandom(SEED), operations: OPERATIONS, chats })
  expect(counts.sent + counts.marked + counts.checked).toBe(OPERATIONS)
  expect(counts.checked).toBeGreaterThan(10)
})

/** Stored counters of chats that differ from a recount. */
const wrongIn = (chatId: string) => app.database.rows<{ userId: string }>`
  /* testRecount */
  select user_id
  from chat_participants participant
  where chat_id = ${chatId}
    and unread_own <> (
      select count(*)
      from messages
      where chat_id = participant.chat_id
        and author_id = participant.user_id
        and sequence > participant.last_read_sequence
    )`

test('concurrent messages and marks in one chat leave the correct unread counts', async () => {
  const { anna, ben, chat } = await pairInChat(app)
  const random = seededRandom(SEED)
  for (let round = 0; round < 3; round++) {
    const answers = await Promise.all(
      Array.from({ length: AT_ONCE }, (_, number) => {
        const someone = random() < 0.5 ? anna : ben
        const upToSequence = Math.floor(random() * AT_ONCE * (round + 1))
        return random() < 0.6
          ? someone.send(SendMessageDocument.text, { input: { chatId: chat.id, body: `Message ${number}` } })
          : someone.send(MarkReadDocument.text, { input: { chatId: chat.id, upToSequence } })
      }),
    )
    expect(answers.flatMap(({ data }) => Object.values(data ?? {})).map(({ __typename }) => __typename)).toEqual(
      answers.map(() => expect.stringMatching(/^(Message|MarkRead)Payload$/)),
    )
    expect(await wrongIn(chat.uuid)).toEqual([])
    for (const someone of [anna, ben]) {
      const [waits] = await app.database.rows<{ messages: number }>`
        /* testWaits */
        select count(*)::integer as messages
        from messages message
        join chat_participants participant on participant.chat_id = message.chat_id
          and sequence > last_read_sequence
        where message.chat_id = ${chat.uuid}
          and participant.user_id = ${someone.uuid}
          and author_id <> ${someone.uuid}`
      const answer = await someone.send('query ($id: ID!) { chat(id: $id) { unreadCount } }', { id: chat.id })
      expect(answer.data?.chat).toEqual({ unreadCount: waits?.messages })
    }
  }
})

test('an agent who gets a chat again does not count their own earlier messages as unread', async () => {
  const [cora, gil, gus] = [
    await someone(app, 'Cora'),
    await someone(app, 'Gil', 'AGENT'),
    await someone(app, 'Gus', 'AGENT'),
  ]
  const chat = await cora.seeksHelp()
  await gil.is('BUSY')
  await gus.is('BUSY')
  await gil.claims()
  for (const body of ['Hello.', 'What is it?']) await gil.writes(chat, body)
  await cora.writes(chat, 'My fence.')
  await gil.does('assignChat', { chatId: chat.id, agentId: gus.agentId })
  await gus.writes(chat, 'Which one?')
  await gus.does('assignChat', { chatId: chat.id, agentId: gil.agentId })
  const { chat: seen } = await ask<{ chat: { unreadCount: number; messages: { nodes: Written[] } } }>(
    gil,
    'query ($id: ID!) { chat(id: $id) { unreadCount messages { nodes { author { displayName } } } } }',
    { id: chat.id },
  )
  const byOthers = seen.messages.nodes.filter(({ author }) => author?.displayName !== 'Gil')
  expect([seen.unreadCount, seen.messages.nodes.length]).toEqual([byOthers.length, byOthers.length + 2])
  expect(await wrongIn(chat.uuid)).toEqual([])
})

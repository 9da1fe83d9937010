import { afterAll, beforeAll, expect, test } from 'vitest'
import { createClient } from '../../schema/sdk/index.ts'
import { appendSystemMessage } from '../../src/chats/appendMessage.ts'
import { readClock } from '../../src/db/clock.ts'
import { withTransaction } from '../../src/db/transaction.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { person } from '../support/people.ts'
import { type PlayedChat, playReading } from '../support/readingPlay.ts'
import { chatRow, taskRow } from '../support/rows.ts'
import { seededRandom } from '../support/seededRandom.ts'

const SEED = 20261126
const OPERATIONS = 300

let app: TestApp
let url: string

beforeAll(async () => {
  app = await startApp()
  url = await app.listen()
})
afterAll(async () => {
  await app.stop()
})

test('after 300 random messages and marks what waits is what a recount finds, for everybody in every chat', async () => {
  const players = await Promise.all(
    ['Anna', 'Ben', 'Cleo'].map(async (name) => {
      const someone = await person(app, name)
      return { someone, client: createClient({ url: `${url}/graphql`, token: someone.accessToken }) }
    }),
  )
  const chats: PlayedChat[] = []
  for (const poster of players) {
    for (const tasker of players) {
      if (tasker === poster) continue
      const task = await taskRow(app, { poster: poster.someone, assignee: tasker.someone })
      const chat = await chatRow(app, { task, poster: poster.someone, tasker: tasker.someone })
      const systemSays = (body: string) =>
        withTransaction(app.database, async (tx) =>
          appendSystemMessage(tx, { chatId: chat.uuid, body, at: await readClock(tx) }),
        )
      chats.push({ id: chat.id, players: [poster, tasker], systemSays })
    }
  }
  const counts = await playReading({ random: seededRandom(SEED), operations: OPERATIONS, chats })
  expect(counts.sent + counts.marked + counts.checked).toBe(OPERATIONS)
  expect(counts.checked).toBeGreaterThan(10)
})

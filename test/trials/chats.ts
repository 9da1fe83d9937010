/**
 * 10,000 random messages and reading marks of four people in six chats, one after the other, through the SDK. In every order
 * the unread counts equal a recount.
 */
import { createClient } from '../../schema/sdk/index.ts'
import { appendSystemMessage } from '../../src/chats/appendMessage.ts'
import { readClock } from '../../src/db/clock.ts'
import { withTransaction } from '../../src/db/transaction.ts'
import { openChat } from '../support/openChat.ts'
import { fromPublicId } from '../support/publicIds.ts'
import { seededRandom } from '../support/seededRandom.ts'
import { runReadingScenario, type ScenarioChat } from '../support/worlds/readingScenario.ts'
import { prepareGround } from './ground.ts'

const OPERATIONS = 10_000
const PEOPLE = 4

/** Plays `seeds` rounds (1 when absent) from seed `from`; fails at the first count that is wrong. */
export async function chats({ from, seeds = 1 }: { from: number; seeds?: number }): Promise<void> {
  const ground = await prepareGround({ worker: 'inline' })
  try {
    await ground.start()
    for (let seed = from; seed < from + seeds; seed++) {
      const people = await Promise.all(
        Array.from({ length: PEOPLE }, async (_, index) => {
          const { accessToken } = await ground.signIn(`Person${index}`)
          return { client: createClient({ url: `${ground.url}/graphql`, token: accessToken }) }
        }),
      )
      const played: ScenarioChat[] = []
      for (const [index, poster] of people.entries()) {
        for (const tasker of people.slice(index + 1)) {
          const id = await openChat(poster.client, tasker.client)
          played.push({
            id,
            participants: [poster, tasker],
            sendSystemMessage: (body) => systemSays(ground.database, id, body),
          })
        }
      }
      const counts = await runReadingScenario({ random: seededRandom(seed), operations: OPERATIONS, chats: played })
      console.log(
        `seed ${seed}: ${counts.sent} messages, ${counts.marked} marks; ${counts.checked + PEOPLE} recounts agreed.`,
      )
    }
  } finally {
    await ground.end()
  }
}

function systemSays(database: Parameters<typeof withTransaction>[0], id: string, body: string): Promise<string> {
  const chatId = fromPublicId('tch', id) ?? ''
  return withTransaction(database, async (tx) => appendSystemMessage(tx, { chatId, body, at: await readClock(tx) }))
}

/**
 * What agents lose without anybody's act in customer service, found within a second. It is due at once, and not at a time of ours:
 * a session ends in real time, and an agent becomes a party to a task by an act that knows nothing of chats.
 */
import { mayServe } from '../../chats/mayServe.ts'
import { readClock } from '../../db/clock.ts'
import type { Statements } from '../../db/statements.ts'
import { type Tx, withTransaction } from '../../db/transaction.ts'
import type { Timer } from '../../jobs/timer.ts'
import { readLostAgents } from '../agents/agents.sql.ts'
import { releaseAgentIfLost } from '../agents/releaseAgent.ts'
import { lockSupportChatUnlessHeld, readOwnMatters } from '../supportChats.sql.ts'
import { returnChats } from './returnChats.ts'

interface Loss {
  name: string
  find(database: Statements, limit: number): Promise<{ id: string }[]>
  /** Says whether it was still so. */
  take(tx: Tx, id: string): Promise<boolean>
}

const toTimer = ({ name, find, take }: Loss): Timer => ({
  name,
  nextDue: async (database) => ((await find(database, 1)).length > 0 ? readClock(database) : null),
  runDue: async ({ database, log }, limit) => {
    let count = 0
    for (const { id } of await find(database, limit)) {
      try {
        if (await withTransaction(database, (tx) => take(tx, id))) count++
      } catch (error) {
        // One that cannot be taken must not keep the others.
        log.error({ err: error, timer: name, id }, 'what an agent has lost could not be taken from them')
      }
    }
    return count
  },
})

async function takeOwnMatter(tx: Tx, chatId: string): Promise<boolean> {
  const chat = await lockSupportChatUnlessHeld(tx, { chatId })
  if (!chat?.agentId || chat.status !== 'ASSIGNED') return false
  if (await mayServe(tx, { chat, personId: chat.agentId })) return false
  const explanation = 'The agent cannot answer in this matter.'
  await returnChats(tx, { chats: [chat], formerAgentId: null, actorId: null, explanation, at: chat.now })
  return true
}

/** Agents who cannot serve any more, and chats about what has become a matter of their agent's own. */
export const lossTimers: readonly Timer[] = [
  toTimer({
    name: 'lostAgents',
    find: (database, limit) => readLostAgents(database, { agentId: null, limit }),
    take: (tx, userId) => releaseAgentIfLost(tx, { userId, actorId: null }),
  }),
  toTimer({
    name: 'ownMatters',
    find: (database, limit) => readOwnMatters(database, { limit }),
    take: takeOwnMatter,
  }),
]

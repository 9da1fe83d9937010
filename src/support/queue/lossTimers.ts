/**
 * Timers that take chats from agents who may no longer serve them, within a second. They are due immediately and have no due time,
 * because a session ends in real time, and an agent becomes a party to a task through a rule that does not know about chats.
 */
import { mayServe } from '../../chats/mayServe.ts'
import { readClock } from '../../db/clock.ts'
import type { Statements } from '../../db/statements.ts'
import type { Tx } from '../../db/transaction.ts'
import { runEach } from '../../jobs/runEach.ts'
import type { Timer } from '../../jobs/timer.ts'
import { readLostAgents } from '../agents/agents.sql.ts'
import { releaseAgentIfLost } from '../agents/releaseAgent.ts'
import { lockSupportChatUnlessHeld, readOwnMatters } from '../supportChats.sql.ts'
import { returnChats } from './returnChats.ts'

interface Loss {
  name: string
  find(database: Statements, limit: number): Promise<{ id: string }[]>
  /** Checks again under a lock; returns true if the loss was still due. */
  handle(tx: Tx, id: string): Promise<boolean>
}

const toTimer = ({ name, find, handle }: Loss): Timer => ({
  name,
  nextDue: async (database) => ((await find(database, 1)).length > 0 ? readClock(database) : null),
  runDue: async (work, limit) => {
    const rows = await find(work.database, limit)
    return runEach(work, { timer: name, name: 'id', rows }, (tx, { id }) => handle(tx, id))
  },
})

async function returnOwnMatter(tx: Tx, chatId: string): Promise<boolean> {
  const chat = await lockSupportChatUnlessHeld(tx, { chatId })
  if (!chat?.agentId || chat.status !== 'ASSIGNED') return false
  if (await mayServe(tx, { chat, personId: chat.agentId })) return false
  const explanation = 'The agent cannot help with this topic.'
  await returnChats(tx, { chats: [chat], formerAgentId: null, actorId: null, explanation, at: chat.now })
  return true
}

/** Agents who can no longer serve, and chats in which their agent has acquired a conflict of interest. */
export const lossTimers: readonly Timer[] = [
  toTimer({
    name: 'lostAgents',
    find: (database, limit) => readLostAgents(database, { agentId: null, limit }),
    handle: (tx, userId) => releaseAgentIfLost(tx, { userId, actorId: null }),
  }),
  toTimer({
    name: 'ownMatters',
    find: (database, limit) => readOwnMatters(database, { limit }),
    handle: returnOwnMatter,
  }),
]

import { readClock } from '../../db/clock.ts'
import type { Tx } from '../../db/transaction.ts'
import { returnChats } from '../queue/returnChats.ts'
import { lockChatsOfAgent } from '../supportChats.sql.ts'
import { lockAgents, readLostAgents, setOffline } from './agents.sql.ts'

/**
 * Takes an agent out of customer service who cannot serve any more, because they lost the role, the account or their last
 * session: they are OFFLINE, and their chats go back to the front of the queue. Says whether there was anything to take.
 * Whatever takes one of these things from a person calls it in the same transaction, after its own change.
 */
export async function releaseAgentIfLost(
  tx: Tx,
  { userId, actorId }: { userId: string; actorId: string | null },
): Promise<boolean> {
  // A look without a lock, and mostly the end of it: few people are agents. What it misses, because somebody ends another session
  // or takes a chat in this moment, the sweep finds within a second.
  const [lost] = await readLostAgents(tx, { agentId: userId, limit: 1 })
  if (!lost) return false
  // The chats before their agent, in the order in which everybody else locks them, and once more after it: until then the agent
  // could still get some.
  await lockChatsOfAgent(tx, { agentId: userId })
  const [agent] = await lockAgents(tx, { agentIds: [userId] })
  if (!agent || (agent.mayWork && agent.isSignedIn)) return false
  await setOffline(tx, { agentId: userId })
  const chats = await lockChatsOfAgent(tx, { agentId: userId })
  if (chats.length === 0) return true
  await returnChats(tx, {
    chats,
    formerAgentId: agent.mayWork ? userId : null,
    actorId,
    explanation: 'The agent has left.',
    at: await readClock(tx),
  })
  return true
}

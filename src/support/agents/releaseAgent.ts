import { readClock } from '../../db/clock.ts'
import type { Tx } from '../../db/transaction.ts'
import { returnChats } from '../queue/returnChats.ts'
import { lockChatsOfAgent } from '../supportChats.sql.ts'
import { lockAgents, readLostAgents, setOffline } from './agents.sql.ts'

/**
 * Sets an agent OFFLINE who can no longer serve, because they lost the role, the account or their last session, and returns their
 * chats to the front of the queue. Returns true if there was anything to do. A rule that removes one of these from a person calls
 * it in the same transaction, after its own change.
 */
export async function releaseAgentIfLost(
  tx: Tx,
  { userId, actorId }: { userId: string; actorId: string | null },
): Promise<boolean> {
  // An unlocked check first, because few people are agents. If it misses a concurrent change, such as the end of another session or
  // a new chat, the sweep finds the agent within a second.
  const [lost] = await readLostAgents(tx, { agentId: userId, limit: 1 })
  if (!lost) return false
  // Lock order (src/README.md#lock-order): the chats before their agent. Then the chats again, because the agent could get one until locked.
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

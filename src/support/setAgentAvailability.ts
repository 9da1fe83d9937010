import type { AgentAvailability } from '../db/generated/enums.ts'
import type { Tx } from '../db/transaction.ts'
import type { Caller } from '../domain/caller.ts'
import { saveAgent } from './agents.sql.ts'
import { giveWaitingChats } from './giveToAgent.ts'
import { lockAgentAtWork } from './lockAgent.ts'

/**
 * An agent says whether they work and how many chats they take at once. Whoever is ONLINE gets those who wait, up to that many;
 * whoever stops keeps the chats that they have. Refuses with ForbiddenError one who is no agent any more.
 */
export async function setAgentAvailability(
  tx: Tx,
  { caller, availability, capacity }: { caller: Caller; availability: AgentAvailability; capacity: number | undefined },
): Promise<{ agentId: string }> {
  const agentId = caller.id
  await lockAgentAtWork(tx, { agentId })
  const agent = await saveAgent(tx, { agentId, availability, capacity })
  if (!agent) throw new Error('The agent was neither inserted nor updated.')
  await giveWaitingChats(tx, { agentId, limit: Math.max(0, agent.capacity - agent.activeChats) })
  return { agentId }
}

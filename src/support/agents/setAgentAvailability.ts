import type { AgentAvailability } from '../../db/generated/enums.ts'
import type { Tx } from '../../db/transaction.ts'
import type { Caller } from '../../domain/caller.ts'
import { UnauthenticatedError } from '../../domain/errors.ts'
import { noAgentAnyMore } from '../errors.ts'
import { giveWaitingChats } from '../queue/giveToAgent.ts'
import { lockOwnStanding, saveAgent } from './agents.sql.ts'

/**
 * An agent says whether they work and how many chats they take at once. One who is ONLINE gets those who wait, up to that many;
 * one who stops keeps the chats that they have. Refuses with UnauthenticatedError when the session has ended since the request
 * was admitted, and with ForbiddenError one who is no agent any more.
 */
export async function setAgentAvailability(
  tx: Tx,
  { caller, availability, capacity }: { caller: Caller; availability: AgentAvailability; capacity: number | undefined },
): Promise<{ agentId: string }> {
  const agentId = caller.id
  const standing = await lockOwnStanding(tx, { sessionId: caller.sessionId })
  if (!standing) throw new UnauthenticatedError()
  if (!standing.mayWork) throw noAgentAnyMore()
  const agent = await saveAgent(tx, { agentId, availability, capacity })
  if (!agent) throw new Error('The agent was neither inserted nor updated.')
  await giveWaitingChats(tx, { agentId, limit: Math.max(0, agent.capacity - agent.activeChats) })
  return { agentId }
}

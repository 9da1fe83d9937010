import { recordAudit } from '../../audit/audit.ts'
import type { AgentAvailability } from '../../db/generated/enums.ts'
import type { Tx } from '../../db/transaction.ts'
import type { Caller } from '../../domain/caller.ts'
import { UnauthenticatedError } from '../../domain/errors.ts'
import { noLongerAgent } from '../errors.ts'
import { giveWaitingChats } from '../queue/giveToAgent.ts'
import { lockOwnStanding, saveAgent } from './agents.sql.ts'

/**
 * Sets an agent's availability and capacity. An agent who is ONLINE gets waiting chats up to their capacity; one who becomes BUSY
 * or OFFLINE keeps their chats. Refuses with UnauthenticatedError if the session has ended since the request was admitted, and
 * with ForbiddenError a former agent.
 */
export async function setAgentAvailability(
  tx: Tx,
  act: { caller: Caller; availability: AgentAvailability; capacity: number | undefined; requestId?: string },
): Promise<{ agentId: string }> {
  const { caller, availability, capacity, requestId } = act
  const agentId = caller.id
  const standing = await lockOwnStanding(tx, { sessionId: caller.sessionId })
  if (!standing) throw new UnauthenticatedError()
  if (!standing.mayWork) throw noLongerAgent()
  const agent = await saveAgent(tx, { agentId, availability, capacity })
  if (!agent) throw new Error('The agent was neither inserted nor updated.')
  await giveWaitingChats(tx, { agentId, limit: Math.max(0, agent.capacity - agent.activeChats) })
  const subject = { prefix: 'agt', id: agentId } as const
  const action = `agent.${availability.toLowerCase()}` as const
  await recordAudit(tx, { actorId: agentId, action, subject, requestId })
  return { agentId }
}

/** Locks an agent for a rule. */
import type { Tx } from '../../db/transaction.ts'
import { AgentAtCapacityError, agentOffline, noLongerAgent } from '../errors.ts'
import { type LockedAgent, lockAgents } from './agents.sql.ts'

/** Locks the acting agent. Refuses with ForbiddenError a former agent, and with IllegalTransitionError one who is OFFLINE. */
export async function lockAgentAtWork(
  tx: Tx,
  { agentId, action }: { agentId: string; action: string },
): Promise<LockedAgent> {
  const [agent] = await lockAgents(tx, { agentIds: [agentId] })
  if (agent && !agent.mayWork) throw noLongerAgent()
  if (!agent || isOffline(agent)) throw agentOffline(action)
  return agent
}

/** True if the agent is OFFLINE, or their last session has ended. */
export const isOffline = ({ availability, isSignedIn }: LockedAgent): boolean =>
  availability === 'OFFLINE' || !isSignedIn

/** Refuses another chat for an agent whose capacity is used up. */
export function refuseAtCapacity({ activeChats, capacity }: LockedAgent): void {
  if (activeChats >= capacity) throw new AgentAtCapacityError(capacity)
}

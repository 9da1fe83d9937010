/** How a rule gets hold of an agent. */
import type { Tx } from '../../db/transaction.ts'
import { AgentAtCapacityError, agentOffline, noAgentAnyMore } from '../errors.ts'
import { type LockedAgent, lockAgents } from './agents.sql.ts'

/** Locks an agent who acts. Refuses one who is no agent any more, and one who is OFFLINE or has never said that they work. */
export async function lockAgentAtWork(
  tx: Tx,
  { agentId, action }: { agentId: string; action: string },
): Promise<LockedAgent> {
  const [agent] = await lockAgents(tx, { agentIds: [agentId] })
  if (agent && !agent.mayWork) throw noAgentAnyMore()
  if (!agent || isOffline(agent)) throw agentOffline(action)
  return agent
}

/** An agent whose last session has ended counts as OFFLINE, whatever they said before. */
export const isOffline = ({ availability, isSignedIn }: LockedAgent): boolean =>
  availability === 'OFFLINE' || !isSignedIn

/** Refuses one more chat for an agent who has as many as they take. */
export function refuseAtCapacity({ activeChats, capacity }: LockedAgent): void {
  if (activeChats >= capacity) throw new AgentAtCapacityError(capacity)
}

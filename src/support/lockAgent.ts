/** How a rule gets hold of an agent. */
import type { Tx } from '../db/transaction.ts'
import { ForbiddenError } from '../domain/errors.ts'
import { type LockedAgent, lockAgents } from './agents.sql.ts'
import { AgentAtCapacityError } from './errors.ts'

/** Locks an agent who acts; undefined before they have ever said that they work. Refuses one who is no agent any more. */
export async function lockAgentAtWork(tx: Tx, { agentId }: { agentId: string }): Promise<LockedAgent | undefined> {
  const [agent] = await lockAgents(tx, { agentIds: [agentId] })
  if (agent && !agent.mayWork)
    throw new ForbiddenError('You are no agent any more. An administrator can give you the role again.')
  return agent
}

/** Refuses one more chat for an agent who has as many as they take. */
export function refuseAtCapacity({ activeChats, capacity }: LockedAgent): void {
  if (activeChats >= capacity) throw new AgentAtCapacityError(capacity)
}

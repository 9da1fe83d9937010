import type { Tx } from '../../db/transaction.ts'
import type { Caller } from '../../domain/caller.ts'
import { lockAgentAtWork, refuseAtCapacity } from '../agents/lockAgent.ts'
import { QueueEmptyError } from '../errors.ts'
import { giveToAgent } from './giveToAgent.ts'
import { lockNextChat } from './queue.sql.ts'

/**
 * An agent takes the chat whose turn it is; of any number who claim at once each gets another one.
 * Refuses with ForbiddenError, IllegalTransitionError, AgentAtCapacityError and QueueEmptyError, in this order.
 */
export async function claimNextChat(tx: Tx, { caller }: { caller: Caller }): Promise<{ chatId: string }> {
  // The agent first: one who claims twice at once is counted one claim after the other. Chats are never waited for.
  const agent = await lockAgentAtWork(tx, { agentId: caller.id, action: 'claimNextChat' })
  refuseAtCapacity(agent)
  const next = await lockNextChat(tx, { agentId: caller.id })
  if (!next) throw new QueueEmptyError()
  await giveToAgent(tx, { chat: next, agentId: caller.id, at: next.now, actorId: caller.id })
  return { chatId: next.id }
}

import { recordAudit } from '../../audit/audit.ts'
import type { Tx } from '../../db/transaction.ts'
import type { Caller } from '../../domain/caller.ts'
import { lockAgentAtWork, refuseAtCapacity } from '../agents/lockAgent.ts'
import { QueueEmptyError } from '../errors.ts'
import { giveToAgent } from './giveToAgent.ts'
import { lockNextChat } from './queue.sql.ts'

/**
 * Assigns the next chat of the queue to the caller; concurrent claims get different chats.
 * Refuses with ForbiddenError, IllegalTransitionError, AgentAtCapacityError and QueueEmptyError, in this order.
 */
export async function claimNextChat(
  tx: Tx,
  { caller, requestId }: { caller: Caller; requestId?: string },
): Promise<{ chatId: string }> {
  // Locks the agent first, which serializes two concurrent claims of one agent. A locked chat is skipped, never waited for.
  const agent = await lockAgentAtWork(tx, { agentId: caller.id, action: 'claimNextChat' })
  refuseAtCapacity(agent)
  const next = await lockNextChat(tx, { agentId: caller.id })
  if (!next) throw new QueueEmptyError()
  await giveToAgent(tx, { chat: next, agentId: caller.id, at: next.now, actorId: caller.id })
  const subject = { prefix: 'sch', id: next.id } as const
  await recordAudit(tx, { at: next.now, actorId: caller.id, action: 'support_chat.claimed', subject, requestId })
  return { chatId: next.id }
}

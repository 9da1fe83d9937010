import { recordAudit } from '../../audit/audit.ts'
import { ChatEndedError } from '../../chats/errors.ts'
import { mayServe } from '../../chats/mayServe.ts'
import { newId } from '../../db/ids.ts'
import type { Tx } from '../../db/transaction.ts'
import type { Caller } from '../../domain/caller.ts'
import { ForbiddenError, IllegalTransitionError, NotFoundError } from '../../domain/errors.ts'
import { type LockedAgent, lockAgents } from '../agents/agents.sql.ts'
import { isOffline, refuseAtCapacity } from '../agents/lockAgent.ts'
import { agentOffline, notTheAgent } from '../errors.ts'
import { lockSupportChat } from '../lockSupportChat.ts'
import { insertNote, type LockedSupportChat } from '../supportChats.sql.ts'
import { giveToAgent, giveWaitingChats } from './giveToAgent.ts'

/**
 * Assigns a chat to an agent: an agent hands over their own chat, an administrator any open chat. The note is for the new agent.
 * Refuses, in this order: NotFoundError for the chat, ForbiddenError, NotFoundError for the agent, ForbiddenError for an agent
 * with a conflict of interest, ChatEndedError, IllegalTransitionError for an agent who already has it or is OFFLINE,
 * AgentAtCapacityError.
 */
export async function assignChat(
  tx: Tx,
  act: { chatId: string; agentId: string; note: string | undefined; caller: Caller; requestId?: string },
): Promise<{ chatId: string }> {
  const { chatId, agentId, note, caller, requestId } = act
  const { chat, role } = await lockSupportChat(tx, { chatId, caller })
  if (role !== 'agent' && role !== 'administrator') throw notTheAgent()
  const agent = await lockNewAgent(tx, { chat, agentId })
  if (chat.endedAt) throw new ChatEndedError(chat.endedAt)
  if (chat.agentId === agentId) {
    throw new IllegalTransitionError({
      from: 'ASSIGNED',
      action: 'assignChat',
      allowed: ['endChat'],
      message: 'This agent already has the chat. Name another agent, or end the chat.',
    })
  }
  if (isOffline(agent)) throw agentOffline('assignChat')
  refuseAtCapacity(agent)
  await giveToAgent(tx, { chat, agentId, at: chat.now, actorId: caller.id })
  if (note) await insertNote(tx, { id: newId(), chatId, authorId: caller.id, body: note, at: chat.now })
  const subject = { prefix: 'sch', id: chatId } as const
  await recordAudit(tx, { at: chat.now, actorId: caller.id, action: 'support_chat.assigned', subject, requestId })
  if (chat.agentId) await giveWaitingChats(tx, { agentId: chat.agentId, limit: 1 })
  return { chatId }
}

/** Locks both agents in one statement, in the order of ids, so that two agents who hand chats to each other do not deadlock. */
async function lockNewAgent(
  tx: Tx,
  { chat, agentId }: { chat: LockedSupportChat; agentId: string },
): Promise<LockedAgent> {
  const agents = await lockAgents(tx, { agentIds: [agentId, ...(chat.agentId ? [chat.agentId] : [])] })
  const agent = agents.find(({ id }) => id === agentId)
  if (!agent?.mayWork) throw NotFoundError.of('agt', agentId)
  if (!(await mayServe(tx, { chat, personId: agentId }))) {
    throw new ForbiddenError('This agent has a conflict of interest in this chat. Name another agent.')
  }
  return agent
}

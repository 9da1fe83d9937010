/** Assigns chats to agents, for claims, hand-overs and automatic assignment. */
import type { Tx } from '../../db/transaction.ts'
import { recordChatEvent } from '../../events/recordEvent.ts'
import { setAssigned } from '../supportChats.sql.ts'
import { lockFreeAgent, lockNextChat } from './queue.sql.ts'

/** Assigns a locked chat to a locked agent with free capacity. */
export async function giveToAgent(
  tx: Tx,
  {
    chat,
    agentId,
    at,
    actorId,
  }: {
    chat: { id: string; customerId: string; agentId: string | null }
    agentId: string
    at: Date
    actorId: string | null
  },
): Promise<void> {
  await setAssigned(tx, { chatId: chat.id, agentId, at })
  await recordChatEvent(tx, {
    type: 'chat.assigned',
    chatId: chat.id,
    taskId: null,
    at,
    actorId,
    recipientIds: [chat.customerId, agentId, chat.agentId],
  })
}

/**
 * Assigns the next chats of the queue to agents who are ONLINE with free capacity, at most `limit` of them; returns how many. With
 * an `agentId`, only to this agent. Rows that another transaction has locked are skipped; the next sweep finds them.
 */
export async function giveWaitingChats(
  tx: Tx,
  { agentId, limit }: { agentId: string | null; limit: number },
): Promise<number> {
  for (let count = 0; count < limit; count++) {
    const agent = await lockFreeAgent(tx, { agentId })
    const next = agent && (await lockNextChat(tx, { agentId: agent.id }))
    if (!next) return count
    await giveToAgent(tx, { chat: next, agentId: agent.id, at: next.now, actorId: null })
  }
  return limit
}

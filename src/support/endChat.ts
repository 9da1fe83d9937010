import { recordAudit } from '../audit/audit.ts'
import { ChatEndedError } from '../chats/errors.ts'
import type { ChatEndReason } from '../db/generated/enums.ts'
import type { Tx } from '../db/transaction.ts'
import type { Caller } from '../domain/caller.ts'
import { recordChatEvent } from '../events/recordEvent.ts'
import { notTheAgent } from './errors.ts'
import { type CallerRole, lockSupportChat } from './lockSupportChat.ts'
import { giveWaitingChats } from './queue/giveToAgent.ts'
import { type LockedSupportChat, setSupportChatEnded } from './supportChats.sql.ts'

const REASONS: Partial<Record<CallerRole, ChatEndReason>> = {
  agent: 'RESOLVED',
  customer: 'CUSTOMER_ENDED',
  administrator: 'AGENT_ENDED',
}

/**
 * Ends a chat for its agent, its customer or an administrator. The agent, if ONLINE, then gets the next waiting chat.
 * Refuses with NotFoundError, ForbiddenError and ChatEndedError, in this order.
 */
export async function endChat(
  tx: Tx,
  { chatId, caller, requestId }: { chatId: string; caller: Caller; requestId?: string },
): Promise<{ chatId: string }> {
  const { chat, role } = await lockSupportChat(tx, { chatId, caller })
  const reason = REASONS[role]
  if (!reason) throw notTheAgent()
  if (chat.endedAt) throw new ChatEndedError(chat.endedAt)
  await endSupportChat(tx, { chat, reason, actorId: caller.id })
  if (role !== 'customer') {
    const subject = { prefix: 'sch', id: chatId } as const
    await recordAudit(tx, { at: chat.now, actorId: caller.id, action: 'support_chat.ended', subject, requestId })
  }
  return { chatId }
}

/** Ends a locked open chat. It stays readable. */
export async function endSupportChat(
  tx: Tx,
  { chat, reason, actorId }: { chat: LockedSupportChat; reason: ChatEndReason; actorId: string | null },
): Promise<void> {
  await setSupportChatEnded(tx, { chatId: chat.id, reason, at: chat.now })
  await recordChatEvent(tx, {
    type: 'chat.ended',
    chatId: chat.id,
    taskId: null,
    at: chat.now,
    actorId,
    recipientIds: [chat.customerId, chat.agentId],
  })
  if (chat.agentId) await giveWaitingChats(tx, { agentId: chat.agentId, limit: 1 })
}

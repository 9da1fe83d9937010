/** Admission of messages to support chats, in the transaction that writes the message and under the lock of the chat. */
import type { Chat } from '../db/generated/client.ts'
import type { Tx } from '../db/transaction.ts'
import { type Caller, hasRole } from '../domain/caller.ts'
import { ForbiddenError } from '../domain/errors.ts'
import { setSilentSide } from './supportChats.sql.ts'

/**
 * Admits a message of the customer or the assigned agent, and starts the silence of the other side. Refuses all others with
 * ForbiddenError, also an agent who lost the chat while the request waited for its lock. `chat` must have been read under that
 * lock.
 */
export async function admitSupportMessage(
  tx: Tx,
  { chat, caller, at }: { chat: Pick<Chat, 'id' | 'customerId' | 'agentId'>; caller: Caller; at: Date },
): Promise<void> {
  const isCustomer = chat.customerId === caller.id
  const isAgent = chat.agentId === caller.id && hasRole(caller, 'AGENT')
  if (!isCustomer && !isAgent)
    throw new ForbiddenError('Only the customer and the assigned agent can write in this chat.')
  await setSilentSide(tx, { chatId: chat.id, side: isCustomer ? 'AGENT' : 'CUSTOMER', at })
}

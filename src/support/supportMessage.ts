/** What a support chat asks of a message, in the transaction that writes it and under the chat's lock. */
import type { Chat } from '../db/generated/client.ts'
import type { Tx } from '../db/transaction.ts'
import { type Caller, hasRole } from '../domain/caller.ts'
import { ForbiddenError } from '../domain/errors.ts'
import { setSilentSide } from './supportChats.sql.ts'

/**
 * Lets the customer and the agent who has the chat write, and makes it the other side's turn: silence counts from the last
 * message. Refuses with ForbiddenError everybody else, also an agent who lost the chat while they were waiting for its lock.
 * `chat` must have been read under that lock.
 */
export async function admitSupportMessage(
  tx: Tx,
  { chat, caller, at }: { chat: Pick<Chat, 'id' | 'customerId' | 'agentId'>; caller: Caller; at: Date },
): Promise<void> {
  const isCustomer = chat.customerId === caller.id
  const isAgent = chat.agentId === caller.id && hasRole(caller, 'AGENT')
  if (!isCustomer && !isAgent)
    throw new ForbiddenError('Only the customer and the agent to whom the chat is assigned can write in it.')
  await setSilentSide(tx, { chatId: chat.id, side: isCustomer ? 'AGENT' : 'CUSTOMER', at })
}

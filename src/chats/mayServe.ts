import type { Chat } from '../db/generated/client.ts'
import type { Statements } from '../db/statements.ts'
import { readMayServe } from './chats.sql.ts'

/**
 * Whether somebody may answer in a support chat that was read already: it is no matter of their own. What `servableBy` says, for rules.
 */
export async function mayServe(
  database: Statements,
  { chat, personId }: { chat: Pick<Chat, 'id' | 'customerId' | 'aboutTaskId'>; personId: string },
): Promise<boolean> {
  if (chat.customerId === personId) return false
  return chat.aboutTaskId === null || readMayServe(database, { chatId: chat.id, userId: personId })
}

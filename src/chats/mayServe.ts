import type { Chat } from '../db/generated/client.ts'
import type { Statements } from '../db/statements.ts'
import { readMayServe } from './chats.sql.ts'

/** True if the person may answer in this support chat: no conflict of interest. The same condition as `servableBy`, for rules. */
export async function mayServe(
  database: Statements,
  { chat, personId }: { chat: Pick<Chat, 'id' | 'customerId' | 'aboutTaskId'>; personId: string },
): Promise<boolean> {
  if (chat.customerId === personId) return false
  return chat.aboutTaskId === null || readMayServe(database, { chatId: chat.id, userId: personId })
}

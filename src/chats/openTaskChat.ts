import type { Tx } from '../db/transaction.ts'
import { recordChatEvent } from '../events/recordEvent.ts'
import { insertOrReopenTaskChat } from './taskChats.sql.ts'

/** Opens the chat of a task and its accepted tasker, or reopens their former one; returns its id. */
export async function openTaskChat(
  tx: Tx,
  chat: { taskId: string; posterId: string; taskerId: string; at: Date; actorId: string },
): Promise<string> {
  const opened = await insertOrReopenTaskChat(tx, chat)
  if (!opened) throw new Error('The chat was neither inserted nor found.')
  const { taskId, posterId, taskerId, at, actorId } = chat
  await recordChatEvent(tx, {
    type: 'chat.opened',
    chatId: opened.id,
    taskId,
    at,
    actorId,
    recipientIds: [posterId, taskerId],
  })
  return opened.id
}

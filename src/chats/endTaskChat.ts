import type { Tx } from '../db/transaction.ts'
import { recordChatEvent } from '../events/recordEvent.ts'
import { setTaskChatEnded } from './taskChats.sql.ts'

/** Ends the chat of a task and its former tasker. It stays readable. */
export async function endTaskChat(
  tx: Tx,
  chat: { taskId: string; posterId: string; taskerId: string; at: Date; actorId: string | null },
): Promise<void> {
  const ended = await setTaskChatEnded(tx, chat)
  if (!ended) return
  const { taskId, posterId, taskerId, at, actorId } = chat
  await recordChatEvent(tx, {
    type: 'chat.ended',
    chatId: ended.id,
    taskId,
    at,
    actorId,
    recipientIds: [posterId, taskerId],
  })
}

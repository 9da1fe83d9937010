import type { Tx } from '../db/transaction.ts'
import { recordChatEvent } from '../events/recordEvent.ts'
import { setTaskChatEnded } from './taskChats.sql.ts'

/** Ends the chat of a task and the tasker who has it no longer. It can still be read. */
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

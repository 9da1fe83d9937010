/** System messages in task chats: for the few steps after which the other side has to act, or the task is over. */
import type { Tx } from '../db/transaction.ts'
import { appendSystemMessage } from './appendMessage.ts'
import { lockTaskChat, setTaskChatClosing } from './taskChats.sql.ts'

// Enough to settle what is left after the end of the task.
const WRITABLE_AFTER_END_MS = 30 * 24 * 3_600_000

interface TaskNotice {
  taskId: string
  /** Null for a task without an assignee: it has no open chat. */
  taskerId: string | null
  body: string
  at: Date
}

/** Appends a system message to the chat of a locked task and its tasker. */
export async function tellTaskChat(tx: Tx, { taskId, taskerId, body, at }: TaskNotice): Promise<void> {
  const chat = taskerId && (await lockTaskChat(tx, { taskId, taskerId }))
  if (chat) await appendSystemMessage(tx, { chatId: chat.id, body, at })
}

/** Appends a system message at the final end of the task. The chat stays writable for 30 days, then a timer ends it. */
export async function closeTaskChat(tx: Tx, { taskId, taskerId, body, at }: TaskNotice): Promise<void> {
  const closesAt = new Date(at.getTime() + WRITABLE_AFTER_END_MS)
  const chat = taskerId && (await setTaskChatClosing(tx, { taskId, taskerId, closesAt }))
  if (chat) await appendSystemMessage(tx, { chatId: chat.id, body, at })
}

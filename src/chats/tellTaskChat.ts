/** What the system says in the chat of a task: the few steps after which the other side has to do something, or nothing more. */
import type { Tx } from '../db/transaction.ts'
import { appendSystemMessage } from './appendMessage.ts'
import { lockTaskChat, setTaskChatClosing } from './taskChats.sql.ts'

// What was left to say after the end is said by then.
const WRITABLE_AFTER_END_MS = 30 * 24 * 3_600_000

interface News {
  taskId: string
  /** Null for a task without an assignee: it has no chat that goes on. */
  taskerId: string | null
  body: string
  at: Date
}

/** Tells the poster and the tasker of a locked task what has happened to it. */
export async function tellTaskChat(tx: Tx, { taskId, taskerId, body, at }: News): Promise<void> {
  const chat = taskerId && (await lockTaskChat(tx, { taskId, taskerId }))
  if (chat) await appendSystemMessage(tx, { chatId: chat.id, body, at })
}

/** The same when the task has ended for good: from now on the chat can be written in for thirty days, then time ends it. */
export async function closeTaskChat(tx: Tx, { taskId, taskerId, body, at }: News): Promise<void> {
  const closesAt = new Date(at.getTime() + WRITABLE_AFTER_END_MS)
  const chat = taskerId && (await setTaskChatClosing(tx, { taskId, taskerId, closesAt }))
  if (chat) await appendSystemMessage(tx, { chatId: chat.id, body, at })
}

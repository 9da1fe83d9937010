/** Timers of task chats. */
import { type Tx, withTransaction } from '../db/transaction.ts'
import { recordChatEvent } from '../events/recordEvent.ts'
import type { Timer } from '../jobs/timer.ts'
import { endClosedChat, readClosedChats, readNextClosing } from './taskChats.sql.ts'

/** Ends the chats of tasks that ended 30 days ago. */
const closing: Timer = {
  name: 'chatClosing',
  nextDue: async (database) => (await readNextClosing(database))?.at ?? null,
  async runDue({ database, log }, limit) {
    let count = 0
    for (const { id } of await readClosedChats(database, { limit })) {
      try {
        if (await withTransaction(database, (tx) => endIfClosed(tx, id))) count++
      } catch (error) {
        // One chat that fails must not delay the others.
        log.error(
          { err: error, timer: 'chatClosing', chatId: id },
          'timer failed to end a chat; the next sweep retries it',
        )
      }
    }
    return count
  },
}

export const chatTimers: readonly Timer[] = [closing]

async function endIfClosed(tx: Tx, chatId: string): Promise<boolean> {
  const ended = await endClosedChat(tx, { chatId })
  if (!ended) return false
  const { taskId, endedAt, participantIds } = ended
  await recordChatEvent(tx, {
    type: 'chat.ended',
    chatId,
    taskId,
    at: endedAt,
    actorId: null,
    recipientIds: participantIds,
  })
  return true
}

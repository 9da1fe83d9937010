/** Timers of task chats. */
import type { Tx } from '../db/transaction.ts'
import { recordChatEvent } from '../events/recordEvent.ts'
import { runEach } from '../jobs/runEach.ts'
import type { Timer } from '../jobs/timer.ts'
import { endClosedChat, readClosedChats, readNextClosing } from './taskChats.sql.ts'

/** Ends the chats of tasks that ended 30 days ago. */
const closing: Timer = {
  name: 'chatClosing',
  nextDue: async (database) => (await readNextClosing(database))?.at ?? null,
  async runDue(work, limit) {
    const rows = await readClosedChats(work.database, { limit })
    return runEach(work, { timer: 'chatClosing', name: 'chatId', rows }, (tx, { id }) => endIfClosed(tx, id))
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

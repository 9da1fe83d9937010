/** Loads the positions of chats in the queue, all chats of a request in one statement. */
import DataLoader from 'dataloader'
import type { Statements } from '../../db/statements.ts'
import { type QueuePosition, readQueuePlaces } from './queue.sql.ts'

export type QueueLoader = DataLoader<string, QueuePosition | null>

/** Keyed by chat id; null if the chat is not waiting. */
export const makeQueueLoader = (database: Statements): QueueLoader =>
  new DataLoader(
    async (chatIds) => {
      const rows = await readQueuePlaces(database, { chatIds })
      const positions = new Map(rows.map((row) => [row.chatId, row]))
      return chatIds.map((chatId) => positions.get(chatId) ?? null)
    },
    // A later mutation of the request, or the next item of a stream, may change the position.
    { cache: false },
  )

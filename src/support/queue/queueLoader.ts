/** Where chats stand in the queue: all chats of one request in one statement. */
import DataLoader from 'dataloader'
import type { Statements } from '../../db/statements.ts'
import { type QueuePlace, readQueuePlaces } from './queue.sql.ts'

export type QueueLoader = DataLoader<string, QueuePlace | null>

/** Gives the place of a chat, by its id; null when it does not wait. */
export const makeQueueLoader = (database: Statements): QueueLoader =>
  new DataLoader(
    async (chatIds) => {
      const rows = await readQueuePlaces(database, { chatIds })
      const places = new Map(rows.map((place) => [place.chatId, place]))
      return chatIds.map((chatId) => places.get(chatId) ?? null)
    },
    // A later mutation of the same request, or the next item of a stream, may have moved it.
    { cache: false },
  )

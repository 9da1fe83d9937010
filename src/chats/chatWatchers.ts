/** People who have the stream of a chat open, so that no server notifies them of a message that they see. */
import type { Logger } from 'pino'
import type { Database } from '../db/client.ts'
import type { Statements } from '../db/statements.ts'
import { type Repetition, repeat, type WakeableRepetition } from '../domain/repeat.ts'
import { deleteWatchers, keepWatching } from './chatWatchers.sql.ts'

const RENEW_EVERY_MS = 15_000
// Two renewals may fail, and a process that died is soon forgotten.
const WATCHED_MS = 45_000

interface Place {
  chatId: string
  userId: string
}

/** One in each process. A place is renewed while its stream is open, all places in one statement. */
export class ChatWatchers implements Repetition {
  readonly #places = new Set<Place>()
  readonly #renewals: WakeableRepetition

  constructor({ database, log }: { database: Database; log: Logger }) {
    const turn = async () => {
      // Two devices of a person are one place.
      const places = new Map([...this.#places].map((place) => [`${place.chatId} ${place.userId}`, place]))
      if (places.size > 0) await keepWatching(database, { places: [...places.values()], forMs: WATCHED_MS })
    }
    this.#renewals = repeat({ name: 'watchChats', everyMs: RENEW_EVERY_MS, log, turn })
  }

  /** Returns the same stream; the person watches the chat until it ends. Not a generator: one that waits could not return. */
  whileWatching<Item>(place: Place, stream: AsyncIterable<Item>): AsyncIterableIterator<Item> {
    const own = { ...place }
    const places = this.#places
    const items = stream[Symbol.asyncIterator]()
    places.add(own)
    this.#renewals.wake()
    return {
      async next() {
        const item = await items.next()
        if (item.done) places.delete(own)
        return item
      },
      async return() {
        places.delete(own)
        await items.return?.()
        return { done: true, value: undefined }
      },
      [Symbol.asyncIterator]() {
        return this
      },
    }
  }

  stop(): Promise<void> {
    return this.#renewals.stop()
  }
}

/** Deletes places that ended long ago. */
export const deleteOldWatchers = (database: Statements, { limit }: { limit: number }): Promise<number> =>
  deleteWatchers(database, { limit })

/** What a stream can be about: a person's feed, one task, one chat, the queue, one transfer. */
import type { Signals } from '../cache/signals.ts'
import { chatsVisibleTo } from '../chats/chatVisibility.ts'
import { listenForTyping } from '../chats/typing.ts'
import type { Database } from '../db/client.ts'
import type { PrismaClient } from '../db/generated/client.ts'
import type { Caller } from '../domain/caller.ts'
import { type EventFilter, matches } from './eventFilter.ts'
import type { Interest } from './eventStream.ts'
import {
  type PlacedEvent,
  readChatEvents,
  readFeed,
  readQueueEvents,
  readTaskEvents,
  readTransferEvents,
} from './events.sql.ts'
import { chatTopic, feedTopic, QUEUE_TOPIC, taskTopic, transferTopic } from './eventTail.ts'
import { QUEUE_EVENT_TYPES } from './eventTypes.ts'
import { eventsShownTo } from './eventVisibility.ts'

interface Watching {
  database: Database
  prisma: PrismaClient
  caller: Caller | null
}

/** What concerns the caller. Whom an event concerns was decided when it was written, so none of it is taken back. */
export const feedOf = (database: Database, caller: Caller, filter: EventFilter): Interest => ({
  topic: feedTopic(caller.id),
  read: (stretch) => readFeed(database, { ...stretch, userId: caller.id }),
  wants: (event) => matches(filter, event),
  allows: async () => true,
})

/** The changes of a task, each while the caller may know of it. */
export const changesOfTask = (watching: Watching, taskId: string): Interest => ({
  topic: taskTopic(taskId),
  read: (stretch) => readTaskEvents(watching.database, { ...stretch, taskId }),
  wants: () => true,
  allows: (event) => isShown(watching, event),
})

/** What is written in a chat, and who of the others types, each while the caller may see the chat. */
export function changesOfChat(watching: Watching & { signals: Signals }, chatId: string): Interest {
  const { database, prisma, caller, signals } = watching
  let afterSequence: bigint | null = null
  return {
    topic: chatTopic(chatId),
    async read(stretch) {
      const events = await readChatEvents(database, { ...stretch, chatId, afterSequence })
      afterSequence = events.at(-1)?.sequence ?? afterSequence
      return events
    },
    wants: () => true,
    allows: (event) => isShown(watching, event),
    typing: {
      listen: (onTyping) =>
        listenForTyping(signals, chatId, (signal) => {
          if (signal.userId !== caller?.id) onTyping(signal)
        }),
      async allows() {
        const where = { id: chatId, AND: [chatsVisibleTo(caller)] }
        return (await prisma.chat.findFirst({ where, select: { id: true } })) !== null
      },
    },
  }
}

/** Who comes into the queue of customer service, and who leaves it. What of a chat its reader may see, the chat decides. */
export const changesOfQueue = (database: Database): Interest => ({
  topic: QUEUE_TOPIC,
  read: (stretch) => readQueueEvents(database, { ...stretch, types: QUEUE_EVENT_TYPES }),
  wants: () => true,
  allows: async () => true,
})

/** The changes of a transfer, each while the caller may see it. */
export const changesOfTransfer = (watching: Watching, transferId: string): Interest => ({
  topic: transferTopic(transferId),
  read: (stretch) => readTransferEvents(watching.database, { ...stretch, transferId }),
  wants: () => true,
  allows: (event) => isShown(watching, event),
})

// Asked for each event: who may see a task changes with the task.
async function isShown({ prisma, caller }: Watching, { id }: PlacedEvent): Promise<boolean> {
  const shown = await prisma.event.findFirst({ where: { id, AND: [eventsShownTo(caller)] }, select: { id: true } })
  return shown !== null
}

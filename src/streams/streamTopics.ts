/** What a stream can be about: a person's feed, one task, one chat, the queue, one transfer. */
import type { Signals } from '../cache/signals.ts'
import { listenForTyping } from '../chats/typing.ts'
import type { Database } from '../db/client.ts'
import type { PrismaClient } from '../db/generated/client.ts'
import type { Caller } from '../domain/caller.ts'
import {
  readChatEvents,
  readFeed,
  readQueueEvents,
  readTaskEvents,
  readTransferEvents,
  type SequencedEvent,
} from '../events/events.sql.ts'
import { PUBLIC_EVENT_TYPES, QUEUE_EVENT_TYPES } from '../events/eventTypes.ts'
import { chatsVisibleTo, servableBy } from '../visibility/chatVisibility.ts'
import { eventsShownTo } from '../visibility/eventVisibility.ts'
import { visibleTransfers } from '../visibility/moneyVisibility.ts'
import { visibleTasks } from '../visibility/taskVisibility.ts'
import { type EventFilter, matches } from './eventFilter.ts'
import { chatTopic, feedTopic, QUEUE_TOPIC, taskTopic, transferTopic } from './eventFollower.ts'
import type { Interest } from './eventStream.ts'

interface Watching {
  database: Database
  prisma: PrismaClient
  caller: Caller | null
}

/** What concerns the caller. Whom an event concerns was decided when it was written; what of it they may see, its fields decide. */
export const feedOf = (database: Database, caller: Caller, filter: EventFilter): Interest => ({
  topic: feedTopic(caller.id),
  read: (stretch) => readFeed(database, { ...stretch, userId: caller.id }),
  wants: (event) => matches(filter, event),
  judge: async () => 'given',
})

/** The changes of a task, each while the caller may know of it, and the one by which they may not see the task any more. */
export function changesOfTask(watching: Watching, taskId: string): Interest {
  const { database, prisma, caller } = watching
  const isOver = async () => {
    const where = { id: taskId, AND: [visibleTasks(caller)] }
    return (await prisma.task.findFirst({ where, select: { id: true } })) === null
  }
  return {
    topic: taskTopic(taskId),
    read: (stretch) => readTaskEvents(database, { ...stretch, taskId }),
    wants: () => true,
    async judge(event) {
      if (mayHideTask(event) && (await isOver())) return 'last'
      return (await isShown(watching, event)) ? 'given' : 'withheld'
    },
    isOver,
  }
}

// It is taken or ends, or becomes an invitation.
const mayHideTask = ({ type, statusBefore }: SequencedEvent): boolean =>
  statusBefore === 'OPEN' || PUBLIC_EVENT_TYPES.some((publicType) => publicType === type)

/** What is written in a chat, and who of the others types, each while the caller may see the chat. */
export function changesOfChat(watching: Watching & { signals: Signals }, chatId: string): Interest {
  const { database, prisma, caller, signals } = watching
  let afterSequence: bigint | null = null
  const isOver = async () => {
    const where = { id: chatId, AND: [chatsVisibleTo(caller)] }
    return (await prisma.chat.findFirst({ where, select: { id: true } })) === null
  }
  return {
    topic: chatTopic(chatId),
    async read(stretch) {
      const events = await readChatEvents(database, { ...stretch, chatId, afterSequence })
      afterSequence = events.at(-1)?.sequence ?? afterSequence
      return events
    },
    wants: () => true,
    // An agent is told that they have the chat no more.
    async judge({ recipientIds }) {
      if (!(await isOver())) return 'given'
      return caller && recipientIds.includes(caller.id) ? 'last' : 'over'
    },
    isOver,
    typing: {
      listen: (onTyping) =>
        listenForTyping(signals, chatId, (signal) => {
          if (signal.userId !== caller?.id) onTyping(signal)
        }),
      allows: async () => !(await isOver()),
    },
  }
}

/** Who comes into the queue of customer service, and who leaves it; for an agent, of the chats that they may serve. */
export const changesOfQueue = (
  { database, prisma }: Pick<Watching, 'database' | 'prisma'>,
  agent?: Caller,
): Interest => ({
  topic: QUEUE_TOPIC,
  read: (stretch) => readQueueEvents(database, { ...stretch, types: QUEUE_EVENT_TYPES }),
  wants: () => true,
  async judge({ chatId }) {
    if (!agent || chatId === null) return 'given'
    const where = { id: chatId, AND: [servableBy(agent)] }
    return (await prisma.chat.findFirst({ where, select: { id: true } })) ? 'given' : 'withheld'
  },
})

/** The changes of a transfer, while the caller may see it. */
export function changesOfTransfer({ database, prisma, caller }: Watching, transferId: string): Interest {
  const isOver = async () => {
    const where = { id: transferId, AND: [visibleTransfers(caller)] }
    return (await prisma.transfer.findFirst({ where, select: { id: true } })) === null
  }
  return {
    topic: transferTopic(transferId),
    read: (stretch) => readTransferEvents(database, { ...stretch, transferId }),
    wants: () => true,
    judge: async () => ((await isOver()) ? 'over' : 'given'),
    isOver,
  }
}

// Asked for each event: who may see a task changes with the task.
async function isShown({ prisma, caller }: Watching, { id }: SequencedEvent): Promise<boolean> {
  const shown = await prisma.event.findFirst({ where: { id, AND: [eventsShownTo(caller)] }, select: { id: true } })
  return shown !== null
}

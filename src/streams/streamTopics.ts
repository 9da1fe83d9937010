/** The topics of streams: a person's feed, one task, one chat, the support queue, one transfer. */
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
import { type EventFilter, matchesFilter } from './eventFilter.ts'
import { chatKey, feedKey, QUEUE_KEY, taskKey, transferKey } from './eventFollower.ts'
import type { StreamTopic } from './eventStream.ts'

interface TopicContext {
  database: Database
  prisma: PrismaClient
  caller: Caller | null
}

/** The caller's feed. Recipients were fixed when the event was recorded; the fields of the event restrict what is visible. */
export const feedTopic = (database: Database, caller: Caller, filter: EventFilter): StreamTopic => ({
  key: feedKey(caller.id),
  read: (range) => readFeed(database, { ...range, userId: caller.id }),
  matches: (event) => matchesFilter(filter, event),
  judge: async () => 'deliver',
})

/** The events of a task that the caller may see; the one that hides the task from them is the last. */
export function taskTopic(context: TopicContext, taskId: string): StreamTopic {
  const { database, prisma, caller } = context
  const hasLostAccess = async () => {
    const where = { id: taskId, AND: [visibleTasks(caller)] }
    return (await prisma.task.findFirst({ where, select: { id: true } })) === null
  }
  return {
    key: taskKey(taskId),
    read: (range) => readTaskEvents(database, { ...range, taskId }),
    matches: () => true,
    async judge(event) {
      if (mayHideTask(event) && (await hasLostAccess())) return 'deliverLast'
      return (await isVisible(context, event)) ? 'deliver' : 'skip'
    },
    hasLostAccess,
  }
}

// The task is accepted, ends, or becomes invite-only.
const mayHideTask = ({ type, statusBefore }: SequencedEvent): boolean =>
  statusBefore === 'OPEN' || PUBLIC_EVENT_TYPES.some((publicType) => publicType === type)

/** The events of a chat and the typing signals of others, while the caller may see the chat. */
export function chatTopic(context: TopicContext & { signals: Signals }, chatId: string): StreamTopic {
  const { database, prisma, caller, signals } = context
  let afterSequence: bigint | null = null
  const hasLostAccess = async () => {
    const where = { id: chatId, AND: [chatsVisibleTo(caller)] }
    return (await prisma.chat.findFirst({ where, select: { id: true } })) === null
  }
  return {
    key: chatKey(chatId),
    async read(range) {
      const events = await readChatEvents(database, { ...range, chatId, afterSequence })
      afterSequence = events.at(-1)?.sequence ?? afterSequence
      return events
    },
    matches: () => true,
    // An agent receives the event by which they lose the chat.
    async judge({ recipientIds }) {
      if (!(await hasLostAccess())) return 'deliver'
      return caller && recipientIds.includes(caller.id) ? 'deliverLast' : 'resync'
    },
    hasLostAccess,
    typing: {
      listen: (onTyping) =>
        listenForTyping(signals, chatId, (signal) => {
          if (signal.userId !== caller?.id) onTyping(signal)
        }),
      allows: async () => !(await hasLostAccess()),
    },
  }
}

/** The changes of the support queue; for an agent, only of chats that they may serve. */
export const queueTopic = (
  { database, prisma }: Pick<TopicContext, 'database' | 'prisma'>,
  agent?: Caller,
): StreamTopic => ({
  key: QUEUE_KEY,
  read: (range) => readQueueEvents(database, { ...range, types: QUEUE_EVENT_TYPES }),
  matches: () => true,
  async judge({ chatId }) {
    if (!agent || chatId === null) return 'deliver'
    const where = { id: chatId, AND: [servableBy(agent)] }
    return (await prisma.chat.findFirst({ where, select: { id: true } })) ? 'deliver' : 'skip'
  },
})

/** The events of a transfer, while the caller may see it. */
export function transferTopic({ database, prisma, caller }: TopicContext, transferId: string): StreamTopic {
  const hasLostAccess = async () => {
    const where = { id: transferId, AND: [visibleTransfers(caller)] }
    return (await prisma.transfer.findFirst({ where, select: { id: true } })) === null
  }
  return {
    key: transferKey(transferId),
    read: (range) => readTransferEvents(database, { ...range, transferId }),
    matches: () => true,
    judge: async () => ((await hasLostAccess()) ? 'resync' : 'deliver'),
    hasLostAccess,
  }
}

// Checked for each event, because the visibility of a task changes with the task.
async function isVisible({ prisma, caller }: TopicContext, { id }: SequencedEvent): Promise<boolean> {
  const shown = await prisma.event.findFirst({ where: { id, AND: [eventsShownTo(caller)] }, select: { id: true } })
  return shown !== null
}

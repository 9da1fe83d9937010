/** What a stream can be about: a person's feed, one task, one transfer. */
import type { Database } from '../db/client.ts'
import type { PrismaClient } from '../db/generated/client.ts'
import type { Caller } from '../domain/caller.ts'
import { type EventFilter, matches } from './eventFilter.ts'
import type { Interest } from './eventStream.ts'
import { type PlacedEvent, readFeed, readTaskEvents, readTransferEvents } from './events.sql.ts'
import { feedTopic, taskTopic, transferTopic } from './eventTail.ts'
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

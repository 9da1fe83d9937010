/** Visibility of events, as query conditions, so that invisible rows are never read. */

import type { Prisma } from '../db/generated/client.ts'
import type { Caller } from '../domain/caller.ts'
import { APPLICATION_EVENT_TYPES, AUTHOR_EVENT_TYPES, PUBLIC_EVENT_TYPES } from '../events/eventTypes.ts'
import { chatsVisibleTo } from './chatVisibility.ts'
import { visibleTransfers } from './moneyVisibility.ts'
import { isStaff, othersTasks, tasksAskedAboutBy } from './staffRights.ts'
import { visibleTasks } from './taskVisibility.ts'

const NONE: Prisma.EventWhereInput = { id: { in: [] } }

/**
 * The events in the history of tasks. Poster: all. Assignee: all except those between the poster and other applicants. FINANCE and
 * ADMIN: all, except with a conflict of interest. Agents: the same as the customer who asked them about the task. The event of a blind
 * review is in the history of its author alone.
 */
export function taskHistoryVisibleTo(caller: Caller | null): Prisma.EventWhereInput {
  if (!caller) return NONE
  const notOfApplications = { type: { notIn: [...APPLICATION_EVENT_TYPES] } }
  return {
    kind: 'TASK',
    AND: [{ OR: [{ type: { notIn: [...AUTHOR_EVENT_TYPES] } }, concerns(caller)] }],
    OR: [
      { task: { posterId: caller.id } },
      {
        task: { assigneeId: caller.id },
        OR: [notOfApplications, concerns(caller)],
      },
      ...(isStaff(caller) ? [{ task: othersTasks(caller) }] : []),
      ...tasksAskedAboutBy(caller, 'isPoster').map((task) => ({ task })),
      ...tasksAskedAboutBy(caller, 'isParty').map((task) => ({ task, ...notOfApplications })),
    ],
  }
}

/**
 * The events that `caller` may read by id: those with `caller` among the recipients, and those whose task, chat or transfer they may see
 * now. A recipient who may no longer see that object reads the event with its fields reduced to what they may see.
 */
export function eventsVisibleTo(caller: Caller | null): Prisma.EventWhereInput {
  if (!caller) return NONE
  return {
    OR: [
      concerns(caller),
      taskHistoryVisibleTo(caller),
      { kind: 'CHAT', chat: chatsVisibleTo(caller) },
      { kind: 'TRANSFER', transfer: visibleTransfers(caller) },
    ],
  }
}

/** The events sent to subscribers of a task or transfer: the above, and public changes of a task while they may see it. */
export const eventsShownTo = (caller: Caller | null): Prisma.EventWhereInput => ({
  OR: [eventsVisibleTo(caller), { type: { in: [...PUBLIC_EVENT_TYPES] }, task: visibleTasks(caller) }],
})

const concerns = ({ id }: Caller): Prisma.EventWhereInput => ({ recipientIds: { has: id } })

/** Who may know of an event, as conditions of the query: what may not be known is not read. */

import type { Prisma } from '../db/generated/client.ts'
import type { Caller } from '../domain/caller.ts'
import { APPLICATION_EVENT_TYPES, PUBLIC_EVENT_TYPES } from '../events/eventTypes.ts'
import { chatsVisibleTo } from './chatVisibility.ts'
import { visibleTransfers } from './moneyVisibility.ts'
import { isStaff, othersTasks, tasksAskedAboutBy } from './staffRights.ts'
import { visibleTasks } from './taskVisibility.ts'

const NONE: Prisma.EventWhereInput = { id: { in: [] } }

/**
 * The history of a task: all of it for its poster; for its assignee without what was between the poster and other applicants; for
 * FINANCE and ADMIN all of it, unless it is their own matter; for an agent as much as for a party who asked them.
 */
export function taskHistoryVisibleTo(caller: Caller | null): Prisma.EventWhereInput {
  if (!caller) return NONE
  const notOfApplications = { type: { notIn: [...APPLICATION_EVENT_TYPES] } }
  return {
    kind: 'TASK',
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
 * Every event that `caller` may read by its id: what concerned them when it was written, and what they may see the subject of. Of what
 * concerned them once its fields show no more than they may see now.
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

/** What somebody who watches a task or a transfer is told: the same, and the public changes of a task while they may see it. */
export const eventsShownTo = (caller: Caller | null): Prisma.EventWhereInput => ({
  OR: [eventsVisibleTo(caller), { type: { in: [...PUBLIC_EVENT_TYPES] }, task: visibleTasks(caller) }],
})

const concerns = ({ id }: Caller): Prisma.EventWhereInput => ({ recipientIds: { has: id } })

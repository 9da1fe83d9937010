/** Queries of the event log: the history of a task, and the feed of the viewer. */
import { queryFromInfo } from '@pothos/plugin-prisma'
import type { Prisma } from '../db/generated/client.ts'
import { builder, PAGE_SIZE, PAGE_SIZE_MAX } from '../graphql/builder.ts'
import {
  BIGINT_MAX,
  connectionOf,
  INTEGER_MAX,
  NODE_PATHS,
  nestedNodes,
  numbersCursor,
  type Page,
  readPage,
} from '../graphql/pagination.ts'
import { taskHistoryVisibleTo } from '../visibility/eventVisibility.ts'
import { withRole } from '../visibility/staffRights.ts'
import { EventFilterInput, readFilter } from './eventFilter.graphql.ts'
import type { EventFilter } from './eventFilter.ts'
import { EVENT_SELECT, EventConnection, EventRef } from './events.graphql.ts'

// The version of the task, then the sequence of insertion, which is the order of changes because of the task's lock.
const historyCursor = numbersCursor(INTEGER_MAX, BIGINT_MAX)

builder.prismaObjectField('Task', 'history', (t) =>
  t.connection(
    {
      type: EventRef,
      description: 'The events of the task, oldest first. Empty for everyone but the poster, the assignee and staff.',
      select: (args, { caller }, nested) => ({
        ...withRole({ id: true, status: true }, caller),
        events: nestedNodes(nested, 'Event', historyOf(readPage(args, historyCursor), taskHistoryVisibleTo(caller))),
      }),
      resolve: ({ id, status, people, agentAccess, events }, args, { loaders }) => {
        loaders.tasks.keepRole({ id, status, people, agentAccess })
        const page = readPage(args, historyCursor)
        return connectionOf(events, page, historyCursor, ({ taskVersion, sequence }) => [
          BigInt(taskVersion ?? 0),
          sequence,
        ])
      },
    },
    EventConnection,
  ),
)

function historyOf(page: Page<bigint[]>, visible: Prisma.EventWhereInput) {
  const order = page.backward ? ('desc' as const) : ('asc' as const)
  return {
    where: { AND: [visible, beyond('gt', page.after), beyond('lt', page.before)] },
    orderBy: [{ taskVersion: order }, { sequence: order }],
    take: page.limit + 1,
    select: { ...EVENT_SELECT, taskVersion: true as const, sequence: true as const },
  }
}

function beyond(side: 'gt' | 'lt', key: bigint[] | undefined): Prisma.EventWhereInput {
  const [version, sequence] = key ?? []
  if (version === undefined || sequence === undefined) return {}
  const taskVersion = Number(version)
  return { OR: [{ taskVersion: { [side]: taskVersion } }, { taskVersion, sequence: { [side]: sequence } }] }
}

builder.queryField('events', (t) =>
  t.field({
    type: EventConnection,
    nullable: true,
    description:
      'The events of the viewer, oldest first: of tasks that they posted, were assigned or applied to, and of their chats and transfers. Null if the caller is not signed in.',
    complexity: ({ first }) => ({ field: 1, multiplier: first ?? PAGE_SIZE }),
    args: {
      after: t.arg({ type: 'EventCursor', description: 'Only events after this position.' }),
      filter: t.arg({ type: EventFilterInput, description: 'Only events that pass this filter.' }),
      first: t.arg.int({ description: `The page size, at most ${PAGE_SIZE_MAX}; ${PAGE_SIZE} by default.` }),
    },
    resolve: async (_root, { after, filter, first }, context, info) => {
      if (!context.caller) return null
      const page = { ...readPage({ first }, positionCursor), after: after ?? undefined }
      const event = queryFromInfo({ context, info, typeName: 'Event', paths: NODE_PATHS, select: EVENT_SELECT })
      const rows = await context.prisma.feedEntry.findMany({
        where: {
          userId: context.caller.id,
          position: { gt: page.after ?? 0n },
          event: eventsOf(readFilter(filter)),
        },
        orderBy: { position: 'asc' },
        take: page.limit + 1,
        select: { position: true, event: { select: { ...event.select, ...EVENT_SELECT } } },
      })
      for (const { position, event: row } of rows) context.loaders.positions.prime(row.id, position)
      return connectionOf(
        rows.map(({ position, event: row }) => ({ ...row, position })),
        page,
        positionCursor,
        ({ position }) => position,
      )
    },
  }),
)

// The cursor of an edge equals that of its event: either one resumes a subscription.
const positionCursor = {
  write: (position: bigint) => `ec_${position}`,
  read: () => undefined,
}

function eventsOf({ types, subject }: EventFilter): Prisma.EventWhereInput {
  if (subject === null) return { id: { in: [] } }
  return {
    ...(types && { type: { in: [...types] } }),
    ...(subject && { kind: subject.kind, [subject.column]: subject.id }),
  }
}

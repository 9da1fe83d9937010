/** Subscriptions: events as they come, without a gap, from wherever the client has got to. */
import { GraphQLError } from 'graphql'
import { TypingSignal } from '../chats/typing.ts'
import { fromPublicId } from '../db/ids.ts'
import { NotFoundError, UnauthenticatedError } from '../domain/errors.ts'
import { builder } from '../graphql/builder.ts'
import type { Context } from '../graphql/context.ts'
import { readCursor } from '../graphql/cursor.ts'
import { badInput } from '../graphql/pagination.ts'
import { visibleTransfers } from '../visibility/moneyVisibility.ts'
import { visibleTasks } from '../visibility/taskVisibility.ts'
import { EventFilterInput, readFilter } from './eventFilter.graphql.ts'
import { Failure, Heartbeat, Resync, type StreamItem, type StreamTopic } from './eventStream.ts'
import { CursorBeyondEnd, TooManyStreams } from './eventStreams.ts'
import { ChatEvent, TaskEvent, TransferEvent, typeNameOf } from './events.graphql.ts'
import { feedTopic, taskTopic, transferTopic } from './streamTopics.ts'

builder.subscriptionType({
  description:
    'What happens, as it happens, over server-sent events. Each item has a cursor: after a break, subscribe again with the last one as `after`, and nothing is lost or given twice.',
})

export const ResyncRequired = builder.objectRef<Resync>('ResyncRequired').implement({
  description:
    'The cursor to resume from is too far behind, the client reads too slowly, or the viewer may not see any more what the stream is about. The stream ends: read again what you show, then subscribe after `latest`.',
  fields: (t) => ({
    oldest: t.expose('oldest', { type: 'EventCursor', description: 'The oldest position that one can resume after.' }),
    latest: t.expose('latest', { type: 'EventCursor', description: 'Where to resume after reading again.' }),
  }),
})

export const HeartbeatType = builder.objectRef<Heartbeat>('Heartbeat').implement({
  description: 'Nothing new. After 15 s without an item there is one of these.',
  fields: (t) => ({
    latest: t.expose('latest', { type: 'EventCursor', description: 'Resume after this one after a break.' }),
    at: t.expose('at', { type: 'DateTime', description: 'When it was sent.' }),
  }),
})

// A failure never becomes data: it is thrown when its item is resolved.
export type Shown = Exclude<StreamItem, Failure>

/** The GraphQL type of an item. */
export function typeNameOfItem(item: Shown): string {
  if (item instanceof Resync) return 'ResyncRequired'
  if (item instanceof Heartbeat) return 'Heartbeat'
  return item instanceof TypingSignal ? 'TypingSignal' : typeNameOf(item)
}

export const StreamItemUnion = builder.unionType('StreamItem', {
  description: 'One item of a stream.',
  types: [TaskEvent, ChatEvent, TransferEvent, ResyncRequired, HeartbeatType],
  resolveType: (item) => typeNameOfItem(item as Shown),
})

export const AFTER = 'Resume after this position. Without it the stream begins now.'

builder.subscriptionFields((t) => ({
  events: t.field({
    type: StreamItemUnion,
    description:
      'Everything that concerns the viewer: tasks posted, assigned or applied to, own chats and transfers, in the order of commits, without a gap from `after`.',
    args: {
      after: t.arg({ type: 'EventCursor', description: AFTER }),
      filter: t.arg({ type: EventFilterInput, description: 'Only such events.' }),
    },
    subscribe: (_root, { after, filter }, context) => {
      if (!context.caller) throw new UnauthenticatedError()
      return openStream(context, feedTopic(context.database, context.caller, readFilter(filter)), after)
    },
    resolve: showEvent,
  }),
  task: t.field({
    type: StreamItemUnion,
    description:
      'What happens to one task. Its poster, its assignee and staff get all of it; others its public changes, while they may see it, and at last the change by which they may not: then the stream ends.',
    args: {
      id: t.arg.id({ required: true, description: 'The id, e.g. `tsk_...`.' }),
      after: t.arg({ type: 'EventCursor', description: AFTER }),
    },
    subscribe: async (_root, { id, after }, context) => {
      const taskId = fromPublicId('tsk', id)
      const where = { id: taskId ?? '', AND: [visibleTasks(context.caller)] }
      if (!taskId || !(await context.prisma.task.findFirst({ where, select: { id: true } })))
        throw new NotFoundError(id)
      return openStream(context, taskTopic(context, taskId), after)
    },
    resolve: showEvent,
  }),
  transfer: t.field({
    type: StreamItemUnion,
    description: 'What happens to one transfer, for the poster and the tasker of its task, and for staff.',
    args: {
      id: t.arg.id({ required: true, description: 'The id, e.g. `trf_...`.' }),
      after: t.arg({ type: 'EventCursor', description: AFTER }),
    },
    subscribe: async (_root, { id, after }, context) => {
      const transferId = fromPublicId('trf', id)
      const where = { id: transferId ?? '', AND: [visibleTransfers(context.caller)] }
      if (!transferId || !(await context.prisma.transfer.findFirst({ where, select: { id: true } })))
        throw new NotFoundError(id)
      return openStream(context, transferTopic(context, transferId), after)
    },
    resolve: showEvent,
  }),
}))

/**
 * Opens a stream; a client that has resumed it by itself says where in a header, which is later than its `after`. Refuses with
 * BAD_USER_INPUT a cursor that is none or was never given, with OVERLOADED one stream too many.
 */
export async function openStream(
  { services, caller, lastEventId }: Pick<Context, 'services' | 'caller' | 'lastEventId'>,
  topic: StreamTopic,
  after: bigint | null | undefined,
): Promise<AsyncIterable<StreamItem>> {
  const resumed = lastEventId ? readCursor(lastEventId) : undefined
  if (lastEventId && resumed === undefined) throw badInput('The header Last-Event-ID is no cursor.')
  try {
    return await services.events.open({ topic, caller, after: resumed ?? after ?? null })
  } catch (error) {
    if (error instanceof CursorBeyondEnd) throw badInput(error.message)
    if (error instanceof TooManyStreams) throw new GraphQLError(error.message, { extensions: { code: 'OVERLOADED' } })
    throw error
  }
}

/** The same for a stream without signals, which come with the stream of a chat only. */
export const showEvent = (item: StreamItem, args: object, context: Context) =>
  showItem(item, args, context) as Exclude<Shown, TypingSignal>

/** An item as its fields read it; the last one of a stream that could not go on is thrown. */
export function showItem(item: StreamItem, _args: object, context: Context): Shown {
  if (item instanceof Failure) throw item.error
  // A stream is one operation that lives for hours: what its loaders remember must not outlive an item.
  context.loaders = context.loaders.forViewer(context.caller)
  context.itemCursor = cursorOf(item)
  if ('position' in item) context.loaders.positions.prime(item.id, item.position)
  return item
}

/** Where to resume after an item; where there is nothing to resume after, none. */
function cursorOf(item: Shown): bigint | undefined {
  if ('position' in item) return item.position
  return item instanceof Heartbeat ? item.latest : undefined
}

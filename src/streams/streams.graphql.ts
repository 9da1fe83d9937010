/** Subscriptions: new events without gaps, resumable from a cursor. */
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
    'Live events over server-sent events. Each event has a cursor: to resume, subscribe again with the last one as `after`. No event is lost or repeated.',
})

export const ResyncRequired = builder.objectRef<Resync>('ResyncRequired').implement({
  description:
    'The cursor to resume from is too far behind, the client reads too slowly, or the viewer may no longer see the subject of the stream. The stream ends: reload what you show, then subscribe after `latest`.',
  fields: (t) => ({
    oldest: t.expose('oldest', {
      type: 'EventCursor',
      description: 'The oldest position from which a client can resume.',
    }),
    latest: t.expose('latest', { type: 'EventCursor', description: 'The position to resume from after reloading.' }),
  }),
})

export const HeartbeatType = builder.objectRef<Heartbeat>('Heartbeat').implement({
  description: 'Sent after 15 seconds without an event.',
  fields: (t) => ({
    latest: t.expose('latest', { type: 'EventCursor', description: 'The position to resume from.' }),
    at: t.expose('at', { type: 'DateTime', description: 'The time of sending.' }),
  }),
})

// Excludes failures, which are thrown when their item is resolved.
export type Shown = Exclude<StreamItem, Failure>

/** Returns the name of the GraphQL type of an item. */
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

export const AFTER = 'The position to resume after. Without it, the stream starts now.'

builder.subscriptionFields((t) => ({
  events: t.field({
    type: StreamItemUnion,
    description:
      'The events of the viewer, without gaps from `after`: of tasks that they posted, were assigned or applied to, and of their chats and transfers.',
    args: {
      after: t.arg({ type: 'EventCursor', description: AFTER }),
      filter: t.arg({ type: EventFilterInput, description: 'Only events that pass this filter.' }),
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
      'The events of one task. The poster, the assignee and staff get its events; others get the public ones while they may see the task, the last one being the event that hides it from them. Then the stream ends.',
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
    description: 'The events of one transfer, for the poster and the tasker of its task, and for staff.',
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
 * Opens a stream. A client that resumes automatically sends Last-Event-ID, which is later than its `after`. Refuses with
 * BAD_USER_INPUT a malformed cursor and one after the end of the log, and with OVERLOADED a stream beyond the limit.
 */
export async function openStream(
  { services, caller, lastEventId }: Pick<Context, 'services' | 'caller' | 'lastEventId'>,
  topic: StreamTopic,
  after: bigint | null | undefined,
): Promise<AsyncIterable<StreamItem>> {
  const resumed = lastEventId ? readCursor(lastEventId) : undefined
  if (lastEventId && resumed === undefined)
    throw badInput('The header Last-Event-ID is not a cursor. Send the id of the last event received.')
  try {
    return await services.events.open({ topic, caller, after: resumed ?? after ?? null })
  } catch (error) {
    if (error instanceof CursorBeyondEnd) throw badInput(error.message)
    if (error instanceof TooManyStreams) throw new GraphQLError(error.message, { extensions: { code: 'OVERLOADED' } })
    throw error
  }
}

/** Like `showItem`, for streams without typing signals. */
export const showEvent = (item: StreamItem, args: object, context: Context) =>
  showItem(item, args, context) as Exclude<Shown, TypingSignal>

/** Resolves an item; throws the error of a failed stream. */
export function showItem(item: StreamItem, _args: object, context: Context): Shown {
  if (item instanceof Failure) throw item.error
  // A stream is one operation that runs for hours, so the caches of its loaders must not outlive an item.
  context.loaders = context.loaders.forViewer(context.caller)
  context.itemCursor = cursorOf(item)
  if ('position' in item) context.loaders.positions.prime(item.id, item.position)
  return item
}

/** Returns the position of an item; undefined for an item without one. */
function cursorOf(item: Shown): bigint | undefined {
  if ('position' in item) return item.position
  return item instanceof Heartbeat ? item.latest : undefined
}

/** Subscriptions of customer service: the queue for agents, and for a customer their place in it. */
import { chatNameOf } from '../chats/chatName.ts'
import { hasRole } from '../domain/caller.ts'
import { ForbiddenError, NotFoundError, UnauthenticatedError } from '../domain/errors.ts'
import { builder } from '../graphql/builder.ts'
import type { Context } from '../graphql/context.ts'
import type { QueuePosition } from '../support/queue/queue.sql.ts'
import { makeQueueLoader } from '../support/queue/queueLoader.ts'
import { QueuePositionType } from '../support/supportChats.graphql.ts'
import { chatsVisibleTo } from '../visibility/chatVisibility.ts'
import { Failure, Heartbeat, Resync, type StreamItem } from './eventStream.ts'
import { AFTER, openStream, StreamItemUnion, showEvent } from './streams.graphql.ts'
import { queueTopic } from './streamTopics.ts'

builder.subscriptionFields((t) => ({
  supportQueue: t.field({
    type: StreamItemUnion,
    description:
      'Who comes into the queue and who leaves it, without a gap from `after`, of the chats that the viewer may serve. Of a chat that another agent has, no more than its state is shown. For agents and administrators.',
    args: { after: t.arg({ type: 'EventCursor', description: AFTER }) },
    subscribe: (_root, { after }, context) => {
      if (!context.caller) throw new UnauthenticatedError()
      if (!hasRole(context.caller, 'AGENT'))
        throw new ForbiddenError('Only people with the role AGENT can follow the queue. An administrator can give it.')
      return openStream(context, queueTopic(context, context.caller), after)
    },
    resolve: showEvent,
  }),
  queuePosition: t.field({
    type: QueuePositionType,
    description:
      'Where a chat stands in the queue: now, whenever that changes, and every 15 s. It ends when the chat does not wait any more.',
    args: { chatId: t.arg.id({ required: true, description: 'The support chat, `sch_...`.' }) },
    subscribe: async (_root, { chatId: id }, context) => {
      const name = chatNameOf(id)
      if (name?.kind !== 'SUPPORT' || !(await sees(context, name.chatId))) throw new NotFoundError(id)
      const { services, caller } = context
      // A place in the queue has no cursor: the stream begins now, wherever its client was before.
      const stream = await openStream({ services, caller, lastEventId: null }, queueTopic(context), null)
      return placesOf(context, name.chatId, stream)
    },
    resolve: (place) => place as QueuePosition,
  }),
}))

async function sees({ prisma, caller }: Context, chatId: string): Promise<boolean> {
  const where = { id: chatId, kind: 'SUPPORT' as const, AND: [chatsVisibleTo(caller)] }
  return (await prisma.chat.findFirst({ where, select: { id: true } })) !== null
}

/** The stream is open before the first look, so no change is missed between the two. */
function placesOf(
  context: Context,
  chatId: string,
  stream: AsyncIterable<StreamItem>,
): AsyncIterableIterator<QueuePosition> {
  const changes = stream[Symbol.asyncIterator]()
  const places = follow(context, chatId, changes)
  return {
    next: () => places.next(),
    async return() {
      // A generator that waits cannot be returned from: what it waits for is ended first.
      await changes.return?.()
      return places.return(undefined)
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}

async function* follow(
  context: Context,
  chatId: string,
  changes: AsyncIterator<StreamItem>,
): AsyncGenerator<QueuePosition, undefined> {
  const queue = makeQueueLoader(context.database)
  const look = async () => ((await sees(context, chatId)) ? queue.load(chatId) : null)
  try {
    let place = await look()
    if (place) yield place
    while (place) {
      const { done, value: item } = await changes.next()
      // Whoever reads too slowly for the queue opens another stream.
      if (done || item instanceof Resync) return
      if (item instanceof Failure) throw item.error
      const before: number = place.position
      place = await look()
      if (place && (item instanceof Heartbeat || place.position !== before)) yield place
    }
  } finally {
    await changes.return?.()
  }
}

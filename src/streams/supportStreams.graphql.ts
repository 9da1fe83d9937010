/** Subscriptions of customer service: the queue for agents, and the position of a customer in it. */
import { chatReferenceOf } from '../chats/chatReference.ts'
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
      'Changes of the support queue, without gaps from `after`, of chats that the viewer may serve. Shows only the state of a chat that is assigned to another agent. For agents and administrators; refused with FORBIDDEN otherwise.',
    args: { after: t.arg({ type: 'EventCursor', description: AFTER }) },
    subscribe: (_root, { after }, context) => {
      if (!context.caller) throw new UnauthenticatedError()
      if (!hasRole(context.caller, 'AGENT'))
        throw new ForbiddenError(
          'Only users with the role AGENT can subscribe to the queue. An administrator can grant it.',
        )
      return openStream(context, queueTopic(context, context.caller), after)
    },
    resolve: showEvent,
  }),
  queuePosition: t.field({
    type: QueuePositionType,
    description:
      'The position of a chat in the queue: now, at each change, and every 15 seconds. The stream ends when the chat is no longer waiting.',
    args: { chatId: t.arg.id({ required: true, description: 'The support chat, `sch_...`.' }) },
    subscribe: async (_root, { chatId: id }, context) => {
      const reference = chatReferenceOf(id)
      if (reference?.kind !== 'SUPPORT' || !(await sees(context, reference.chatId))) throw new NotFoundError(id)
      const { services, caller } = context
      // A queue position has no cursor, so the stream always starts now.
      const stream = await openStream({ services, caller, lastEventId: null }, queueTopic(context), null)
      return positionsOf(context, reference.chatId, stream)
    },
    resolve: (position) => position as QueuePosition,
  }),
}))

async function sees({ prisma, caller }: Context, chatId: string): Promise<boolean> {
  const where = { id: chatId, kind: 'SUPPORT' as const, AND: [chatsVisibleTo(caller)] }
  return (await prisma.chat.findFirst({ where, select: { id: true } })) !== null
}

/** The stream is open before the first read, so that no change in between is missed. */
function positionsOf(
  context: Context,
  chatId: string,
  stream: AsyncIterable<StreamItem>,
): AsyncIterableIterator<QueuePosition> {
  const changes = stream[Symbol.asyncIterator]()
  const positions = follow(context, chatId, changes)
  return {
    next: () => positions.next(),
    async return() {
      // A waiting generator cannot return, so end the stream that it waits for first.
      await changes.return?.()
      return positions.return(undefined)
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
  const read = async () => ((await sees(context, chatId)) ? queue.load(chatId) : null)
  try {
    let current = await read()
    if (current) yield current
    while (current) {
      const { done, value: item } = await changes.next()
      // A client that reads too slowly for the queue must subscribe again.
      if (done || item instanceof Resync) return
      if (item instanceof Failure) throw item.error
      const before: number = current.position
      current = await read()
      if (current && (item instanceof Heartbeat || current.position !== before)) yield current
    }
  } finally {
    await changes.return?.()
  }
}

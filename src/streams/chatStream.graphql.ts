/** The subscription of one chat. */
import { UserType } from '../accounts/accounts.graphql.ts'
import { chatReferenceOf } from '../chats/chatReference.ts'
import { ChatRef } from '../chats/chats.graphql.ts'
import type { TypingSignal } from '../chats/typing.ts'
import { NotFoundError } from '../domain/errors.ts'
import { builder } from '../graphql/builder.ts'
import { chatsVisibleTo, foundChat } from '../visibility/chatVisibility.ts'
import { ChatEvent } from './events.graphql.ts'
import {
  AFTER,
  HeartbeatType,
  openStream,
  ResyncRequired,
  type Shown,
  showItem,
  typeNameOfItem,
} from './streams.graphql.ts'
import { chatTopic } from './streamTopics.ts'

const TypingSignalType = builder.objectRef<TypingSignal>('TypingSignal').implement({
  description:
    'Another participant is typing, or has stopped. Signals are not stored, have no cursor and may be lost: show one for a few seconds at most.',
  fields: (t) => ({
    chat: t.prismaField({
      type: ChatRef,
      description: 'The chat.',
      resolve: (query, { chatId }, _args, context) => {
        // Signals are delivered only to subscribers who may see the chat now.
        foundChat(context, { id: chatId })
        return context.prisma.chat.findUniqueOrThrow({ ...query, where: { id: chatId } })
      },
    }),
    user: t.prismaField({
      type: UserType,
      description: 'The person who is typing.',
      resolve: (query, { userId }, _args, { prisma }) =>
        prisma.user.findUniqueOrThrow({ ...query, where: { id: userId } }),
    }),
    typing: t.exposeBoolean('typing', { description: 'True if they are typing; false if they have stopped.' }),
    at: t.expose('at', { type: 'DateTime', description: 'The time of the signal.' }),
  }),
})

const ChatStreamItem = builder.unionType('ChatStreamItem', {
  description: 'One item of the stream of a chat.',
  types: [ChatEvent, TypingSignalType, ResyncRequired, HeartbeatType],
  resolveType: (item) => typeNameOfItem(item as Shown),
})

builder.subscriptionField('chat', (t) =>
  t.field({
    type: ChatStreamItem,
    description:
      'The events of one chat, without gaps from `after`, and typing signals of its other participants. For everyone who may see the chat; ends when they no longer may. Refused with NOT_FOUND otherwise.',
    args: {
      id: t.arg.id({ required: true, description: 'The id, e.g. `tch_...`.' }),
      after: t.arg({ type: 'EventCursor', description: AFTER }),
    },
    subscribe: async (_root, { id, after }, context) => {
      const reference = chatReferenceOf(id)
      const where = { id: reference?.chatId ?? '', AND: [chatsVisibleTo(context.caller)] }
      if (
        !reference ||
        !(await context.prisma.chat.findFirst({ where: { ...where, kind: reference.kind }, select: { id: true } }))
      )
        throw new NotFoundError(id)
      const { database, prisma, caller, services } = context
      const topic = chatTopic({ database, prisma, caller, signals: services.signals }, reference.chatId)
      const stream = await openStream(context, topic, after)
      const place = caller && { chatId: reference.chatId, userId: caller.id }
      return place ? services.chatWatchers.whileWatching(place, stream) : stream
    },
    resolve: showItem,
  }),
)

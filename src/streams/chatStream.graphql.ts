/** What happens in one chat, as it happens. */
import { UserType } from '../accounts/accounts.graphql.ts'
import { chatNameOf } from '../chats/chatName.ts'
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
    'Somebody else types, or has stopped. It is not stored, has no cursor and may be lost: show it for some seconds at most.',
  fields: (t) => ({
    chat: t.prismaField({
      type: ChatRef,
      description: 'Where.',
      resolve: (query, { chatId }, _args, context) => {
        // It is told only to those who may see the chat in this moment.
        foundChat(context, { id: chatId })
        return context.prisma.chat.findUniqueOrThrow({ ...query, where: { id: chatId } })
      },
    }),
    user: t.prismaField({
      type: UserType,
      description: 'Who.',
      resolve: (query, { userId }, _args, { prisma }) =>
        prisma.user.findUniqueOrThrow({ ...query, where: { id: userId } }),
    }),
    typing: t.exposeBoolean('typing', { description: 'False when they have stopped.' }),
    at: t.expose('at', { type: 'DateTime', description: 'When.' }),
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
      'What is written in one chat, without a gap from `after`, and who of the others types. For those who may see it; it ends when they may not any more.',
    args: {
      id: t.arg.id({ required: true, description: 'The id, e.g. `tch_...`.' }),
      after: t.arg({ type: 'EventCursor', description: AFTER }),
    },
    subscribe: async (_root, { id, after }, context) => {
      const name = chatNameOf(id)
      const where = { id: name?.chatId ?? '', AND: [chatsVisibleTo(context.caller)] }
      if (
        !name ||
        !(await context.prisma.chat.findFirst({ where: { ...where, kind: name.kind }, select: { id: true } }))
      )
        throw new NotFoundError(id)
      const { database, prisma, caller, services } = context
      const topic = chatTopic({ database, prisma, caller, signals: services.signals }, name.chatId)
      return openStream(context, topic, after)
    },
    resolve: showItem,
  }),
)

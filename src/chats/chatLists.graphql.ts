/** The chats of a person, and those of a task. */
import { queryFromInfo } from '@pothos/plugin-prisma'
import { ViewerType } from '../accounts/accounts.graphql.ts'
import type { Prisma } from '../db/generated/client.ts'
import { hasRole } from '../domain/caller.ts'
import { builder } from '../graphql/builder.ts'
import { connectionOf, idCursor, NODE_PATHS, nestedNodes, newestFirst, readPage } from '../graphql/pagination.ts'
import { chatsVisibleTo, foundChat, participationsOf } from '../visibility/chatVisibility.ts'
import { ChatConnection, ChatRef, TaskChatRef } from './chats.graphql.ts'
import { readUnread } from './chats.sql.ts'

const UnreadCounts = builder.objectRef<{ chats: number; messages: number }>('UnreadCounts').implement({
  description: 'Unread chats and messages.',
  fields: (t) => ({
    chats: t.exposeInt('chats', { description: 'The number of chats with unread messages.' }),
    messages: t.exposeInt('messages', { description: 'The number of unread messages in all of them.' }),
  }),
})

builder.objectFields(ViewerType, (t) => ({
  unread: t.field({
    type: UnreadCounts,
    description: 'Unread chats and messages of the viewer.',
    resolve: async (viewer, _args, { database }) =>
      (await readUnread(database, { userId: viewer.id, isAgent: hasRole(viewer, 'AGENT') })) ?? {
        chats: 0,
        messages: 0,
      },
  }),
  chats: t.connection(
    {
      type: ChatRef,
      description:
        'The chats of which the viewer is a participant, newest first. New messages do not change this order, so pages are stable; `unreadCount` and `lastMessage` show which chats have news.',
      resolve: async (viewer, args, context, info) => {
        const page = readPage(args, idCursor)
        const chat = queryFromInfo({ context, info, typeName: 'Chat', paths: NODE_PATHS, select: { id: true } })
        // Reads from the participants, whose index has the order of this list.
        const { where, orderBy, take } = newestFirst(page)
        const rows = await context.prisma.chatParticipant.findMany({
          where: { ...participationsOf(viewer), chatId: where.id },
          orderBy: { chatId: orderBy.id },
          take,
          select: { chat: { select: { ...chat.select, id: true, kind: true } } },
        })
        return connectionOf(
          rows.map((row) => foundChat(context, row.chat)),
          page,
          idCursor,
          (row) => row.id,
        )
      },
    },
    ChatConnection,
  ),
}))

// The open chat need not be the newest: a tasker who is accepted again gets their former chat back.
const OPEN_FIRST: Prisma.ChatOrderByWithRelationInput[] = [
  { endedAt: { sort: 'desc', nulls: 'first' } },
  { id: 'desc' },
]

builder.prismaObjectFields('Task', (t) => ({
  chat: t.field({
    type: TaskChatRef,
    nullable: true,
    description:
      'The chat of the viewer about this task; for the poster the one with the current tasker, or else the last one. Null if there is none.',
    select: (_args, { caller }, nested) => ({
      chats: nested({
        where: chatsVisibleTo(caller),
        orderBy: OPEN_FIRST,
        take: 1,
      }),
    }),
    resolve: ({ chats }, _args, context) => foundChat(context, chats[0] ?? null),
  }),
  chats: t.connection(
    {
      type: ChatRef,
      nullable: true,
      description:
        'All chats of the task, one per tasker, newest first. Null for everyone but the poster and administrators.',
      select: (args, { caller }, nested) => {
        const { where, ...page } = newestFirst(readPage(args, idCursor))
        return {
          posterId: true,
          chats: nestedNodes(nested, 'Chat', {
            ...page,
            where: { ...where, AND: [chatsVisibleTo(caller)] },
            select: { id: true as const, kind: true as const },
          }),
        }
      },
      resolve: ({ posterId, chats }, args, context) => {
        const { caller } = context
        if (posterId !== caller?.id && !hasRole(caller, 'ADMIN')) return null
        for (const chat of chats) foundChat(context, chat)
        return connectionOf(chats, readPage(args, idCursor), idCursor, ({ id }) => id)
      },
    },
    ChatConnection,
  ),
}))

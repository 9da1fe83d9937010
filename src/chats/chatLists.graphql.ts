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
  description: 'What waits to be read.',
  fields: (t) => ({
    chats: t.exposeInt('chats', { description: 'In how many chats something waits.' }),
    messages: t.exposeInt('messages', { description: 'How many messages wait, in all of them.' }),
  }),
})

builder.objectFields(ViewerType, (t) => ({
  unread: t.field({
    type: UnreadCounts,
    description: 'What waits for them in their chats.',
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
        'The chats that they take part in, the one opened last first. A message moves none of them, so paging loses none; `unread` and `lastMessage` say where something is new.',
      resolve: async (viewer, args, context, info) => {
        const page = readPage(args, idCursor)
        const chat = queryFromInfo({ context, info, typeName: 'Chat', paths: NODE_PATHS, select: { id: true } })
        // Read by way of the participants, whose index has the order of this list.
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

// A tasker who was accepted again got their old chat back.
const GOING_ON_FIRST: Prisma.ChatOrderByWithRelationInput[] = [
  { endedAt: { sort: 'desc', nulls: 'first' } },
  { id: 'desc' },
]

builder.prismaObjectFields('Task', (t) => ({
  chat: t.field({
    type: TaskChatRef,
    nullable: true,
    description: 'The chat of the viewer about it; for the poster the one with the current tasker, else the last one.',
    select: (_args, { caller }, nested) => ({
      chats: nested({
        where: chatsVisibleTo(caller),
        orderBy: GOING_ON_FIRST,
        take: 1,
      }),
    }),
    resolve: ({ chats }, _args, context) => foundChat(context, chats[0] ?? null),
  }),
  chats: t.connection(
    {
      type: ChatRef,
      nullable: true,
      description: 'All chats that it has had, one a tasker, the newest first. Null to anybody but the poster.',
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

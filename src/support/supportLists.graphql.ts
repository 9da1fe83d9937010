/** The support queue, and the chats of an agent. */
import { queryFromInfo } from '@pothos/plugin-prisma'
import type { GraphQLResolveInfo } from 'graphql'
import type { Prisma } from '../db/generated/client.ts'
import { inStatuses } from '../db/queryHints.ts'
import { builder } from '../graphql/builder.ts'
import type { Context } from '../graphql/context.ts'
import { connectionOf, idCursor, NODE_PATHS, newestFirst, readPage } from '../graphql/pagination.ts'
import { foundChat, queuedVisibleTo, servableBy } from '../visibility/chatVisibility.ts'
import { QUEUE_SELECT, queueCursor, queuedBeyond, queueKeyOf, queueOrder } from './queue/queueOrder.graphql.ts'
import { SupportChatRef, SupportChatStatusEnum } from './supportChats.graphql.ts'

const SupportChatConnection = builder.connectionObject(
  {
    type: SupportChatRef,
    name: 'SupportChatConnection',
    description: 'A page of support chats.',
    fields: (t) => ({
      totalCount: t.int({
        description: 'The number of support chats on all pages.',
        resolve: (connection) => (connection as unknown as Counted).count(),
      }),
    }),
  },
  { description: 'A support chat and its cursor.' },
)

/** A connection that runs its count only if `totalCount` is selected. */
interface Counted {
  count: () => Promise<number>
}

// The chat of a suspended customer is not assigned and not listed.
const OF_THE_ACTIVE: Prisma.ChatWhereInput = { customer: { suspendedAt: null } }

const LISTED_SELECT = { id: true, kind: true, ...QUEUE_SELECT } as const

const selectionOf = (context: Context, info: GraphQLResolveInfo) =>
  queryFromInfo({ context, info, typeName: 'SupportChat', paths: NODE_PATHS, select: LISTED_SELECT }).select

builder.queryFields((t) => ({
  supportQueue: t.connection(
    {
      type: SupportChatRef,
      nullable: true,
      roles: ['AGENT'],
      description:
        'The chats that wait for an agent, in the order of service: returned chats first, the last one returned first; then by priority, then oldest first. For agents and administrators; null for everyone else.',
      resolve: async (_root, args, context, info) => {
        const page = readPage(args, queueCursor)
        const where = { AND: [queuedVisibleTo(context.caller), OF_THE_ACTIVE] }
        const rows = await context.prisma.chat.findMany({
          select: selectionOf(context, info),
          where: { AND: [where, queuedBeyond(page)] },
          orderBy: queueOrder(page.backward),
          take: page.limit + 1,
        })
        for (const chat of rows) foundChat(context, chat)
        const connection = connectionOf(rows, page, queueCursor, queueKeyOf)
        return { ...connection, count: () => context.prisma.chat.count({ where }) }
      },
    },
    SupportChatConnection,
  ),
  myAssignedChats: t.connection(
    {
      type: SupportChatRef,
      nullable: true,
      roles: ['AGENT'],
      description:
        'The support chats of the viewer as an agent, newest first. For agents and administrators; null for everyone else.',
      args: {
        status: t.arg({
          type: [SupportChatStatusEnum],
          description:
            'Only chats with one of these statuses; ASSIGNED by default. ENDED chats are those that the viewer served until the end.',
        }),
      },
      resolve: async (_root, { status, ...pageArguments }, context, info) => {
        const page = readPage(pageArguments, idCursor)
        const { where: beyond, ...order } = newestFirst(page)
        const where: Prisma.ChatWhereInput = {
          agentId: context.caller?.id ?? '',
          ...inStatuses(status ?? ['ASSIGNED']),
          AND: context.caller ? [servableBy(context.caller)] : [],
        }
        const rows = await context.prisma.chat.findMany({
          select: selectionOf(context, info),
          where: { AND: [where, beyond] },
          ...order,
        })
        for (const chat of rows) foundChat(context, chat)
        const connection = connectionOf(rows, page, idCursor, ({ id }) => id)
        return { ...connection, count: () => context.prisma.chat.count({ where }) }
      },
    },
    SupportChatConnection,
  ),
}))

/** The queue of customer service, and the chats of an agent. */
import { queryFromInfo } from '@pothos/plugin-prisma'
import type { GraphQLResolveInfo } from 'graphql'
import type { Prisma } from '../db/generated/client.ts'
import { inStatuses } from '../db/queryHints.ts'
import { builder } from '../graphql/builder.ts'
import type { Context } from '../graphql/context.ts'
import { connectionOf, idCursor, NODE_PATHS, newestFirst, readPage } from '../graphql/pagination.ts'
import { foundChat, queuedVisibleTo, servableBy } from '../visibility/chatVisibility.ts'
import { placeOf, QUEUE_SELECT, queueCursor, queuedBeyond, queueOrder } from './queue/queueOrder.graphql.ts'
import { SupportChatRef, SupportChatStatusEnum } from './supportChats.graphql.ts'

const SupportChatConnection = builder.connectionObject(
  {
    type: SupportChatRef,
    name: 'SupportChatConnection',
    description: 'A page of support chats.',
    fields: (t) => ({
      totalCount: t.int({
        description: 'How many there are on all pages.',
        resolve: (connection) => (connection as unknown as Counted).count(),
      }),
    }),
  },
  { description: 'A support chat and its place in the list.' },
)

/** A connection that counts only when it is asked to. */
interface Counted {
  count: () => Promise<number>
}

// The chat of a suspended customer is given to nobody, and waits in silence.
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
        'Who waits for an agent, in the order in which they are served: chats that lost their agent, the last one first; then by priority, then the oldest. For agents and administrators; null to everybody else.',
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
        const connection = connectionOf(rows, page, queueCursor, placeOf)
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
        'The support chats that the viewer has as an agent, the newest first. For agents and administrators; null to everybody else.',
      args: {
        status: t.arg({
          type: [SupportChatStatusEnum],
          description: 'Only in one of these; ASSIGNED when absent. ENDED ones are those that they had to the end.',
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

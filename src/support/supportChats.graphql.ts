/** Support chats: their customer, agent, topics, notes and rating. */
import { queryFromInfo } from '@pothos/plugin-prisma'
import { resolveNodes } from '@pothos/plugin-relay'
import { UserType } from '../accounts/accounts.graphql.ts'
import { ChatRef } from '../chats/chats.graphql.ts'
import type { Prisma } from '../db/generated/client.ts'
import type { ChatEndReason, SupportChatStatus } from '../db/generated/enums.ts'
import { type Caller, hasRole } from '../domain/caller.ts'
import { toDuration } from '../domain/duration.ts'
import { builder } from '../graphql/builder.ts'
import type { Context } from '../graphql/context.ts'
import { connectionOf, idCursor, nestedNodes, newestFirst, readPage } from '../graphql/pagination.ts'
import { chatsVisibleTo, foundChat, seenOfChat, seesChat } from '../visibility/chatVisibility.ts'
import { TOPICS_MAX, TOPICS_WITH_DISPUTES_MAX, type Topic } from './addTopic.ts'
import type { QueuePosition } from './queue/queue.sql.ts'

export const SupportChatStatusEnum = builder.enumType('SupportChatStatus', {
  description: 'The status of a support chat.',
  values: {
    QUEUED: { description: 'The customer is waiting for an agent.' },
    ASSIGNED: { description: 'The chat is assigned to an agent.' },
    ENDED: { description: 'The chat has ended and is readable only.' },
  } satisfies Record<SupportChatStatus, { description: string }>,
})

const ChatEndReasonEnum = builder.enumType('ChatEndReason', {
  description: 'The reason for the end of a support chat.',
  values: {
    RESOLVED: { description: 'The agent ended it.' },
    CUSTOMER_ENDED: { description: 'The customer ended it.' },
    AGENT_ENDED: { description: 'An administrator ended it.' },
    CUSTOMER_INACTIVE: { description: 'The customer did not answer the agent in time.' },
    AGENT_INACTIVE: { description: 'No agent took the chat in time.' },
  } satisfies Record<ChatEndReason, { description: string }>,
})

export const QueuePositionType = builder.objectRef<QueuePosition>('QueuePosition').implement({
  description: 'The position of a chat in the queue.',
  fields: (t) => ({
    position: t.exposeInt('position', { description: '1 for the next chat.' }),
    estimatedWait: t.field({
      type: 'Duration',
      nullable: true,
      description:
        'The estimated wait, from assignments of the last hour. Null if there were too few, or no agent at work could serve the chat.',
      resolve: ({ estimatedWaitMs }) => (estimatedWaitMs === null ? null : toDuration(estimatedWaitMs)),
    }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'The time of this reading.' }),
  }),
})

interface Rating {
  score: number
  comment: string | null
  ratedAt: Date
}

const ChatRatingType = builder.objectRef<Rating>('ChatRating').implement({
  description: 'The rating of a support chat by its customer.',
  fields: (t) => ({
    score: t.exposeInt('score', { description: 'The score, from 1 (bad) to 5 (good).' }),
    comment: t.exposeString('comment', {
      nullable: true,
      description: 'The comment of the customer. Null if there is none.',
    }),
    ratedAt: t.expose('ratedAt', { type: 'DateTime', description: 'The time of the rating.' }),
  }),
})

/** The notes that `caller` may read: staff those of chats that they may see, but no customer those of their own chat. */
const notesVisibleTo = (caller: Caller | null): Prisma.NoteWhereInput =>
  caller && hasRole(caller, 'AGENT')
    ? { chat: { customerId: { not: caller.id }, AND: [chatsVisibleTo(caller)] } }
    : { id: { in: [] } }

export const NoteType = builder.prismaNode('Note', {
  description:
    'An internal note on a support chat, written by staff or by the server. Customers never see notes. Notes cannot be changed.',
  id: { field: 'id', description: 'The id, `not_...`.' },
  nullable: true,
  select: { id: true },
  findUnique: (id, { caller }) => ({ id, AND: [notesVisibleTo(caller)] }),
  fields: (t) => ({
    author: t.relation('author', {
      type: UserType,
      description: 'The author; the customer if the server recorded one of their actions.',
    }),
    body: t.exposeString('body', { description: 'The text, as plain text.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'The time of its creation.' }),
  }),
})

const NoteConnection = builder.connectionObject(
  { type: NoteType, name: 'NoteConnection', description: 'A page of notes, newest first.' },
  { description: 'A note and its cursor.' },
)

function keyOf({ taskId, transferId, disputeId }: Topic): { typename: string; id: string } {
  if (disputeId) return { typename: 'Dispute', id: disputeId }
  return transferId ? { typename: 'Transfer', id: transferId } : { typename: 'Task', id: taskId }
}

const KEY_SELECT = { id: true, kind: true } as const

export const SupportChatRef = builder.prismaObject('Chat', {
  variant: 'SupportChat',
  description:
    'A conversation of a customer with customer service. A person has at most one open support chat. It stays readable after its end, with its files.',
  interfaces: [ChatRef],
  select: KEY_SELECT,
  fields: (t) => ({
    subject: t.string({
      nullable: true,
      description: 'The subject that the customer chose. Null if there is none, or the viewer may not see it.',
      select: { subject: true },
      resolve: ({ id, subject }, _args, context) => seenOfChat(context, { id }, subject, null),
    }),
    status: t.field({
      type: SupportChatStatusEnum,
      description: 'The status.',
      select: { status: true },
      resolve: ({ status }) => status as SupportChatStatus,
    }),
    priority: t.exposeInt('priority', { description: 'The priority: higher is served first; 0 by default.' }),
    customer: t.relation('customer', {
      type: UserType,
      nullable: false,
      onNull: 'error',
      description: 'The customer.',
    }),
    agent: t.field({
      type: UserType,
      nullable: true,
      description: 'The assigned agent, or the agent at its end. Null if there is none, or the viewer may not see it.',
      select: (_args, _context, nested) => ({ agent: nested() }),
      resolve: ({ id, agent }, _args, context) => seenOfChat(context, { id }, agent, null),
    }),
    about: t.field({
      type: builder.nodeInterfaceRef(),
      nullable: true,
      description: 'The first topic: a task, transfer or dispute. Null if there is none, or the viewer may not see it.',
      select: { aboutTaskId: true, aboutTransferId: true, aboutDisputeId: true },
      resolve: async ({ id, aboutTaskId, aboutTransferId, aboutDisputeId }, _args, context, info) => {
        if (!aboutTaskId || !(await seesChat(context, { id }))) return null
        const key = keyOf({ taskId: aboutTaskId, transferId: aboutTransferId, disputeId: aboutDisputeId })
        const [node] = await resolveNodes(builder, context, info, [key])
        return node
      },
    }),
    topics: t.field({
      type: [builder.nodeInterfaceRef()],
      description: `All topics, at most ${TOPICS_MAX} tasks and transfers that the customer asked about, and ${TOPICS_WITH_DISPUTES_MAX} with the disputes that they opened: \`about\`, then those that the customer added while the chat was open, in that order. Topics that the viewer may not see are left out.`,
      select: (_args, _context, nested) => ({
        topics: nested({
          select: { taskId: true as const, transferId: true as const, disputeId: true as const },
          orderBy: { id: 'asc' as const },
          take: TOPICS_WITH_DISPUTES_MAX,
        }),
      }),
      resolve: async ({ id, topics }, _args, context, info) => {
        if (!(await seesChat(context, { id }))) return []
        const nodes = await resolveNodes(builder, context, info, topics.map(keyOf))
        return nodes.filter((node) => node !== null)
      },
    }),
    notes: t.connection(
      {
        type: NoteType,
        nullable: true,
        description:
          'The notes of staff, newest first. Null for everyone but agents and administrators, and for the customer of the chat.',
        select: (args, { caller }, nested) => {
          const { where, ...page } = newestFirst(readPage(args, idCursor))
          return {
            customerId: true as const,
            notes: nestedNodes(nested, 'Note', {
              ...page,
              where: { ...where, AND: [notesVisibleTo(caller)] },
              select: { id: true as const },
            }),
          }
        },
        resolve: ({ customerId, notes }, args, { caller }) =>
          hasRole(caller, 'AGENT') && customerId !== caller?.id
            ? connectionOf(notes, readPage(args, idCursor), idCursor, ({ id }) => id)
            : null,
      },
      NoteConnection,
    ),
    queue: t.field({
      type: QueuePositionType,
      nullable: true,
      description: 'The position in the queue while the chat is QUEUED; null otherwise.',
      select: { status: true },
      resolve: ({ id, status }, _args, { loaders }) => (status === 'QUEUED' ? loaders.queue.load(id) : null),
    }),
    rating: t.field({
      type: ChatRatingType,
      nullable: true,
      description: 'The rating of the customer. Null before they rate it, or if the viewer may not see it.',
      select: { ratingScore: true, ratingComment: true, ratedAt: true },
      resolve: ({ id, ratingScore: score, ratingComment: comment, ratedAt }, _args, context) =>
        score === null || ratedAt === null ? null : seenOfChat(context, { id }, { score, comment, ratedAt }, null),
    }),
    assignedAt: t.expose('assignedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'The time of the last assignment. Null while the chat is QUEUED.',
    }),
    endReason: t.expose('endReason', {
      type: ChatEndReasonEnum,
      nullable: true,
      description: 'The reason for the end. Null while the chat is open.',
    }),
  }),
})

// Not a prismaNode, which would read a chat again, with the conditions of `node(id)`, that an earlier event or the queue has shown to
// a viewer who may not read it now.
builder.nodeRef(SupportChatRef, {
  id: { description: 'The id, `sch_...`.', resolve: ({ id }: { id: string }) => id },
  loadWithoutCache: async (id: string, context: Context, info) => {
    const { select } = queryFromInfo({ context, info, typeName: 'SupportChat', select: KEY_SELECT })
    const where = { id, kind: 'SUPPORT' as const, AND: [chatsVisibleTo(context.caller)] }
    return foundChat(context, await context.prisma.chat.findFirst({ select, where }))
  },
})

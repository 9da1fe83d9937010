/** Support chats: a customer, the agent who has them, and what staff note about it. */
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
import { TOPICS_MAX, type Topic } from './addTopic.ts'
import type { QueuePosition } from './queue/queue.sql.ts'

export const SupportChatStatusEnum = builder.enumType('SupportChatStatus', {
  description: 'Where a support chat is in its life.',
  values: {
    QUEUED: { description: 'The customer waits for an agent.' },
    ASSIGNED: { description: 'An agent has it.' },
    ENDED: { description: 'It is over, and can be read.' },
  } satisfies Record<SupportChatStatus, { description: string }>,
})

const ChatEndReasonEnum = builder.enumType('ChatEndReason', {
  description: 'Why a support chat ended.',
  values: {
    RESOLVED: { description: 'The agent ended it.' },
    CUSTOMER_ENDED: { description: 'The customer ended it.' },
    AGENT_ENDED: { description: 'An administrator ended it.' },
    CUSTOMER_INACTIVE: { description: 'The customer did not answer the agent.' },
    AGENT_INACTIVE: { description: 'Nobody could be found to answer.' },
  } satisfies Record<ChatEndReason, { description: string }>,
})

export const QueuePositionType = builder.objectRef<QueuePosition>('QueuePosition').implement({
  description: 'Where a customer stands in the queue.',
  fields: (t) => ({
    position: t.exposeInt('position', { description: '1 for whoever is next.' }),
    estimatedWait: t.field({
      type: 'Duration',
      nullable: true,
      description:
        'How long it takes at the pace of the last hour. Null while nothing sensible can be said: too few were served, or no agent is at work.',
      resolve: ({ estimatedWaitMs }) => (estimatedWaitMs === null ? null : toDuration(estimatedWaitMs)),
    }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When this was so.' }),
  }),
})

interface Rating {
  score: number
  comment: string | null
  ratedAt: Date
}

const ChatRatingType = builder.objectRef<Rating>('ChatRating').implement({
  description: 'What a customer made of a support chat.',
  fields: (t) => ({
    score: t.exposeInt('score', { description: 'From 1, bad, to 5, good.' }),
    comment: t.exposeString('comment', { nullable: true, description: 'What they said of it.' }),
    ratedAt: t.expose('ratedAt', { type: 'DateTime', description: 'When.' }),
  }),
})

/** The notes that `caller` may read: staff those of chats that they see, but nobody those about themselves. */
const notesVisibleTo = (caller: Caller | null): Prisma.NoteWhereInput =>
  caller && hasRole(caller, 'AGENT')
    ? { chat: { customerId: { not: caller.id }, AND: [chatsVisibleTo(caller)] } }
    : { id: { in: [] } }

export const NoteType = builder.prismaNode('Note', {
  description:
    'What staff wrote about a support chat for each other, or the server for them. Customers never see it. It is never changed.',
  id: { field: 'id', description: 'The id, `not_...`.' },
  nullable: true,
  select: { id: true },
  findUnique: (id, { caller }) => ({ id, AND: [notesVisibleTo(caller)] }),
  fields: (t) => ({
    author: t.relation('author', {
      type: UserType,
      description: 'Who wrote it; the customer where the server notes what they did.',
    }),
    body: t.exposeString('body', { description: 'What it says, as plain text.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was written.' }),
  }),
})

const NoteConnection = builder.connectionObject(
  { type: NoteType, name: 'NoteConnection', description: 'A page of notes, the newest first.' },
  { description: 'A note and its place in the list.' },
)

const keyOf = ({ taskId, transferId }: Topic) =>
  transferId ? { typename: 'Transfer', id: transferId } : { typename: 'Task', id: taskId }

const KEY_SELECT = { id: true, kind: true } as const

export const SupportChatRef = builder.prismaObject('Chat', {
  variant: 'SupportChat',
  description:
    'A conversation of a customer with customer service. A person has one open at a time. It stays readable after its end, with its files.',
  interfaces: [ChatRef],
  select: KEY_SELECT,
  fields: (t) => ({
    subject: t.string({
      nullable: true,
      description: 'What the customer called it.',
      select: { subject: true },
      resolve: ({ id, subject }, _args, context) => seenOfChat(context, { id }, subject, null),
    }),
    status: t.field({
      type: SupportChatStatusEnum,
      description: 'Where it is in its life.',
      select: { status: true },
      resolve: ({ status }) => status as SupportChatStatus,
    }),
    priority: t.exposeInt('priority', { description: 'Higher is served first; 0 by default.' }),
    customer: t.relation('customer', {
      type: UserType,
      nullable: false,
      onNull: 'error',
      description: 'Who asked.',
    }),
    agent: t.field({
      type: UserType,
      nullable: true,
      description: 'Who has it, or had it at its end.',
      select: (_args, _context, nested) => ({ agent: nested() }),
      resolve: ({ id, agent }, _args, context) => seenOfChat(context, { id }, agent, null),
    }),
    about: t.field({
      type: builder.nodeInterfaceRef(),
      nullable: true,
      description:
        'What the customer asks about: a task or a transfer; the first one where they are several. Null when there is none, or the viewer may not see it.',
      select: { aboutTaskId: true, aboutTransferId: true },
      resolve: async ({ id, aboutTaskId, aboutTransferId }, _args, context, info) => {
        if (!aboutTaskId || !(await seesChat(context, { id }))) return null
        const key = keyOf({ taskId: aboutTaskId, transferId: aboutTransferId })
        const [node] = await resolveNodes(builder, context, info, [key])
        return node
      },
    }),
    topics: t.field({
      type: [builder.nodeInterfaceRef()],
      description: `Everything that it is about, at most ${TOPICS_MAX} tasks and transfers: \`about\`, then what the customer asked about while it was open, in that order. What the viewer may not see is left out.`,
      select: (_args, _context, nested) => ({
        topics: nested({
          select: { taskId: true as const, transferId: true as const },
          orderBy: { id: 'asc' as const },
          take: TOPICS_MAX,
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
          'What staff wrote for each other, the newest first. Null to everybody but agents and administrators.',
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
      description: 'Where it stands while it is QUEUED; null otherwise.',
      select: { status: true },
      resolve: ({ id, status }, _args, { loaders }) => (status === 'QUEUED' ? loaders.queue.load(id) : null),
    }),
    rating: t.field({
      type: ChatRatingType,
      nullable: true,
      description: 'What the customer made of it. Null before they said.',
      select: { ratingScore: true, ratingComment: true, ratedAt: true },
      resolve: ({ id, ratingScore: score, ratingComment: comment, ratedAt }, _args, context) =>
        score === null || ratedAt === null ? null : seenOfChat(context, { id }, { score, comment, ratedAt }, null),
    }),
    assignedAt: t.expose('assignedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the agent got it. Null while it is QUEUED.',
    }),
    endReason: t.expose('endReason', {
      type: ChatEndReasonEnum,
      nullable: true,
      description: 'Why it ended. Null while it goes on.',
    }),
  }),
})

// Not a prismaNode: that would look a chat up again, through its visibility, which an event of the past or of the queue has shown
// to somebody who may not read it now.
builder.nodeRef(SupportChatRef, {
  id: { description: 'The id, `sch_...`.', resolve: ({ id }: { id: string }) => id },
  loadWithoutCache: async (id: string, context: Context, info) => {
    const { select } = queryFromInfo({ context, info, typeName: 'SupportChat', select: KEY_SELECT })
    const where = { id, kind: 'SUPPORT' as const, AND: [chatsVisibleTo(context.caller)] }
    return foundChat(context, await context.prisma.chat.findFirst({ select, where }))
  },
})

/** Chats, their participants and reading marks. */
import type { ChatKind, ChatRole } from '../db/generated/enums.ts'
import { builder } from '../graphql/builder.ts'
import { connectionOf, nestedNodes, readPage } from '../graphql/pagination.ts'
import { chatsVisibleTo, foundChat, seenOfChat } from '../visibility/chatVisibility.ts'
import { chatReferenceOf } from './chatReference.ts'
import { MessageConnection, MessageRef, messageCursor, messagesOf } from './messages.graphql.ts'

// A task chat has two; staff who join a support chat are few.
const PARTICIPANTS = { orderBy: { role: 'asc' }, take: 20 } as const

const ChatRoleEnum = builder.enumType('ChatRole', {
  description: 'The role of a participant in a chat.',
  values: {
    POSTER: { description: 'The poster of the task.' },
    TASKER: { description: 'The tasker who was accepted for the task.' },
    CUSTOMER: { description: 'The person who contacted customer service.' },
    AGENT: { description: 'The agent who answers for customer service.' },
  } satisfies Record<ChatRole, { description: string }>,
})

const ChatParticipantType = builder.prismaObject('ChatParticipant', {
  description: 'A participant of a chat.',
  select: { chatId: true, userId: true },
  fields: (t) => ({
    user: t.relation('user', { description: 'The person.' }),
    role: t.expose('role', { type: ChatRoleEnum, description: 'Their role in this chat.' }),
    lastReadSequence: t.exposeInt('lastReadSequence', {
      description: 'The `sequence` of the last message that they have read; 0 if none.',
    }),
    lastReadAt: t.expose('lastReadAt', {
      type: 'DateTime',
      nullable: true,
      description: 'The time of their last `markRead`. Null before the first.',
    }),
  }),
})

const TYPE_NAMES = { TASK: 'TaskChat', SUPPORT: 'SupportChat' } as const satisfies Record<ChatKind, string>

export const ChatRef = builder.prismaInterface('Chat', {
  description: 'A conversation. Its messages stay readable after it has ended.',
  select: { id: true, kind: true },
  interfaces: [builder.nodeInterfaceRef()],
  resolveType: ({ kind }) => TYPE_NAMES[kind],
  fields: (t) => ({
    participants: t.field({
      type: [ChatParticipantType],
      description: 'The participants.',
      select: (_args, _context, nested) => ({ participants: nested(PARTICIPANTS) }),
      resolve: ({ id, participants }, _args, context) => seenOfChat(context, { id }, participants, []),
    }),
    messages: t.connection(
      {
        type: MessageRef,
        description:
          'The messages, oldest first. `first` pages from the start, `last` from the end: `last: 20` is the newest page; continue with `before: startCursor`.',
        select: (args, { caller }, nested) => ({
          messages: nestedNodes(nested, 'Message', messagesOf(readPage(args, messageCursor), caller)),
        }),
        resolve: ({ messages }, args) =>
          connectionOf(messages, readPage(args, messageCursor), messageCursor, ({ sequence }) => [BigInt(sequence)]),
      },
      MessageConnection,
    ),
    lastMessage: t.field({
      type: MessageRef,
      nullable: true,
      description: 'The newest message. Null if there is none.',
      select: (_args, { caller }, nested) => ({
        messages: nested({ where: { chat: chatsVisibleTo(caller) }, orderBy: { sequence: 'desc' }, take: 1 }),
      }),
      resolve: ({ messages }) => messages[0] ?? null,
    }),
    unreadCount: t.int({
      description: 'The number of messages of others after the reading mark of the viewer.',
      select: { id: true },
      resolve: ({ id }, _args, { loaders }) => loaders.unread.load(id),
    }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      description: 'The time of its creation.',
    }),
    endedAt: t.expose('endedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'The time of its end. Null while it is open.',
    }),
  }),
})

export const TaskChatRef = builder.prismaNode('Chat', {
  variant: 'TaskChat',
  description:
    'The chat of a task and one tasker. It ends when the tasker loses the task; the next tasker gets another chat.',
  interfaces: [ChatRef],
  id: { field: 'id', description: 'The id, `tch_...`.' },
  nullable: true,
  select: { id: true, kind: true },
  findUnique: (id, { caller }) => ({ id, kind: 'TASK', AND: [chatsVisibleTo(caller)] }),
  fields: (t) => ({
    task: t.relation('task', { nullable: false, onNull: 'error', description: 'The task.' }),
  }),
})

export const ChatConnection = builder.connectionObject(
  { type: ChatRef, name: 'ChatConnection', description: 'A page of chats, newest first.' },
  { description: 'A chat and its cursor.' },
)

builder.queryField('chat', (t) =>
  t.prismaField({
    type: ChatRef,
    nullable: true,
    description: 'The chat with this id. Null if it does not exist or the viewer may not see it.',
    args: { id: t.arg.id({ required: true, description: 'The id, `tch_...` or `sch_...`.' }) },
    resolve: async (query, _root, args, context) => {
      const reference = chatReferenceOf(args.id)
      if (!reference) return null
      const { chatId: id, kind } = reference
      const where = { id, kind, AND: [chatsVisibleTo(context.caller)] }
      return foundChat(context, await context.prisma.chat.findUnique({ ...query, where }))
    },
  }),
)

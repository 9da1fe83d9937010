/** Messages, and the pages of messages of a chat. */
import type { Prisma } from '../db/generated/client.ts'
import type { MessageKind } from '../db/generated/enums.ts'
import type { Caller } from '../domain/caller.ts'
import { AttachmentType, SHOWN_FILES } from '../files/attachments.graphql.ts'
import { builder } from '../graphql/builder.ts'
import { INTEGER_MAX, numbersCursor, type Page } from '../graphql/pagination.ts'
import { chatsVisibleTo } from '../visibility/chatVisibility.ts'
import type { StaleChatError } from './errors.ts'

// The size of the longest page; a client that has missed more reloads the chat.
const MISSED_MAX = 100

const MessageKindEnum = builder.enumType('MessageKind', {
  description: 'The kind of a message.',
  values: {
    TEXT: { description: 'Written by a person.' },
    SYSTEM: { description: 'Written by the server; it has no author.' },
  } satisfies Record<MessageKind, { description: string }>,
})

export const MessageRef = builder.prismaNode('Message', {
  description: 'A message in a chat. It cannot be changed or deleted.',
  id: { field: 'id', description: 'The id, `msg_...`.' },
  nullable: true,
  select: { id: true },
  findUnique: (id, { caller }) => ({ id, chat: chatsVisibleTo(caller) }),
  fields: (t) => ({
    chat: t.relation('chat', { description: 'The chat of the message.' }),
    sequence: t.exposeInt('sequence', {
      description: 'Its number in the chat: 1, 2, 3 and so on, without gaps.',
    }),
    kind: t.expose('kind', {
      type: MessageKindEnum,
      description: 'The kind: written by a person or by the server.',
    }),
    author: t.relation('author', { nullable: true, description: 'The author. Null for a system message.' }),
    body: t.exposeString('body', { description: 'The text, as plain text.' }),
    attachments: t.field({
      type: [AttachmentType],
      description: 'The attached files, in the order of the sender.',
      select: (_args, _context, nested) => ({ attachments: nested(SHOWN_FILES) }),
      resolve: ({ attachments }) => attachments,
    }),
    sentAt: t.expose('sentAt', { type: 'DateTime', description: 'The time of sending.' }),
  }),
})

export const MessageConnection = builder.connectionObject(
  { type: MessageRef, name: 'MessageConnection', description: 'A page of messages, oldest first.' },
  { description: 'A message and its cursor.' },
)

export const messageCursor = numbersCursor(INTEGER_MAX)

/**
 * Selects the messages of a page, one more than its limit, in its direction. Empty if the viewer may not see the chat now, which an
 * earlier event or the queue can have shown to them.
 */
export function messagesOf(page: Page<bigint[]>, caller: Caller | null) {
  const { after, before } = page
  const where: Prisma.MessageWhereInput = {
    sequence: {
      ...(after && { gt: Number(after[0]) }),
      ...(before && { lt: Number(before[0]) }),
    },
    chat: chatsVisibleTo(caller),
  }
  return {
    where,
    orderBy: { sequence: page.backward ? ('desc' as const) : ('asc' as const) },
    take: page.limit + 1,
    select: { id: true as const, sequence: true as const },
  }
}

/** Selects the messages of others after the last one that the sender had seen. */
export const missedMessages = (
  { chatId, readerId, afterSequence, upToSequence }: StaleChatError,
  caller: Caller | null,
) => ({
  where: {
    chatId,
    chat: chatsVisibleTo(caller),
    sequence: { gt: afterSequence, lte: upToSequence },
    OR: [{ authorId: null }, { authorId: { not: readerId } }],
  },
  orderBy: { sequence: 'asc' as const },
  take: MISSED_MAX,
})

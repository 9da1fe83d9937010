/** Messages, and the pages of them that a chat shows. */
import type { Prisma } from '../db/generated/client.ts'
import type { MessageKind } from '../db/generated/enums.ts'
import type { Caller } from '../domain/caller.ts'
import { AttachmentType, SHOWN_FILES } from '../files/attachments.graphql.ts'
import { builder } from '../graphql/builder.ts'
import { INTEGER_MAX, numbersCursor, type Page } from '../graphql/pagination.ts'
import { chatsVisibleTo } from '../visibility/chatVisibility.ts'
import type { StaleChatError } from './errors.ts'

// As many as the longest page: whoever has missed more reads the chat anew.
const MISSED_MAX = 100

const MessageKindEnum = builder.enumType('MessageKind', {
  description: 'Who wrote a message.',
  values: {
    TEXT: { description: 'A person.' },
    SYSTEM: { description: 'The server; it has no author.' },
  } satisfies Record<MessageKind, { description: string }>,
})

export const MessageRef = builder.prismaNode('Message', {
  description: 'What was written in a chat. It is never changed or taken back.',
  id: { field: 'id', description: 'The id, `msg_...`.' },
  nullable: true,
  select: { id: true },
  findUnique: (id, { caller }) => ({ id, chat: chatsVisibleTo(caller) }),
  fields: (t) => ({
    chat: t.relation('chat', { description: 'The chat that it was written in.' }),
    sequence: t.exposeInt('sequence', {
      description: 'Its place in its chat: 1, 2, 3 and so on, without gaps.',
    }),
    kind: t.expose('kind', {
      type: MessageKindEnum,
      description: 'Whether a person or the server wrote it.',
    }),
    author: t.relation('author', { nullable: true, description: 'Who wrote it. Null for a system message.' }),
    body: t.exposeString('body', { description: 'What was written, as plain text.' }),
    attachments: t.field({
      type: [AttachmentType],
      description: 'The files that were sent with it, in the order of the sender.',
      select: (_args, _context, nested) => ({ attachments: nested(SHOWN_FILES) }),
      resolve: ({ attachments }) => attachments,
    }),
    sentAt: t.expose('sentAt', { type: 'DateTime', description: 'When it was sent.' }),
  }),
})

export const MessageConnection = builder.connectionObject(
  { type: MessageRef, name: 'MessageConnection', description: 'A page of messages, the oldest first.' },
  { description: 'A message and its place in the list.' },
)

export const messageCursor = numbersCursor(INTEGER_MAX)

/**
 * The messages of a page, one more than its limit, read in its direction. Who was told of a chat, by an event of the past or by the
 * queue, may not see it now: then there are none.
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

/** What others wrote behind the last message that somebody had seen. */
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

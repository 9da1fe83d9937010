/** How people write in chats, mark what they have read, and show that they type. */
import { OkResult } from '../accounts/sessions/signIn.graphql.ts'
import {
  ForbiddenError,
  IdempotencyInProgressError,
  IdempotencyKeyReusedError,
  IllegalTransitionError,
  NotFoundError,
  RateLimitedError,
  UnauthenticatedError,
  ValidationError,
} from '../domain/errors.ts'
import { builder } from '../graphql/builder.ts'
import { errorType } from '../graphql/errors.ts'
import { mutation, mutationOutsideTransaction, result } from '../graphql/mutation.ts'
import { foundByAct, foundChat } from '../visibility/chatVisibility.ts'
import { namedChat } from './chatName.ts'
import { ChatRef } from './chats.graphql.ts'
import { ChatEndedError, StaleChatError } from './errors.ts'
import { ATTACHMENTS_MAX, BODY_LENGTH_MAX, markReadSchema, sendMessageSchema, setTypingSchema } from './inputSchemas.ts'
import { markRead } from './markRead.ts'
import { MessageRef, missedMessages } from './messages.graphql.ts'
import { sendMessage } from './sendMessage.ts'
import { setTyping } from './setTyping.ts'

errorType(ChatEndedError, {
  description: 'The chat has ended; it can still be read.',
  codes: { CHAT_ENDED: 'Nothing more can be written in it.' },
  fields: (t) => ({ endedAt: t.expose('endedAt', { type: 'DateTime', description: 'When it ended.' }) }),
})

errorType(StaleChatError, {
  description: 'Others, or the system, have written behind `lastSeenSequence`.',
  codes: { STALE_CHAT: 'Show `missed`, and send it again with the last sequence of it, if it still fits.' },
  fields: (t) => ({
    missed: t.prismaField({
      type: [MessageRef],
      description: 'What was missed, the oldest first; when it is very much, the first hundred of it.',
      resolve: (query, error, _args, { prisma, caller }) =>
        prisma.message.findMany({ ...query, ...missedMessages(error, caller) }),
    }),
  }),
})

interface Replayable {
  replayed: boolean
}

const MessagePayload = builder
  .objectRef<Replayable & { chatId: string; messageId: string }>('MessagePayload')
  .implement({
    description: 'The message is written.',
    fields: (t) => ({
      sentMessage: t.prismaField({
        type: MessageRef,
        description: 'The message.',
        resolve: (query, { messageId }, _args, { prisma }) =>
          prisma.message.findUniqueOrThrow({ ...query, where: { id: messageId } }),
      }),
      chat: t.prismaField({
        type: ChatRef,
        description: 'The chat as it is now.',
        resolve: (query, answer, _args, context) => {
          foundByAct(context, answer)
          return context.prisma.chat.findUniqueOrThrow({ ...query, where: { id: answer.chatId } })
        },
      }),
      replayed: t.exposeBoolean('replayed', {
        description: 'Whether an earlier answer to the same request, under the same key, was given again.',
      }),
    }),
  })

const MarkReadPayload = builder.objectRef<{ chatId: string }>('MarkReadPayload').implement({
  description: 'The mark is set.',
  fields: (t) => ({
    chat: t.prismaField({
      type: ChatRef,
      description: 'The chat as it is now.',
      resolve: (query, { chatId }, _args, context) => {
        foundChat(context, { id: chatId })
        return context.prisma.chat.findUniqueOrThrow({ ...query, where: { id: chatId } })
      },
    }),
  }),
})

const MessageResult = result('MessageResult', MessagePayload, [
  UnauthenticatedError,
  ValidationError,
  NotFoundError,
  ForbiddenError,
  IllegalTransitionError,
  StaleChatError,
  ChatEndedError,
  IdempotencyKeyReusedError,
  IdempotencyInProgressError,
  RateLimitedError,
])

const MarkReadResult = result('MarkReadResult', MarkReadPayload, [
  UnauthenticatedError,
  ValidationError,
  NotFoundError,
  ForbiddenError,
])

const SendMessageInput = builder.inputType('SendMessageInput', {
  description: 'What is written, and where.',
  fields: (t) => ({
    idempotencyKey: t.field({
      type: 'IdempotencyKey',
      description: 'The same request under the same key writes one message, however often it is sent.',
    }),
    chatId: t.id({ required: true, description: 'The chat.' }),
    body: t.string({
      required: true,
      description: `Plain text of 1 to ${BODY_LENGTH_MAX} characters, without control characters but tabs and new lines. Space around it is cut off.`,
    }),
    attachmentIds: t.idList({
      description: `Files that the sender has uploaded for CHAT and that belong to nothing yet, in the order to be shown; at most ${ATTACHMENTS_MAX}.`,
    }),
    lastSeenSequence: t.int({
      description:
        'The last message that the sender has seen: refused with StaleChatError when others, or the system, have written behind it. Absent: sent whatever was written.',
    }),
  }),
})

const MarkReadInput = builder.inputType('MarkReadInput', {
  description: 'Up to where the viewer has read.',
  fields: (t) => ({
    chatId: t.id({ required: true, description: 'The chat.' }),
    upToSequence: t.int({
      required: true,
      description:
        'The last message that was read. Beyond the end means the end; before the mark leaves it where it is.',
    }),
  }),
})

const SetTypingInput = builder.inputType('SetTypingInput', {
  description: 'Whether the viewer types.',
  fields: (t) => ({
    chatId: t.id({ required: true, description: 'The chat.' }),
    typing: t.boolean({ required: true, description: 'False when they have stopped.' }),
  }),
})

mutation('sendMessage', {
  description:
    'Writes in a chat that the viewer takes part in. The chat of a task can be written in until 30 days after the task has ended.',
  input: SendMessageInput,
  form: sendMessageSchema,
  result: MessageResult,
  budget: 'message',
  rule: (tx, { chatId, body, attachmentIds = [], lastSeenSequence }, { caller }) =>
    sendMessage(tx, { name: namedChat(chatId), caller, body, attachmentIds, lastSeenSequence }),
})

mutation('markRead', {
  description: 'Moves the reading mark of the viewer in a chat. Others see it as `lastReadSequence`; it is no event.',
  input: MarkReadInput,
  form: markReadSchema,
  result: MarkReadResult,
  rule: (tx, { chatId, upToSequence }, { caller }) => markRead(tx, { name: namedChat(chatId), caller, upToSequence }),
})

mutationOutsideTransaction('setTyping', {
  description:
    'Shows to the others who watch the chat that the viewer types, or has stopped. It is stored nowhere; send it again every few seconds. In a chat that has ended it tells nobody.',
  input: SetTypingInput,
  form: setTypingSchema,
  result: OkResult,
  rule: ({ chatId, typing }, { caller, database, services }) =>
    setTyping({ database, signals: services.signals }, { name: namedChat(chatId), caller, typing }),
})

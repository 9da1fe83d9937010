/** Mutations of chats: messages, reading marks and typing signals. */
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
import { mutation, mutationOutsideTransaction, payload, result } from '../graphql/mutation.ts'
import { foundByAct, foundChat } from '../visibility/chatVisibility.ts'
import { requiredChatReference } from './chatReference.ts'
import { ChatRef } from './chats.graphql.ts'
import { ChatEndedError, StaleChatError } from './errors.ts'
import { ATTACHMENTS_MAX, BODY_LENGTH_MAX, markReadSchema, sendMessageSchema, setTypingSchema } from './inputSchemas.ts'
import { markRead } from './markRead.ts'
import { MessageRef, missedMessages } from './messages.graphql.ts'
import { sendMessage } from './sendMessage.ts'
import { setTyping } from './setTyping.ts'

errorType(ChatEndedError, {
  description: 'The chat has ended. It is still readable.',
  codes: { CHAT_ENDED: 'No more messages can be sent to this chat.' },
  fields: (t) => ({ endedAt: t.expose('endedAt', { type: 'DateTime', description: 'The time of the end.' }) }),
})

errorType(StaleChatError, {
  description: 'The chat has messages of others, or of the system, after `lastSeenSequence`.',
  codes: {
    STALE_CHAT: 'Show `missed`. If the message still fits, send it again with the last `sequence` of `missed`.',
  },
  fields: (t) => ({
    missed: t.prismaField({
      type: [MessageRef],
      description: 'The missed messages, oldest first; at most the first 100.',
      resolve: (query, error, _args, { prisma, caller }) =>
        prisma.message.findMany({ ...query, ...missedMessages(error, caller) }),
    }),
  }),
})

const MessagePayload = payload<{ chatId: string; messageId: string }>('MessagePayload', {
  description: 'The message was sent.',
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
  }),
})

const MarkReadPayload = builder.objectRef<{ chatId: string }>('MarkReadPayload').implement({
  description: 'The reading mark was set.',
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
  description: 'A message to a chat.',
  fields: (t) => ({
    idempotencyKey: t.field({
      type: 'IdempotencyKey',
      description: 'A request that is repeated under the same key sends one message.',
    }),
    chatId: t.id({ required: true, description: 'The chat.' }),
    body: t.string({
      required: true,
      description: `Plain text of 1 to ${BODY_LENGTH_MAX} characters, without control characters except tabs and line breaks. Leading and trailing white space is removed.`,
    }),
    attachmentIds: t.idList({
      description: `Unattached files that the sender has uploaded for CHAT, in display order; at most ${ATTACHMENTS_MAX}.`,
    }),
    lastSeenSequence: t.int({
      description:
        'The `sequence` of the last message that the sender has seen. Refused with StaleChatError if the chat has later messages of others or of the system. Without it, no such check is made.',
    }),
  }),
})

const MarkReadInput = builder.inputType('MarkReadInput', {
  description: 'A reading mark of the viewer.',
  fields: (t) => ({
    chatId: t.id({ required: true, description: 'The chat.' }),
    upToSequence: t.int({
      required: true,
      description:
        'The `sequence` of the last message that was read. A value after the end means the last message; a value before the current mark changes nothing.',
    }),
  }),
})

const SetTypingInput = builder.inputType('SetTypingInput', {
  description: 'A typing signal of the viewer.',
  fields: (t) => ({
    chatId: t.id({ required: true, description: 'The chat.' }),
    typing: t.boolean({ required: true, description: 'True if the viewer is typing; false if they have stopped.' }),
  }),
})

mutation('sendMessage', {
  description:
    'Sends a message to a chat of which the viewer is a participant. The chat of a task is writable until 30 days after the end of the task.',
  input: SendMessageInput,
  inputSchema: sendMessageSchema,
  result: MessageResult,
  budget: 'message',
  rule: (tx, { chatId, body, attachmentIds = [], lastSeenSequence }, { caller }) =>
    sendMessage(tx, { reference: requiredChatReference(chatId), caller, body, attachmentIds, lastSeenSequence }),
})

mutation('markRead', {
  description: 'Moves the reading mark of the viewer in a chat. Others see it as `lastReadSequence`. Records no event.',
  input: MarkReadInput,
  inputSchema: markReadSchema,
  result: MarkReadResult,
  rule: (tx, { chatId, upToSequence }, { caller }) =>
    markRead(tx, { reference: requiredChatReference(chatId), caller, upToSequence }),
})

mutationOutsideTransaction('setTyping', {
  description:
    'Signals to the other subscribers of the chat that the viewer is typing, or has stopped. Signals are not stored: send one every few seconds while typing. In an ended chat it has no effect.',
  input: SetTypingInput,
  inputSchema: setTypingSchema,
  result: OkResult,
  rule: ({ chatId, typing }, { caller, database, services }) =>
    setTyping({ database, signals: services.signals }, { reference: requiredChatReference(chatId), caller, typing }),
})

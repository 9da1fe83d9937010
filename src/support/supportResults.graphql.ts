/** Results of the mutations of customer service: payloads, their own refusals, and the unions of both. */

import { ChatEndedError } from '../chats/errors.ts'
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
import { payload, result } from '../graphql/mutation.ts'
import { foundByAct } from '../visibility/chatVisibility.ts'
import { AgentType } from './agents/agents.graphql.ts'
import { AgentAtCapacityError, QueueEmptyError } from './errors.ts'
import { NoteType, SupportChatRef } from './supportChats.graphql.ts'

errorType(AgentAtCapacityError, {
  description: 'The agent is at their capacity.',
  retryable: true,
  codes: { AGENT_AT_CAPACITY: 'End a chat, or raise the capacity.' },
  fields: (t) => ({ capacity: t.exposeInt('capacity', { description: 'The maximum number of chats of the agent.' }) }),
})

errorType(QueueEmptyError, {
  description: 'No chat is waiting that the viewer may serve.',
  retryable: true,
  codes: { QUEUE_EMPTY: 'Subscribe to `supportQueue`, or set ONLINE: the next chat is then assigned automatically.' },
})

const SupportChatPayload = payload<{ chatId: string }>('SupportChatPayload', {
  description: 'The support chat in its current state.',
  fields: (t) => ({
    chat: t.prismaField({
      type: SupportChatRef,
      description: 'The chat.',
      resolve: (query, answer, _args, context) => {
        foundByAct(context, answer)
        return context.prisma.chat.findUniqueOrThrow({ ...query, where: { id: answer.chatId } })
      },
    }),
  }),
})

const NotePayload = payload<{ noteId: string }>('NotePayload', {
  description: 'The note was added.',
  fields: (t) => ({
    note: t.prismaField({
      type: NoteType,
      description: 'The note.',
      resolve: (query, { noteId }, _args, { prisma }) =>
        prisma.note.findUniqueOrThrow({ ...query, where: { id: noteId } }),
    }),
  }),
})

const AgentPayload = builder.objectRef<{ agentId: string }>('AgentPayload').implement({
  description: 'The agent in their current state.',
  fields: (t) => ({
    agent: t.prismaField({
      type: AgentType,
      description: 'The agent.',
      resolve: (query, { agentId }, _args, { prisma }) =>
        prisma.agent.findUniqueOrThrow({ ...query, where: { id: agentId } }),
    }),
  }),
})

const KEYED = [IdempotencyKeyReusedError, IdempotencyInProgressError] as const

export const SupportChatResult = result('SupportChatResult', SupportChatPayload, [
  UnauthenticatedError,
  ValidationError,
  NotFoundError,
  ForbiddenError,
  ChatEndedError,
  IllegalTransitionError,
  AgentAtCapacityError,
  QueueEmptyError,
  ...KEYED,
  RateLimitedError,
])

export const NoteResult = result('NoteResult', NotePayload, [
  UnauthenticatedError,
  ValidationError,
  NotFoundError,
  ForbiddenError,
  ...KEYED,
])

export const AgentResult = result('AgentResult', AgentPayload, [UnauthenticatedError, ValidationError, ForbiddenError])

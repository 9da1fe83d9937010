/** The results of the mutations of tasks: their payloads, their own errors, and the unions of both. */
import { TaskChatRef } from '../../chats/chats.graphql.ts'
import {
  ForbiddenError,
  IdempotencyInProgressError,
  IdempotencyKeyReusedError,
  IllegalTransitionError,
  NotFoundError,
  RateLimitedError,
  SelfDealingError,
  StaleVersionError,
  UnauthenticatedError,
  ValidationError,
} from '../../domain/errors.ts'

import { MoneyType } from '../../graphql/commonTypes.ts'
import { errorType } from '../../graphql/errors.ts'
import { payload, result } from '../../graphql/mutation.ts'
import { HoldFrozenError } from '../../transfers/errors.ts'
import { foundByAct } from '../../visibility/chatVisibility.ts'
import { AlreadyAppliedError, PriceChangedError, TaskAlreadyAcceptedError, TermsChangedError } from '../errors.ts'

errorType(TaskAlreadyAcceptedError, {
  description: 'Another tasker was accepted for the task.',
  codes: { TASK_ALREADY_ACCEPTED: 'Look for another task. If this one is reopened, its status is OPEN.' },
  fields: (t) => ({
    task: t.prismaField({
      type: 'Task',
      description: 'The task; only its public part if the viewer may not see more.',
      resolve: (query, { taskId }, _args, { prisma }) =>
        prisma.task.findUniqueOrThrow({ ...query, where: { id: taskId } }),
    }),
    acceptedAt: t.expose('acceptedAt', { type: 'DateTime', description: 'The time of the acceptance.' }),
  }),
})

errorType(AlreadyAppliedError, {
  description: 'The viewer already has an application for this task.',
  codes: {
    ALREADY_APPLIED:
      'Change `application` with `updateApplication`, or withdraw it and apply again. After a rejection neither is possible.',
  },
  fields: (t) => ({
    application: t.prismaField({
      type: 'TaskApplication',
      description: 'The existing application.',
      resolve: (query, { applicationId }, _args, { prisma }) =>
        prisma.taskApplication.findUniqueOrThrow({ ...query, where: { id: applicationId } }),
    }),
  }),
})

errorType(PriceChangedError, {
  description: 'The price differs from `expectedPrice`, because the poster changed it.',
  codes: { PRICE_CHANGED: 'Show `currentPrice`, and send it as `expectedPrice` if the viewer agrees.' },
  fields: (t) => ({
    currentPrice: t.field({
      type: MoneyType,
      description: 'The current price.',
      resolve: (error) => error.currentPrice,
    }),
  }),
})

errorType(TermsChangedError, {
  description:
    'The terms of the task changed after the applicant agreed to them. The applicant must confirm the application with `updateApplication`.',
  codes: { TERMS_CHANGED: 'Wait until the applicant confirms `application`, or accept another one.' },
  fields: (t) => ({
    application: t.prismaField({
      type: 'TaskApplication',
      description: 'The outdated application.',
      resolve: (query, { applicationId }, _args, { prisma }) =>
        prisma.taskApplication.findUniqueOrThrow({ ...query, where: { id: applicationId } }),
    }),
  }),
})

const TaskPayload = payload<{ taskId: string }>('TaskPayload', {
  description: 'The task after the mutation.',
  fields: (t) => ({
    task: t.prismaField({
      type: 'Task',
      description: 'The task.',
      resolve: (query, { taskId }, _args, { prisma }) =>
        prisma.task.findUniqueOrThrow({ ...query, where: { id: taskId } }),
    }),
  }),
})

const ApplicationPayload = payload<{ applicationId: string }>('ApplicationPayload', {
  description: 'The application after the mutation.',
  fields: (t) => ({
    application: t.prismaField({
      type: 'TaskApplication',
      description: 'The application.',
      resolve: (query, { applicationId }, _args, { prisma }) =>
        prisma.taskApplication.findUniqueOrThrow({ ...query, where: { id: applicationId } }),
    }),
  }),
})

const AcceptTaskPayload = payload<{ taskId: string; chatId: string }>('AcceptTaskPayload', {
  description: 'The task with its tasker, and their chat with the poster.',
  fields: (t) => ({
    task: t.prismaField({
      type: 'Task',
      description: 'The task: ASSIGNED if the money is already held, or else AWAITING_FUNDS.',
      resolve: (query, { taskId }, _args, { prisma }) =>
        prisma.task.findUniqueOrThrow({ ...query, where: { id: taskId } }),
    }),
    chat: t.prismaField({
      type: TaskChatRef,
      description: 'The chat of the poster and the tasker.',
      resolve: (query, answer, _args, context) => {
        foundByAct(context, answer)
        return context.prisma.chat.findUniqueOrThrow({ ...query, where: { id: answer.chatId } })
      },
    }),
  }),
})

const ApproveWorkPayload = payload<{ taskId: string; transferId: string }>('ApproveWorkPayload', {
  description: 'The completed task, and the transfer to the tasker.',
  fields: (t) => ({
    task: t.prismaField({
      type: 'Task',
      description: 'The task, with the status COMPLETED.',
      resolve: (query, { taskId }, _args, { prisma }) =>
        prisma.task.findUniqueOrThrow({ ...query, where: { id: taskId } }),
    }),
    transfer: t.prismaField({
      type: 'Transfer',
      description: 'The transfer to the tasker. It is sent after this response; follow its status.',
      resolve: (query, { transferId }, _args, { prisma }) =>
        prisma.transfer.findUniqueOrThrow({ ...query, where: { id: transferId } }),
    }),
  }),
})

const ALWAYS = [UnauthenticatedError, ValidationError, NotFoundError, ForbiddenError, IllegalTransitionError] as const
const KEYED = [IdempotencyKeyReusedError, IdempotencyInProgressError] as const

export const TaskResult = result('TaskResult', TaskPayload, [...ALWAYS, StaleVersionError, ...KEYED, RateLimitedError])

export const ApplicationResult = result('ApplicationResult', ApplicationPayload, [
  ...ALWAYS,
  SelfDealingError,
  StaleVersionError,
  TaskAlreadyAcceptedError,
  AlreadyAppliedError,
  ...KEYED,
  RateLimitedError,
])

export const AcceptTaskResult = result('AcceptTaskResult', AcceptTaskPayload, [
  ...ALWAYS,
  SelfDealingError,
  StaleVersionError,
  TaskAlreadyAcceptedError,
  PriceChangedError,
  TermsChangedError,
  ...KEYED,
  RateLimitedError,
])

export const ApproveWorkResult = result('ApproveWorkResult', ApproveWorkPayload, [
  ...ALWAYS,
  StaleVersionError,
  HoldFrozenError,
  ...KEYED,
])

/** What the mutations of tasks answer: the payloads, the refusals that only they give, and the unions of both. */
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
import { builder } from '../../graphql/builder.ts'
import { MoneyType } from '../../graphql/commonTypes.ts'
import { errorType } from '../../graphql/errors.ts'
import { result } from '../../graphql/mutation.ts'
import { HoldFrozenError } from '../../transfers/errors.ts'
import { foundByAct } from '../../visibility/chatVisibility.ts'
import { AlreadyAppliedError, PriceChangedError, TaskAlreadyAcceptedError, TermsChangedError } from '../errors.ts'

errorType(TaskAlreadyAcceptedError, {
  description: 'Somebody was accepted for the task before.',
  codes: { TASK_ALREADY_ACCEPTED: 'Look for another task. If this one re-opens, its status says so.' },
  fields: (t) => ({
    task: t.prismaField({
      type: 'Task',
      description: 'The task, in what the viewer may see of it.',
      resolve: (query, { taskId }, _args, { prisma }) =>
        prisma.task.findUniqueOrThrow({ ...query, where: { id: taskId } }),
    }),
    acceptedAt: t.expose('acceptedAt', { type: 'DateTime', description: 'When somebody was accepted.' }),
  }),
})

errorType(AlreadyAppliedError, {
  description: 'The viewer has an application for this task that is not withdrawn.',
  codes: { ALREADY_APPLIED: 'Withdraw `application` to make another; after a rejection there is no other.' },
  fields: (t) => ({
    application: t.prismaField({
      type: 'TaskApplication',
      description: 'The application that there is.',
      resolve: (query, { applicationId }, _args, { prisma }) =>
        prisma.taskApplication.findUniqueOrThrow({ ...query, where: { id: applicationId } }),
    }),
  }),
})

errorType(PriceChangedError, {
  description: 'The price is not the expected one: it changed while the viewer was looking.',
  codes: { PRICE_CHANGED: 'Show `currentPrice`, and send it as `expectedPrice` if it is agreed to.' },
  fields: (t) => ({
    currentPrice: t.field({
      type: MoneyType,
      description: 'The price now.',
      resolve: (error) => error.currentPrice,
    }),
  }),
})

errorType(TermsChangedError, {
  description:
    'The application was made for other terms of the task: its applicant must confirm it first, by `updateApplication`.',
  codes: { TERMS_CHANGED: 'Wait until the applicant has confirmed `application`, or accept another one.' },
  fields: (t) => ({
    application: t.prismaField({
      type: 'TaskApplication',
      description: 'The application that is outdated.',
      resolve: (query, { applicationId }, _args, { prisma }) =>
        prisma.taskApplication.findUniqueOrThrow({ ...query, where: { id: applicationId } }),
    }),
  }),
})

interface Replayable {
  replayed: boolean
}

const REPLAYED = 'Whether an earlier answer to the same request, under the same key, was given again.'

const TaskPayload = builder.objectRef<Replayable & { taskId: string }>('TaskPayload').implement({
  description: 'The task as it is now.',
  fields: (t) => ({
    task: t.prismaField({
      type: 'Task',
      description: 'The task.',
      resolve: (query, { taskId }, _args, { prisma }) =>
        prisma.task.findUniqueOrThrow({ ...query, where: { id: taskId } }),
    }),
    replayed: t.exposeBoolean('replayed', { description: REPLAYED }),
  }),
})

const ApplicationPayload = builder.objectRef<Replayable & { applicationId: string }>('ApplicationPayload').implement({
  description: 'The application as it is now.',
  fields: (t) => ({
    application: t.prismaField({
      type: 'TaskApplication',
      description: 'The application.',
      resolve: (query, { applicationId }, _args, { prisma }) =>
        prisma.taskApplication.findUniqueOrThrow({ ...query, where: { id: applicationId } }),
    }),
    replayed: t.exposeBoolean('replayed', { description: REPLAYED }),
  }),
})

const AcceptTaskPayload = builder
  .objectRef<Replayable & { taskId: string; chatId: string }>('AcceptTaskPayload')
  .implement({
    description: 'The task has its tasker.',
    fields: (t) => ({
      task: t.prismaField({
        type: 'Task',
        description: 'The task: ASSIGNED where the money is held already, else AWAITING_FUNDS.',
        resolve: (query, { taskId }, _args, { prisma }) =>
          prisma.task.findUniqueOrThrow({ ...query, where: { id: taskId } }),
      }),
      chat: t.prismaField({
        type: TaskChatRef,
        description: 'Where poster and tasker talk about it.',
        resolve: (query, answer, _args, context) => {
          foundByAct(context, answer)
          return context.prisma.chat.findUniqueOrThrow({ ...query, where: { id: answer.chatId } })
        },
      }),
      replayed: t.exposeBoolean('replayed', { description: REPLAYED }),
    }),
  })

const ApproveWorkPayload = builder
  .objectRef<Replayable & { taskId: string; transferId: string }>('ApproveWorkPayload')
  .implement({
    description: 'The work is approved and the tasker will be paid.',
    fields: (t) => ({
      task: t.prismaField({
        type: 'Task',
        description: 'The task, COMPLETED.',
        resolve: (query, { taskId }, _args, { prisma }) =>
          prisma.task.findUniqueOrThrow({ ...query, where: { id: taskId } }),
      }),
      transfer: t.prismaField({
        type: 'Transfer',
        description: 'The payment to the tasker. It is sent after this answer; follow its status.',
        resolve: (query, { transferId }, _args, { prisma }) =>
          prisma.transfer.findUniqueOrThrow({ ...query, where: { id: transferId } }),
      }),
      replayed: t.exposeBoolean('replayed', { description: REPLAYED }),
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

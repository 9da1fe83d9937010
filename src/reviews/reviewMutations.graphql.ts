/** The mutation of reviews. */
import {
  ForbiddenError,
  IdempotencyInProgressError,
  IdempotencyKeyReusedError,
  IllegalTransitionError,
  NotFoundError,
  UnauthenticatedError,
  ValidationError,
} from '../domain/errors.ts'
import { builder } from '../graphql/builder.ts'
import { mutation, payload, result, uuidOf } from '../graphql/mutation.ts'
import { COMMENT_LENGTH_MAX, RATING_MAX, reviewTaskSchema } from './inputSchemas.ts'
import { ReviewType } from './reviews.graphql.ts'
import { reviewTask } from './reviewTask.ts'

const ReviewTaskInput = builder.inputType('ReviewTaskInput', {
  description: 'A review of the other side of a task.',
  fields: (t) => ({
    idempotencyKey: t.field({
      type: 'IdempotencyKey',
      description: 'A request that is repeated under the same key runs once.',
    }),
    taskId: t.id({ required: true, description: 'The task, `tsk_...`.' }),
    rating: t.int({ required: true, description: `The rating, from 1 (bad) to ${RATING_MAX} (good).` }),
    comment: t.string({ description: `A comment for everybody, of 1 to ${COMMENT_LENGTH_MAX} characters.` }),
  }),
})

const ReviewPayload = payload<{ reviewId: string }>('ReviewPayload', {
  description: 'The review was written.',
  fields: (t) => ({
    review: t.prismaField({
      type: ReviewType,
      description: 'The review: published if the other side had reviewed before, otherwise blind.',
      resolve: (query, { reviewId }, _args, { prisma }) =>
        prisma.review.findUniqueOrThrow({ ...query, where: { id: reviewId } }),
    }),
  }),
})

const ReviewResult = result('ReviewResult', ReviewPayload, [
  UnauthenticatedError,
  ValidationError,
  NotFoundError,
  ForbiddenError,
  IllegalTransitionError,
  IdempotencyKeyReusedError,
  IdempotencyInProgressError,
])

mutation('reviewTask', {
  description:
    'Reviews the other side of a completed task. For the poster and the assignee, once each, within 14 days after the completion. The review is blind until both are in or the window has closed.',
  input: ReviewTaskInput,
  result: ReviewResult,
  inputSchema: reviewTaskSchema,
  rule: async (tx, { taskId: id, rating, comment }, { caller }) =>
    reviewTask(tx, { taskId: uuidOf('tsk', id), rating, comment, caller }),
})

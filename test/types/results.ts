/** Compiles: every member of the result has its function. The test takes away one at a time, and it must not. */
import { type AcceptTaskMutation, match } from '../../schema/sdk/index.ts'

export function told(result: AcceptTaskMutation['acceptTask']): string {
  return match(result, {
    AcceptTaskPayload: ({ task }) => `The task is ${task.status}.`,
    TaskAlreadyAcceptedError: ({ acceptedAt }) => `It was taken at ${acceptedAt}.`,
    PriceChangedError: ({ currentPrice }) => `It is ${currentPrice.amount} now.`,
    TermsChangedError: ({ message }) => message,
    RateLimitedError: ({ retryAfter }) => `Too often; again after ${retryAfter}.`,
    IdempotencyInProgressError: ({ message }) => message,
    IdempotencyKeyReusedError: ({ message }) => message,
    IllegalTransitionError: ({ message }) => message,
    ForbiddenError: ({ message }) => message,
    NotFoundError: ({ message }) => message,
    SelfDealingError: ({ message }) => message,
    StaleVersionError: ({ message }) => message,
    UnauthenticatedError: ({ message }) => message,
    ValidationError: ({ message }) => message,
  })
}

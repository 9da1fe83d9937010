/**
 * Refusals that all features share. A rule throws a DomainError, the transaction rolls back, and the caller gets the error as a
 * member of the result union. Any other exception is a defect or an outage: masked, and logged once.
 */
import { type IdPrefix, type PublicId, toPublicId } from '../db/ids.ts'

/** Unfunded tasks that one tasker may have accepted with `acceptTask`: each of them blocks other taskers. */
export const UNFUNDED_ACCEPTANCES_MAX = 3

/** The meaning of each code. The GraphQL type that carries a code says what to do next. */
export const ERROR_CODES = {
  VALIDATION_FAILED: 'The input is not valid.',
  NOT_FOUND: 'The object does not exist, or the viewer may not see it.',
  FORBIDDEN: 'The viewer may not do this.',
  UNAUTHENTICATED: 'The request has no valid access token.',
  ACCOUNT_SUSPENDED: 'The account is suspended.',
  EMAIL_NOT_VERIFIED: 'The viewer has not proved their email address yet.',
  SECOND_FACTOR_REQUIRED: 'A second factor, or a fresh proof of the person, is required.',
  INVALID_TOKEN: 'The token is unknown, used, replaced or expired.',
  STALE_VERSION: 'The object has changed since the version that was sent.',
  ILLEGAL_TRANSITION: 'The status of the object does not allow this.',
  TASK_ALREADY_ACCEPTED: 'A tasker was already accepted for this task.',
  ALREADY_APPLIED: 'The viewer already has an application for this task.',
  SELF_DEALING: 'You cannot apply to or accept your own task.',
  PRICE_CHANGED: 'The price differs from the expected price.',
  TERMS_CHANGED: 'The terms of the task have changed since the applicant agreed to them.',
  TOO_MANY_UNFUNDED: `The tasker has already accepted ${UNFUNDED_ACCEPTANCES_MAX} tasks that are not funded yet.`,
  WITHDREW_BEFORE: 'The tasker withdrew from this task before.',
  LAPSED_BEFORE: 'An earlier acceptance of this task by the tasker lapsed because it was not funded.',
  AMOUNT_NOT_PAYABLE: 'The payment provider does not move this amount.',
  INSUFFICIENT_FUNDS: 'The amount exceeds the available money.',
  HOLD_FROZEN: 'The held money is frozen.',
  PAYMENT_REFUSED: 'The payment provider refused the payment.',
  PROVIDER_UNAVAILABLE: 'The provider of payments or of sign-ins does not answer.',
  PAYOUT_NOT_READY: 'The tasker cannot receive payouts yet.',
  TRANSFER_IN_DOUBT: 'The outcome of the transfer at the payment provider is not known yet.',
  IDEMPOTENCY_KEY_REUSED: 'The idempotency key was used for another request.',
  IDEMPOTENCY_IN_PROGRESS: 'The first request with this idempotency key is still in progress.',
  CHAT_ENDED: 'The chat has ended.',
  STALE_CHAT: 'The chat has newer messages than the client has seen.',
  QUEUE_EMPTY: 'The support queue is empty.',
  AGENT_AT_CAPACITY: 'The agent has as many active chats as their capacity.',
  FILE_TOO_LARGE: 'The file exceeds the size limit of its kind.',
  FILE_TYPE_NOT_ALLOWED: 'Files of this content type are not allowed for this purpose.',
  FILE_TRUNCATED: 'The file is incomplete, or its checksum does not match.',
  FILE_EMPTY: 'The file is empty.',
  ADDRESS_NOT_ALLOWED: 'Webhooks are not sent to this address.',
  RATE_LIMITED: 'Rate limit exceeded.',
} as const

export type ErrorCode = keyof typeof ERROR_CODES

export abstract class DomainError extends Error {
  abstract readonly code: ErrorCode
  /** The name of its GraphQL type. */
  override readonly name: string
  /** True if the same request may succeed later without changes. */
  readonly retryable: boolean = false
  constructor(message: string) {
    super(message)
    this.name = new.target.name
  }
}

/** The server is overloaded and did nothing. Not a refusal of a rule, so it is reported as OVERLOADED in `errors[]`, not in a union. */
export class OverloadedError extends Error {
  override readonly name = 'OverloadedError'
  constructor() {
    super('The server is overloaded. Nothing was changed; send the same request again in a second.')
  }
}

export class UnauthenticatedError extends DomainError {
  readonly code = 'UNAUTHENTICATED'
  constructor(message = 'You are not signed in, or your session has ended. Sign in and send the request again.') {
    super(message)
  }
}

export interface FieldProblem {
  path: string[]
  message: string
}

export class ValidationError extends DomainError {
  readonly code = 'VALIDATION_FAILED'
  readonly fields: FieldProblem[]
  constructor(fields: FieldProblem[]) {
    super(fields.map((field) => `${field.path.join('.')}: ${field.message}`).join(' '))
    this.fields = fields
  }
}

/** The id is unknown, malformed, of another type, or not visible to the caller. Callers cannot tell the four apart. */
export class NotFoundError extends DomainError {
  readonly code = 'NOT_FOUND'
  /** The id as the client sent it, or its public form. */
  readonly id: PublicId
  constructor(id: PublicId) {
    super(
      `No object has the id ${JSON.stringify(id)}, or you may not see it. Check the id and the account that you use.`,
    )
    this.id = id
  }

  static of(prefix: IdPrefix, uuid: string): NotFoundError {
    return new NotFoundError(toPublicId(prefix, uuid))
  }
}

type ForbiddenCode =
  | 'FORBIDDEN'
  | 'ACCOUNT_SUSPENDED'
  | 'EMAIL_NOT_VERIFIED'
  | 'SECOND_FACTOR_REQUIRED'
  | 'TOO_MANY_UNFUNDED'
  | 'WITHDREW_BEFORE'
  | 'LAPSED_BEFORE'
  | 'AMOUNT_NOT_PAYABLE'
  | 'ADDRESS_NOT_ALLOWED'

export class ForbiddenError extends DomainError {
  readonly code: ForbiddenCode
  constructor(message: string, code: ForbiddenCode = 'FORBIDDEN') {
    super(message)
    this.code = code
  }
}

export class SelfDealingError extends DomainError {
  readonly code = 'SELF_DEALING'
}

export class StaleVersionError extends DomainError {
  readonly code = 'STALE_VERSION'
  readonly expected: number
  readonly actual: number
  constructor({ subject, expected, actual }: { subject: string; expected: number; actual: number }) {
    super(
      `The ${subject} has changed: you sent version ${expected}, but it is now at version ${actual}. Read it again before you repeat the request.`,
    )
    this.expected = expected
    this.actual = actual
  }
}

export class IllegalTransitionError extends DomainError {
  readonly code = 'ILLEGAL_TRANSITION'
  readonly from: string
  readonly action: string
  /** The other mutations that this status allows. */
  readonly allowed: string[]
  /** `message` is for people: the fact and the next step, without the names of statuses, which are for programs. */
  constructor({
    from,
    action,
    allowed,
    message,
  }: {
    from: string
    action: string
    allowed: string[]
    message: string
  }) {
    super(message)
    this.from = from
    this.action = action
    this.allowed = allowed
  }
}

export class RateLimitedError extends DomainError {
  readonly code = 'RATE_LIMITED'
  override readonly retryable = true
  readonly retryAfterMs: number
  /** The size of the budget that is spent, for response headers. */
  readonly limit: number
  readonly windowSeconds: number
  constructor(retryAfterMs: number, { limit, windowSeconds }: { limit: number; windowSeconds: number }) {
    super(`Too many requests. Try again in ${Math.ceil(retryAfterMs / 1000)} s.`)
    this.retryAfterMs = retryAfterMs
    this.limit = limit
    this.windowSeconds = windowSeconds
  }
}

export class ProviderUnavailableError extends DomainError {
  readonly code = 'PROVIDER_UNAVAILABLE'
  override readonly retryable = true
  constructor(
    message = 'The payment provider does not answer. Nothing was changed; send the same request again in a minute.',
  ) {
    super(message)
  }
}

export class IdempotencyKeyReusedError extends DomainError {
  readonly code = 'IDEMPOTENCY_KEY_REUSED'
  readonly firstUsedAt: Date
  constructor(firstUsedAt: Date) {
    super('This idempotency key was used for another request. Use a new key for a new request.')
    this.firstUsedAt = firstUsedAt
  }
}

export class IdempotencyInProgressError extends DomainError {
  readonly code = 'IDEMPOTENCY_IN_PROGRESS'
  override readonly retryable = true
  readonly retryAfterMs = 1_000
  constructor() {
    super('The first request with this idempotency key is still in progress. Send the same request again in a second.')
  }
}

/**
 * Refusals that every feature shares. A rule throws one, the throw rolls its transaction back, and the caller gets it as a
 * member of the result union. Anything else that is thrown is a defect or an outage: masked, and logged once.
 */
import { type IdPrefix, type PublicId, toPublicId } from '../db/ids.ts'

/** Every code, and what it says. What to do about it stands with the GraphQL type that carries it. */
export const ERROR_CODES = {
  VALIDATION_FAILED: 'The input cannot be taken as it is.',
  NOT_FOUND: 'There is no such thing for this viewer.',
  FORBIDDEN: 'This viewer may not do it.',
  UNAUTHENTICATED: 'Nobody is signed in.',
  ACCOUNT_SUSPENDED: 'The account is suspended.',
  STALE_VERSION: 'It has changed since the version that was sent.',
  ILLEGAL_TRANSITION: 'Its status does not allow this.',
  TASK_ALREADY_ACCEPTED: 'Somebody else was faster.',
  ALREADY_APPLIED: 'There is an application by this person already.',
  SELF_DEALING: 'Nobody deals with themselves.',
  PRICE_CHANGED: 'The price is another than expected.',
  TERMS_CHANGED: 'The terms are others than the applicant agreed to.',
  TOO_MANY_UNFUNDED: 'The tasker has as many unfunded acceptances as one may have.',
  WITHDREW_BEFORE: 'The tasker withdrew from this task before.',
  LAPSED_BEFORE: 'An acceptance of this task by the tasker lapsed before.',
  INSUFFICIENT_FUNDS: 'There is less money than this takes.',
  HOLD_FROZEN: 'The money is frozen.',
  PAYMENT_REFUSED: 'The provider refused the payment.',
  PAYOUT_NOT_READY: 'The tasker cannot be paid yet.',
  TRANSFER_IN_DOUBT: 'Nobody knows yet whether the provider did it.',
  IDEMPOTENCY_KEY_REUSED: 'The key belongs to another request.',
  IDEMPOTENCY_IN_PROGRESS: 'The first request with this key is not answered yet.',
  CHAT_ENDED: 'The chat has ended.',
  STALE_CHAT: 'There are newer messages than the client knew.',
  QUEUE_EMPTY: 'Nobody waits.',
  AGENT_AT_CAPACITY: 'The agent has as many chats as they take.',
  FILE_TOO_LARGE: 'The file has more bytes than its kind may have.',
  FILE_TYPE_NOT_ALLOWED: 'The bytes are of no type that this purpose takes.',
  FILE_TRUNCATED: 'The file ended before its end, or its checksum is another.',
  FILE_EMPTY: 'The file has no bytes.',
  RATE_LIMITED: 'Too many in a short time.',
} as const

export type ErrorCode = keyof typeof ERROR_CODES

export abstract class DomainError extends Error {
  abstract readonly code: ErrorCode
  /** The name of its GraphQL type. */
  override readonly name: string
  /** Whether the same request may succeed later as it stands. */
  readonly retryable: boolean = false
  constructor(message: string) {
    super(message)
    this.name = new.target.name
  }
}

/**
 * The server has too much to do and has done nothing of this. No refusal of a rule, so no member of a union: it stands in
 * `errors[]` as OVERLOADED.
 */
export class OverloadedError extends Error {
  override readonly name = 'OverloadedError'
  constructor() {
    super('The server has too much to do. Nothing was changed; send it again in a second.')
  }
}

export class UnauthenticatedError extends DomainError {
  readonly code = 'UNAUTHENTICATED'
  constructor(message = 'Nobody is signed in, or the session has ended. Sign in and send it again.') {
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

/** Unknown, malformed, of another type, or not to be seen by this caller: the four cannot be told apart. */
export class NotFoundError extends DomainError {
  readonly code = 'NOT_FOUND'
  /** The id as the client sent it or would see it. */
  readonly id: PublicId
  constructor(id: PublicId) {
    super(`There is no ${JSON.stringify(id)} that you may see. Check the id, and who is signed in.`)
    this.id = id
  }

  static of(prefix: IdPrefix, uuid: string): NotFoundError {
    return new NotFoundError(toPublicId(prefix, uuid))
  }
}

type ForbiddenCode = 'FORBIDDEN' | 'ACCOUNT_SUSPENDED' | 'TOO_MANY_UNFUNDED' | 'WITHDREW_BEFORE' | 'LAPSED_BEFORE'

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
      `The ${subject} has changed: you sent version ${expected}, and it is at version ${actual} now. Read it again, then decide.`,
    )
    this.expected = expected
    this.actual = actual
  }
}

export class IllegalTransitionError extends DomainError {
  readonly code = 'ILLEGAL_TRANSITION'
  readonly from: string
  readonly action: string
  /** What the same caller could do in this status instead. */
  readonly allowed: string[]
  /** `message` says what is in the way and what can be done about it: the names of statuses are for programs. */
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
  constructor(retryAfterMs: number) {
    super(`You have done this too often in a short time. Try again in ${Math.ceil(retryAfterMs / 1000)} s.`)
    this.retryAfterMs = retryAfterMs
  }
}

export class IdempotencyKeyReusedError extends DomainError {
  readonly code = 'IDEMPOTENCY_KEY_REUSED'
  readonly firstUsedAt: Date
  constructor(firstUsedAt: Date) {
    super('This idempotency key was used for another request. Send a new request under a new key.')
    this.firstUsedAt = firstUsedAt
  }
}

export class IdempotencyInProgressError extends DomainError {
  readonly code = 'IDEMPOTENCY_IN_PROGRESS'
  override readonly retryable = true
  readonly retryAfterMs = 1_000
  constructor() {
    super('The first request with this idempotency key is still under way. Send the same request again in a second.')
  }
}

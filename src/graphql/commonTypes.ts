/** Types that every feature uses: money, and the refusals that any rule may give. */

import { textOf } from '../db/ids.ts'
import { toDuration } from '../domain/duration.ts'
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
} from '../domain/errors.ts'
import { type Money, toDecimal } from '../domain/money.ts'
import { builder } from './builder.ts'
import { errorType } from './errors.ts'

export const MoneyType = builder.objectRef<Money>('Money').implement({
  description: 'An exact amount in one currency.',
  fields: (t) => ({
    amount: t.field({
      type: 'Decimal',
      description: 'In major units, with exactly the fraction digits of the currency, e.g. `12.50`.',
      resolve: toDecimal,
    }),
    currencyCode: t.expose('currencyCode', { type: 'CurrencyCode', description: 'The currency.' }),
    minorUnits: t.expose('minorUnits', { type: 'BigInt', description: 'The same amount in minor units, e.g. cents.' }),
  }),
})

export const MoneyInput = builder.inputType('MoneyInput', {
  description: 'An exact amount in one currency.',
  fields: (t) => ({
    amount: t.field({
      type: 'Decimal',
      required: true,
      description: 'In major units; no more fraction digits than the currency has.',
    }),
    currencyCode: t.field({ type: 'CurrencyCode', required: true, description: 'The currency, e.g. `EUR`.' }),
  }),
})

const FieldErrorType = builder.objectRef<ValidationError['fields'][number]>('FieldError').implement({
  description: 'One fault of the input.',
  fields: (t) => ({
    path: t.exposeStringList('path', { description: 'Where it is, from `input` down.' }),
    message: t.exposeString('message', { description: 'What is wrong with it, for people.' }),
  }),
})

errorType(UnauthenticatedError, {
  description:
    'Nobody is signed in, or the session has ended. Sign in, or refresh the access token, and send it again.',
  codes: { UNAUTHENTICATED: 'The request has no valid access token.' },
})

errorType(ValidationError, {
  description: 'The input alone shows that it cannot be taken. Every fault is listed.',
  codes: { VALIDATION_FAILED: 'Correct the fields that are listed.' },
  fields: (t) => ({
    fields: t.field({ type: [FieldErrorType], description: 'Every fault.', resolve: (error) => error.fields }),
  }),
})

errorType(NotFoundError, {
  description: 'Unknown, malformed, of another type, or not to be seen by the viewer: the four cannot be told apart.',
  codes: { NOT_FOUND: 'There is no such thing for this viewer.' },
  fields: (t) => ({ id: t.id({ description: 'The id that was not found.', resolve: (error) => textOf(error.id) }) }),
})

errorType(ForbiddenError, {
  description: 'The viewer may see it but not do this.',
  codes: {
    FORBIDDEN: 'The viewer is not the one who may do this.',
    ACCOUNT_SUSPENDED: 'The account is suspended.',
    TOO_MANY_UNFUNDED: 'The tasker has accepted as many unfunded tasks as one may have at once.',
    WITHDREW_BEFORE: 'The tasker withdrew from this task before; only the poster can accept them again.',
    LAPSED_BEFORE: 'An acceptance by this tasker lapsed unfunded; only the poster can accept them again.',
  },
})

errorType(SelfDealingError, {
  description: 'The viewer would deal with themselves.',
  codes: { SELF_DEALING: 'Nobody applies to, accepts or pays for their own work.' },
})

errorType(StaleVersionError, {
  description: 'It has changed since the version that the client knows.',
  codes: { STALE_VERSION: 'Read it again and decide anew.' },
  fields: (t) => ({
    expected: t.int({ description: 'The version that was sent.', resolve: (error) => error.expected }),
    actual: t.int({ description: 'The version that it has.', resolve: (error) => error.actual }),
  }),
})

errorType(IllegalTransitionError, {
  description: 'Its status does not allow this.',
  codes: { ILLEGAL_TRANSITION: 'Read it again; `allowed` says what is possible now.' },
  fields: (t) => ({
    from: t.string({ description: 'The status that it has.', resolve: (error) => error.from }),
    action: t.string({ description: 'What was tried.', resolve: (error) => error.action }),
    allowed: t.stringList({ description: 'What is possible in this status.', resolve: (error) => error.allowed }),
  }),
})

errorType(RateLimitedError, {
  description: 'Too many in a short time.',
  retryable: true,
  codes: { RATE_LIMITED: 'Send the same again after `retryAfter`.' },
  fields: (t) => ({
    retryAfter: t.field({
      type: 'Duration',
      description: 'How long to wait.',
      resolve: (error) => toDuration(error.retryAfterMs),
    }),
  }),
})

errorType(IdempotencyKeyReusedError, {
  description: 'The key was used for another request.',
  codes: { IDEMPOTENCY_KEY_REUSED: 'A new request takes a new key.' },
  fields: (t) => ({
    firstUsedAt: t.field({
      type: 'DateTime',
      description: 'When the key was first used.',
      resolve: (error) => error.firstUsedAt,
    }),
  }),
})

errorType(IdempotencyInProgressError, {
  description: 'The first request with this key is not answered yet.',
  retryable: true,
  codes: { IDEMPOTENCY_IN_PROGRESS: 'Send the same again, under the same key, after `retryAfter`.' },
  fields: (t) => ({
    retryAfter: t.field({
      type: 'Duration',
      description: 'How long to wait.',
      resolve: (error) => toDuration(error.retryAfterMs),
    }),
  }),
})

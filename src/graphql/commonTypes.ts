/** Types that every feature uses: money, and the refusals that any rule may return. */

import { textOf } from '../db/ids.ts'
import { toDuration } from '../domain/duration.ts'
import {
  ERROR_CODES,
  ForbiddenError,
  IdempotencyInProgressError,
  IdempotencyKeyReusedError,
  IllegalTransitionError,
  NotFoundError,
  ProviderUnavailableError,
  RateLimitedError,
  SelfDealingError,
  StaleVersionError,
  UnauthenticatedError,
  ValidationError,
} from '../domain/errors.ts'
import { type Money, toDecimal } from '../domain/money.ts'
import type { Rating } from '../domain/rating.ts'
import { builder } from './builder.ts'
import { errorType } from './errors.ts'

/** The GraphQL type of an amount. */
export const MoneyType = builder.objectRef<Money>('Money').implement({
  description: 'An exact amount in one currency.',
  fields: (t) => ({
    amount: t.field({
      type: 'Decimal',
      description: 'Amount in major units, with exactly the fraction digits of the currency, e.g. `12.50`.',
      resolve: toDecimal,
    }),
    currencyCode: t.expose('currencyCode', { type: 'CurrencyCode', description: 'The currency.' }),
    minorUnits: t.expose('minorUnits', { type: 'BigInt', description: 'Amount in minor units, e.g. cents.' }),
  }),
})

/** The GraphQL input of an amount. */
export const MoneyInput = builder.inputType('MoneyInput', {
  description: 'An exact amount in one currency.',
  fields: (t) => ({
    amount: t.field({
      type: 'Decimal',
      required: true,
      description: 'Amount in major units, with at most the fraction digits of the currency.',
    }),
    currencyCode: t.field({ type: 'CurrencyCode', required: true, description: 'The currency, e.g. `EUR`.' }),
  }),
})

/** The GraphQL type of the ratings of a person or an agent. */
export const RatingSummaryType = builder.objectRef<Rating>('RatingSummary').implement({
  description: 'The summary of ratings of a person or an agent.',
  fields: (t) => ({
    average: t.field({
      type: 'Decimal',
      nullable: true,
      description: 'The mean, from 1 to 5 with two decimals. Null without ratings.',
      resolve: ({ average }) => average,
    }),
    count: t.exposeInt('count', { description: 'The number of ratings.' }),
  }),
})

const FieldErrorType = builder.objectRef<ValidationError['fields'][number]>('FieldError').implement({
  description: 'One problem of the input.',
  fields: (t) => ({
    path: t.exposeStringList('path', { description: 'Path of the invalid field, starting with `input`.' }),
    message: t.exposeString('message', { description: 'Description of the problem, for people.' }),
  }),
})

errorType(UnauthenticatedError, {
  description:
    'The caller is not signed in, or the session has ended. Sign in or refresh the access token, then send the request again.',
  codes: { UNAUTHENTICATED: 'The request has no valid access token.' },
})

errorType(ValidationError, {
  description: 'The input is invalid. Every problem is listed.',
  codes: { VALIDATION_FAILED: 'Correct the listed fields.' },
  fields: (t) => ({
    fields: t.field({ type: [FieldErrorType], description: 'Every problem.', resolve: (error) => error.fields }),
  }),
})

errorType(NotFoundError, {
  description:
    'The id is unknown, malformed, of another type, or of an object that the viewer may not see. These cases are indistinguishable.',
  codes: { NOT_FOUND: 'No object with this id is visible to the viewer.' },
  fields: (t) => ({ id: t.id({ description: 'The id that was not found.', resolve: (error) => textOf(error.id) }) }),
})

errorType(ForbiddenError, {
  description: 'The viewer may see the object but may not do this.',
  codes: {
    FORBIDDEN: 'The viewer may not do this.',
    ACCOUNT_SUSPENDED: 'The account is suspended.',
    EMAIL_NOT_VERIFIED:
      'Open the link that was mailed to the viewer, or ask for another with `requestEmailVerification`. Until then they can read and edit drafts.',
    SECOND_FACTOR_REQUIRED:
      'Staff need a second factor here. Set one up with `startTotp` or `startPasskeyRegistration`; in a session that was opened without it, sign in again.',
    TOO_MANY_UNFUNDED: ERROR_CODES.TOO_MANY_UNFUNDED,
    WITHDREW_BEFORE: 'The tasker withdrew from this task before. Only the poster can accept them again.',
    AMOUNT_NOT_PAYABLE:
      'The payment provider does not take the currency, or the amount is too small, too large or not rounded for it. The poster changes the budget, or another application is accepted.',
    ADDRESS_NOT_ALLOWED:
      'Webhooks are sent by https to public addresses only. Use the address of a server on the internet.',
    LAPSED_BEFORE: 'An acceptance by this tasker lapsed without funding. Only the poster can accept them again.',
  },
})

errorType(SelfDealingError, {
  description: 'The viewer would be both sides of the deal.',
  codes: { SELF_DEALING: 'You cannot apply to or accept your own task.' },
})

errorType(StaleVersionError, {
  description: 'The object has changed since the version that was sent.',
  codes: { STALE_VERSION: 'Read the object again, then decide.' },
  fields: (t) => ({
    expected: t.int({ description: 'The version that was sent.', resolve: (error) => error.expected }),
    actual: t.int({ description: 'The current version.', resolve: (error) => error.actual }),
  }),
})

errorType(IllegalTransitionError, {
  description: 'The current status does not allow this action.',
  codes: { ILLEGAL_TRANSITION: 'Read the object again. `allowed` lists the actions that are possible now.' },
  fields: (t) => ({
    from: t.string({ description: 'The current status.', resolve: (error) => error.from }),
    action: t.string({ description: 'The refused action.', resolve: (error) => error.action }),
    allowed: t.stringList({ description: 'Actions that this status allows.', resolve: (error) => error.allowed }),
  }),
})

errorType(RateLimitedError, {
  description: 'The rate limit is exceeded.',
  retryable: true,
  codes: { RATE_LIMITED: 'Send the same request again after `retryAfter`.' },
  fields: (t) => ({
    retryAfter: t.field({
      type: 'Duration',
      description: 'The time to wait.',
      resolve: (error) => toDuration(error.retryAfterMs),
    }),
  }),
})

errorType(ProviderUnavailableError, {
  description: 'The provider of payments or of sign-ins does not answer.',
  retryable: true,
  codes: { PROVIDER_UNAVAILABLE: 'Send the same request again in a minute; for a sign-in, with a new code.' },
})

errorType(IdempotencyKeyReusedError, {
  description: 'The idempotency key was used for another request.',
  codes: { IDEMPOTENCY_KEY_REUSED: 'Use a new key for a new request.' },
  fields: (t) => ({
    firstUsedAt: t.field({
      type: 'DateTime',
      description: 'Time of the first request with this key.',
      resolve: (error) => error.firstUsedAt,
    }),
  }),
})

errorType(IdempotencyInProgressError, {
  description: 'The first request with this idempotency key is still in progress.',
  retryable: true,
  codes: { IDEMPOTENCY_IN_PROGRESS: 'Send the same request again, with the same key, after `retryAfter`.' },
  fields: (t) => ({
    retryAfter: t.field({
      type: 'Duration',
      description: 'The time to wait.',
      resolve: (error) => toDuration(error.retryAfterMs),
    }),
  }),
})

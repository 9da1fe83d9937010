/** The steps of a refund, as pure functions. The caller holds the lock and saves the result. */

import type { Refund } from '../../db/generated/client.ts'
import { textOf, toPublicId } from '../../db/ids.ts'
import type { Outcome } from '../../payments/port/provider.ts'
import { AT_REST, claimed as claimedByWorker, NEVER_RECEIVED, retriedOrFailed } from '../paymentSteps.ts'
import { retryAfter } from '../schedule.ts'

type Refusal = Pick<Extract<Outcome, { kind: 'refused' }>, 'code' | 'message' | 'isFinal'>

/** The idempotency key of an attempt. It names the refund, so that the provider never confuses it with another object's payment. */
export const refundKey = (refundId: string, attempt: number): string =>
  `${textOf(toPublicId('rfd', refundId))}-${attempt}`

/** A worker has claimed it for another attempt. */
export const claimed = (refund: Refund, { realNow }: { realNow: Date }): Refund => ({
  ...claimedByWorker(refund, { realNow }),
  attemptCount: refund.attemptCount + 1,
})

/** Its hold is frozen. It has no due time: the end of the freeze makes it due. */
export const waiting = (refund: Refund): Refund => ({ ...refund, ...AT_REST })

/** The provider has refunded it. */
export const succeeded = (refund: Refund, { providerReference }: { providerReference: string }): Refund => ({
  ...refund,
  ...AT_REST,
  status: 'SUCCEEDED',
  providerReference,
  failureCode: null,
  failureMessage: null,
})

/** No money moved, for certain: the next attempt is another payment, under another key. */
export const refused = (refund: Refund, { code, message, isFinal }: Refusal, { at }: { at: Date }): Refund => ({
  ...retriedOrFailed(refund, isFinal ? undefined : retryAfter(refund.retryCount, at), 'PENDING'),
  failureCode: code,
  failureMessage: message,
  providerKey: refundKey(refund.id, refund.attemptCount + 1),
})

/** The refund did not reach the poster, after the provider had accepted it. It is not sent again by itself. */
export const cameBack = (refund: Refund, { code, message }: Pick<Refusal, 'code' | 'message'>): Refund => ({
  ...refund,
  ...AT_REST,
  status: 'FAILED',
  failureCode: code,
  failureMessage: message,
})

/** The payer's bank has taken the payment back: nothing is refunded. */
export const chargedBack = (refund: Refund): Refund => ({
  ...refund,
  ...AT_REST,
  status: 'FAILED',
  failureCode: 'charged_back',
  failureMessage: "The payer's bank took the payment back.",
})

/** The provider says that it never received it: it is sent again, under the same key in case the provider is wrong. */
export const neverReceived = (refund: Refund, { at }: { at: Date }): Refund => ({
  ...retriedOrFailed(refund, retryAfter(refund.retryCount, at), 'PENDING'),
  ...NEVER_RECEIVED,
})

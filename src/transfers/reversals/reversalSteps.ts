/** The steps of a reversal, as pure functions. The caller holds the lock and saves the result. */

import type { Reversal } from '../../db/generated/client.ts'
import { textOf, toPublicId } from '../../db/ids.ts'
import type { Outcome } from '../../payments/port/provider.ts'
import { AT_REST, claimed as claimedByWorker, NEVER_RECEIVED, retriedOrFailed } from '../paymentSteps.ts'
import { retryAfter } from '../schedule.ts'

type Refusal = Pick<Extract<Outcome, { kind: 'refused' }>, 'code' | 'message' | 'isFinal'>

/** The idempotency key of an attempt. It names the reversal, so that the provider never confuses it with another object's payment. */
export const reversalKey = (reversalId: string, attempt: number): string =>
  `${textOf(toPublicId('rvs', reversalId))}-${attempt}`

/** A worker has claimed it for another attempt. */
export const claimed = (reversal: Reversal, { realNow }: { realNow: Date }): Reversal => ({
  ...claimedByWorker(reversal, { realNow }),
  attemptCount: reversal.attemptCount + 1,
})

/** The provider has taken the money back, and this share of the fee returns with it. */
export const succeeded = (
  reversal: Reversal,
  { providerReference, feeMinor }: Pick<Reversal, 'feeMinor'> & { providerReference: string },
): Reversal => ({
  ...reversal,
  ...AT_REST,
  status: 'SUCCEEDED',
  feeMinor,
  providerReference,
  failureCode: null,
  failureMessage: null,
  failureRetryable: null,
})

/** No money moved, for certain: the next attempt is another payment, under another key. */
export const refused = (reversal: Reversal, { code, message, isFinal }: Refusal, { at }: { at: Date }): Reversal => ({
  ...retriedOrFailed(reversal, isFinal ? undefined : retryAfter(reversal.retryCount, at), 'PENDING'),
  failureCode: code,
  failureMessage: message,
  failureRetryable: !isFinal,
  providerKey: reversalKey(reversal.id, reversal.attemptCount + 1),
})

/** The provider says that it never received it: it is sent again, under the same key in case the provider is wrong. */
export const neverReceived = (reversal: Reversal, { at }: { at: Date }): Reversal => ({
  ...retriedOrFailed(reversal, retryAfter(reversal.retryCount, at), 'PENDING'),
  ...NEVER_RECEIVED,
  failureRetryable: true,
})

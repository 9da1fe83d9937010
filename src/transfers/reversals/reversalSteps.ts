/** The steps of a reversal, as pure functions. The caller holds the lock and saves the result. */

import type { Reversal } from '../../db/generated/client.ts'
import { textOf, toPublicId } from '../../db/ids.ts'
import type { Outcome } from '../../payments/provider.ts'
import { LEASE_MS, lookUpAfter, retryAfter } from '../schedule.ts'

type Refusal = Extract<Outcome, { kind: 'refused' }>

const AT_REST = { dueAt: null, askAt: null, askCount: 0, leaseUntil: null } as const

/** The idempotency key of an attempt. It names the reversal, so that the provider never confuses it with another object's payment. */
export const reversalKey = (reversalId: string, attempt: number): string =>
  `${textOf(toPublicId('rvs', reversalId))}-${attempt}`

/** A worker is about to send it; once the lease has expired, the worker counts as dead. */
export const sent = (reversal: Reversal, { realNow }: { realNow: Date }): Reversal => ({
  ...reversal,
  ...AT_REST,
  status: 'PROCESSING',
  attemptCount: reversal.attemptCount + 1,
  leaseUntil: new Date(realNow.getTime() + LEASE_MS),
})

/** The provider has taken the money back, and this share of the fee returns with it. */
export const succeeded = (
  reversal: Reversal,
  { providerReference, feeMinor }: { providerReference: string; feeMinor: bigint },
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
  ...retriedOrFailed(reversal, isFinal ? undefined : retryAfter(reversal.retryCount, at)),
  failureCode: code,
  failureMessage: message,
  failureRetryable: !isFinal,
  providerKey: reversalKey(reversal.id, reversal.attemptCount + 1),
})

/** The outcome is unknown. The key stays, so that a reversal that may have been made is not made twice. */
export const inDoubt = (reversal: Reversal, { at }: { at: Date }): Reversal => ({
  ...reversal,
  ...AT_REST,
  status: 'IN_DOUBT',
  askAt: lookUpAfter(0, at),
})

/** It is being looked up; the next look-up is later. */
export const lookedUp = (reversal: Reversal, { at }: { at: Date }): Reversal => ({
  ...reversal,
  askAt: lookUpAfter(reversal.askCount + 1, at),
  askCount: reversal.askCount + 1,
})

/** The provider says that it never received it: it is sent again, under the same key in case the provider is wrong. */
export const neverReceived = (reversal: Reversal, { at }: { at: Date }): Reversal => ({
  ...retriedOrFailed(reversal, retryAfter(reversal.retryCount, at)),
  failureCode: 'never_received',
  failureMessage: 'The provider never received it.',
  failureRetryable: true,
})

const retriedOrFailed = (reversal: Reversal, dueAt: Date | undefined): Reversal =>
  dueAt
    ? { ...reversal, ...AT_REST, status: 'PENDING', dueAt, retryCount: reversal.retryCount + 1 }
    : { ...reversal, ...AT_REST, status: 'FAILED' }

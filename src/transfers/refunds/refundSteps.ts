/** The steps of a refund, as pure functions. The caller holds the lock and saves the result. */

import type { Refund } from '../../db/generated/client.ts'
import { textOf, toPublicId } from '../../db/ids.ts'
import type { Outcome } from '../../payments/provider.ts'
import { LEASE_MS, lookUpAfter, retryAfter } from '../schedule.ts'

type Refusal = Extract<Outcome, { kind: 'refused' }>

const AT_REST = { dueAt: null, askAt: null, askCount: 0, leaseUntil: null } as const

/** The idempotency key of an attempt. It names the refund, so that the provider never confuses it with another object's payment. */
export const refundKey = (refundId: string, attempt: number): string =>
  `${textOf(toPublicId('rfd', refundId))}-${attempt}`

/** A worker has claimed it and is about to send it; once the lease has expired, the worker counts as dead. */
export const claimed = (refund: Refund, { realNow }: { realNow: Date }): Refund => ({
  ...refund,
  ...AT_REST,
  status: 'PROCESSING',
  attemptCount: refund.attemptCount + 1,
  leaseUntil: new Date(realNow.getTime() + LEASE_MS),
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
  ...retriedOrFailed(refund, isFinal ? undefined : retryAfter(refund.retryCount, at)),
  failureCode: code,
  failureMessage: message,
  providerKey: refundKey(refund.id, refund.attemptCount + 1),
})

/** The outcome is unknown. The key stays, so that a refund that may have been made is not made twice. */
export const inDoubt = (refund: Refund, { at }: { at: Date }): Refund => ({
  ...refund,
  ...AT_REST,
  status: 'IN_DOUBT',
  askAt: lookUpAfter(0, at),
})

/** It is being looked up; the next look-up is later. */
export const lookedUp = (refund: Refund, { at }: { at: Date }): Refund => ({
  ...refund,
  askAt: lookUpAfter(refund.askCount + 1, at),
  askCount: refund.askCount + 1,
})

/** The provider says that it never received it: it is sent again, under the same key in case the provider is wrong. */
export const neverReceived = (refund: Refund, { at }: { at: Date }): Refund => ({
  ...retriedOrFailed(refund, retryAfter(refund.retryCount, at)),
  failureCode: 'never_received',
  failureMessage: 'The provider never received it.',
})

const retriedOrFailed = (refund: Refund, dueAt: Date | undefined): Refund =>
  dueAt
    ? { ...refund, ...AT_REST, status: 'PENDING', dueAt, retryCount: refund.retryCount + 1 }
    : { ...refund, ...AT_REST, status: 'FAILED' }

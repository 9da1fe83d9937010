/** What a refund becomes by each step. Pure: whoever holds its lock saves the result. */

import type { Refund } from '../../db/generated/client.ts'
import { toPublicId } from '../../db/ids.ts'
import type { Outcome } from '../../payments/provider.ts'
import { LEASE_MS, lookUpAfter, retryAfter } from '../schedule.ts'

type Refusal = Extract<Outcome, { kind: 'refused' }>

const AT_REST = { dueAt: null, askAt: null, askCount: 0, leaseUntil: null } as const

/** The key of an attempt. It names the refund, so that no other object's payment is ever taken for this one. */
export const refundKey = (refundId: string, attempt: number): string => `${toPublicId('rfd', refundId)}-${attempt}`

/** Somebody is about to send it; past the lease they count as dead. */
export const sent = (refund: Refund, { realNow }: { realNow: Date }): Refund => ({
  ...refund,
  ...AT_REST,
  status: 'PROCESSING',
  attemptCount: refund.attemptCount + 1,
  leaseUntil: new Date(realNow.getTime() + LEASE_MS),
})

/** Its hold is frozen. It has no time: the thaw wakes it. */
export const waiting = (refund: Refund): Refund => ({ ...refund, ...AT_REST })

/** It has arrived. */
export const succeeded = (refund: Refund, { providerReference }: { providerReference: string }): Refund => ({
  ...refund,
  ...AT_REST,
  status: 'SUCCEEDED',
  providerReference,
  failureCode: null,
  failureMessage: null,
})

/** Nothing moved, for sure: the next attempt is another payment, under another key. */
export const refused = (refund: Refund, { code, message, isFinal }: Refusal, { at }: { at: Date }): Refund => ({
  ...retriedOrFailed(refund, isFinal ? undefined : retryAfter(refund.retryCount, at)),
  failureCode: code,
  failureMessage: message,
  providerKey: refundKey(refund.id, refund.attemptCount + 1),
})

/** Nobody knows whether it was given back. The key stays: what was perhaps done is not done twice under it. */
export const inDoubt = (refund: Refund, { at }: { at: Date }): Refund => ({
  ...refund,
  ...AT_REST,
  status: 'IN_DOUBT',
  askAt: lookUpAfter(0, at),
})

/** It was asked for; the next time is later. */
export const askedFor = (refund: Refund, { at }: { at: Date }): Refund => ({
  ...refund,
  askAt: lookUpAfter(refund.askCount + 1, at),
  askCount: refund.askCount + 1,
})

/** The provider says that it never had it: it is sent again, under the same key, should the provider be wrong. */
export const neverReceived = (refund: Refund, { at }: { at: Date }): Refund => ({
  ...retriedOrFailed(refund, retryAfter(refund.retryCount, at)),
  failureCode: 'never_received',
  failureMessage: 'The provider never had it.',
})

const retriedOrFailed = (refund: Refund, dueAt: Date | undefined): Refund =>
  dueAt
    ? { ...refund, ...AT_REST, status: 'PENDING', dueAt, retryCount: refund.retryCount + 1 }
    : { ...refund, ...AT_REST, status: 'FAILED' }

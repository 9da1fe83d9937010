/** What a transfer becomes by each step. Pure: whoever holds its lock saves the result. */

import type { Transfer } from '../../db/generated/client.ts'
import type { TransferStatus } from '../../db/generated/enums.ts'
import { toPublicId } from '../../db/ids.ts'
import type { Outcome } from '../../payments/provider.ts'
import { LEASE_MS, lookUpAfter, retryAfter } from '../schedule.ts'

type Refusal = Extract<Outcome, { kind: 'refused' }>

/** A transfer after a step; reversals are steps of their own. */
export type NextTransfer = Transfer & { status: Exclude<TransferStatus, 'REVERSED'> }

const AT_REST = { dueAt: null, askAt: null, askCount: 0, leaseUntil: null } as const
const NO_FAILURE = { failureCode: null, failureMessage: null, failureRetryable: null } as const

/** The key of an attempt. It names the transfer, so that no other object's payment is ever taken for this one. */
export const transferKey = (transferId: string, attempt: number): string =>
  `${toPublicId('trf', transferId)}-${attempt}`

/** Somebody is about to send it; past the lease they count as dead. */
export const sent = (transfer: Transfer, { realNow }: { realNow: Date }): NextTransfer => ({
  ...transfer,
  ...AT_REST,
  status: 'PROCESSING',
  leaseUntil: new Date(realNow.getTime() + LEASE_MS),
})

/** It cannot be paid for now. It has no time: what hinders it wakes it when it ends. */
export const waiting = (transfer: Transfer): NextTransfer => ({ ...transfer, ...AT_REST, status: 'PENDING' })

/** The tasker was paid. */
export const succeeded = (
  transfer: Transfer,
  { providerReference, at }: { providerReference: string | null; at: Date },
): NextTransfer => ({ ...transfer, ...AT_REST, ...NO_FAILURE, status: 'SUCCEEDED', providerReference, succeededAt: at })

/** Nothing moved, for sure: the next attempt is another payment, under another key. */
export const refused = (
  transfer: Transfer,
  { code, message, isFinal }: Refusal,
  { at, attempt }: { at: Date; attempt: number },
): NextTransfer => ({
  ...retriedOrFailed(transfer, isFinal ? undefined : retryAfter(transfer.retryCount, at)),
  failureCode: code,
  failureMessage: message,
  failureRetryable: !isFinal,
  providerKey: transferKey(transfer.id, attempt + 1),
})

/** Nobody knows whether it was paid. The key stays: what was perhaps done is not done twice under it. */
export const inDoubt = (transfer: Transfer, { at }: { at: Date }): NextTransfer => ({
  ...transfer,
  ...AT_REST,
  status: 'IN_DOUBT',
  askAt: lookUpAfter(0, at),
})

/** It was asked for; the next time is later. */
export const askedFor = (transfer: Transfer, { at }: { at: Date }): Transfer => ({
  ...transfer,
  askAt: lookUpAfter(transfer.askCount + 1, at),
  askCount: transfer.askCount + 1,
})

/** The provider says that it never had it: it is sent again, under the same key, should the provider be wrong. */
export const neverReceived = (transfer: Transfer, { at }: { at: Date }): NextTransfer => ({
  ...retriedOrFailed(transfer, retryAfter(transfer.retryCount, at)),
  failureCode: 'never_received',
  failureMessage: 'The provider never had it.',
  failureRetryable: true,
})

/** Staff have it tried again, now and with all retries before it. */
export const retried = (transfer: Transfer, { at }: { at: Date }): NextTransfer => ({
  ...transfer,
  ...AT_REST,
  status: 'RETRYING',
  dueAt: at,
  retryCount: 0,
})

/** Staff have called it off. */
export const canceled = (transfer: Transfer): NextTransfer => ({ ...transfer, ...AT_REST, status: 'CANCELED' })

const retriedOrFailed = (transfer: Transfer, dueAt: Date | undefined): NextTransfer =>
  dueAt
    ? { ...transfer, ...AT_REST, status: 'RETRYING', dueAt, retryCount: transfer.retryCount + 1 }
    : { ...transfer, ...AT_REST, status: 'FAILED' }

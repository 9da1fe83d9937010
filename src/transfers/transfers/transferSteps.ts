/** The steps of a transfer, as pure functions. The caller holds the lock and saves the result. */

import type { Transfer } from '../../db/generated/client.ts'
import type { TransferStatus } from '../../db/generated/enums.ts'
import { textOf, toPublicId } from '../../db/ids.ts'
import type { Outcome } from '../../payments/port/provider.ts'
import { AT_REST, NEVER_RECEIVED, retriedOrFailed } from '../paymentSteps.ts'
import { retryAfter } from '../schedule.ts'

type Refusal = Pick<Extract<Outcome, { kind: 'refused' }>, 'code' | 'message' | 'isFinal'>

/** A transfer after a step. Reversals are not among these steps. */
export type NextTransfer = Transfer & { status: Exclude<TransferStatus, 'REVERSED'> }

const NO_FAILURE = { failureCode: null, failureMessage: null, failureRetryable: null } as const

/** The idempotency key of an attempt. It names the transfer, so that the provider never confuses it with another object's payment. */
export const transferKey = (transferId: string, attempt: number): string =>
  `${textOf(toPublicId('trf', transferId))}-${attempt}`

/** It cannot be paid for now. It has no due time: the end of the obstacle makes it due. */
export const waiting = (transfer: Transfer): NextTransfer => ({ ...transfer, ...AT_REST, status: 'PENDING' })

/** The provider cannot pay the tasker's account now. It waits like any other; the refused key is not used again. */
export const waitingForAccount = (transfer: Transfer, { attempt }: { attempt: number }): NextTransfer => ({
  ...waiting(transfer),
  providerKey: transferKey(transfer.id, attempt + 1),
})

/** The tasker was paid. */
export const succeeded = (
  transfer: Transfer,
  { providerReference, at }: { providerReference: string | null; at: Date },
): NextTransfer => ({ ...transfer, ...AT_REST, ...NO_FAILURE, status: 'SUCCEEDED', providerReference, succeededAt: at })

/** No money moved, for certain: the next attempt is another payment, under another key. */
export const refused = (
  transfer: Transfer,
  { code, message, isFinal }: Refusal,
  { at, attempt }: { at: Date; attempt: number },
): NextTransfer => ({
  ...retriedOrFailed(transfer, isFinal ? undefined : retryAfter(transfer.retryCount, at), 'RETRYING'),
  failureCode: code,
  failureMessage: message,
  failureRetryable: !isFinal,
  providerKey: transferKey(transfer.id, attempt + 1),
})

/** The provider says that it never received it: it is sent again, under the same key in case the provider is wrong. */
export const neverReceived = (transfer: Transfer, { at }: { at: Date }): NextTransfer => ({
  ...retriedOrFailed(transfer, retryAfter(transfer.retryCount, at), 'RETRYING'),
  ...NEVER_RECEIVED,
  failureRetryable: true,
})

/** Staff retry it: due now, with the whole schedule of retries. */
export const retried = (transfer: Transfer, { at }: { at: Date }): NextTransfer => ({
  ...transfer,
  ...AT_REST,
  status: 'RETRYING',
  dueAt: at,
  retryCount: 0,
})

/** Staff have canceled it. */
export const canceled = (transfer: Transfer): NextTransfer => ({ ...transfer, ...AT_REST, status: 'CANCELED' })

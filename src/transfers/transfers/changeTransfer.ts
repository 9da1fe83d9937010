/** Saves and records every change of a transfer's status, with its postings. */
import type { Tx } from '../../db/transaction.ts'
import type { TransferEventType } from '../../events/eventTypes.ts'
import { recordTransferEvent } from '../../events/recordEvent.ts'
import type { Finding, Outcome } from '../../payments/port/provider.ts'
import { postTransferSucceeded } from '../ledger/postings.ts'
import { inDoubt, notSent } from '../paymentSteps.ts'
import type { LockedTransfer } from './lockTransfer.ts'
import { type NextTransfer, neverReceived, refused, succeeded } from './transferSteps.ts'
import { endAttempt, saveTransfer } from './transfers.sql.ts'

interface Author {
  /** Null for a change by the provider or a timer. */
  actorId: string | null
  reason?: string
}

const NO_ACTOR: Author = { actorId: null }

const EVENT_TYPES: Record<NextTransfer['status'], TransferEventType> = {
  PENDING: 'transfer.waiting',
  PROCESSING: 'transfer.processing',
  IN_DOUBT: 'transfer.in_doubt',
  RETRYING: 'transfer.retrying',
  SUCCEEDED: 'transfer.succeeded',
  FAILED: 'transfer.failed',
  CANCELED: 'transfer.canceled',
}

/** Saves the changed transfer, and records an event for the tasker and the poster. */
export async function changeTransfer(
  tx: Tx,
  { task, transfer: before, at }: LockedTransfer,
  after: NextTransfer,
  { actorId, reason }: Author = NO_ACTOR,
): Promise<void> {
  await saveTransfer(tx, after)
  await recordTransferEvent(tx, {
    type: EVENT_TYPES[after.status],
    transferId: after.id,
    taskId: task.id,
    before: before.status,
    after: after.status,
    at,
    actorId,
    reason: reason ?? null,
    recipientIds: [task.posterId, after.destinationId],
  })
}

/** Applies the provider's answer to the last attempt, in time or after its lease expired. */
export async function applyOutcome(tx: Tx, locked: LockedTransfer, outcome: Outcome): Promise<void> {
  const { transfer, attemptCount: attempt, at } = locked
  if (outcome.kind === 'accepted') {
    await succeed(tx, locked, outcome)
  } else if (outcome.kind === 'refused') {
    await endLastAttempt(tx, locked, { outcome: 'REFUSED', providerMessage: outcome.message })
    await changeTransfer(tx, locked, refused(transfer, outcome, { at, attempt }))
  } else if (transfer.status === 'PROCESSING') {
    const { message } = outcome
    const isNotSent = outcome.kind === 'not_sent'
    await endLastAttempt(tx, locked, { outcome: isNotSent ? 'NOT_SENT' : 'UNKNOWN', providerMessage: message })
    await changeTransfer(tx, locked, isNotSent ? notSent(transfer, { at, ...outcome }) : inDoubt(transfer, { at }))
  }
}

/**
 * Applies the result of a look-up of an attempt without an answer. Ignores the findings `never` and `failed` while the attempt is
 * still being sent, and for an attempt that began after the look-up.
 */
export async function applyFinding(
  tx: Tx,
  locked: LockedTransfer,
  { attempt, finding }: { attempt: number; finding: Finding },
  author: Author = NO_ACTOR,
): Promise<void> {
  const { transfer, attemptCount, at } = locked
  if (finding.kind === 'has' && (transfer.status === 'IN_DOUBT' || transfer.status === 'PROCESSING')) {
    await succeed(tx, locked, finding, author)
  } else if (transfer.status !== 'IN_DOUBT' || attempt !== attemptCount) {
    return
  } else if (finding.kind === 'never') {
    const after = neverReceived(transfer, { at })
    await endLastAttempt(tx, locked, { outcome: 'NOT_SENT', providerMessage: after.failureMessage })
    await changeTransfer(tx, locked, after, author)
  } else if (finding.kind === 'failed') {
    await endLastAttempt(tx, locked, { outcome: 'REFUSED', providerMessage: finding.message })
    await changeTransfer(tx, locked, refused(transfer, finding, { at, attempt }), author)
  }
}

/** The tasker was paid, according to the provider or to evidence of staff, which may lack the provider's reference. */
export async function succeed(
  tx: Tx,
  locked: LockedTransfer,
  { providerReference }: { providerReference: string | null },
  author: Author = NO_ACTOR,
): Promise<void> {
  const { transfer, at } = locked
  await endLastAttempt(tx, locked, { outcome: 'ACCEPTED', providerReference })
  await changeTransfer(tx, locked, succeeded(transfer, { providerReference, at }), author)
  await postTransferSucceeded(tx, { row: transfer, at })
}

const endLastAttempt = (
  tx: Tx,
  { transfer, attemptCount, at }: LockedTransfer,
  end: {
    outcome: 'ACCEPTED' | 'REFUSED' | 'UNKNOWN' | 'NOT_SENT'
    providerReference?: string | null
    providerMessage?: string | null
  },
): Promise<number> =>
  endAttempt(tx, {
    transferId: transfer.id,
    number: attemptCount,
    endedAt: at,
    outcome: end.outcome,
    providerReference: end.providerReference ?? null,
    providerMessage: end.providerMessage ?? null,
  })

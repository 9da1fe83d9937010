/** Saves and records every change of a transfer's status, with its postings. */
import type { Tx } from '../../db/transaction.ts'
import type { TransferEventType } from '../../events/eventTypes.ts'
import { recordTransferEvent } from '../../events/recordEvent.ts'
import { ACCOUNT_NOT_READY, type Finding, type Outcome } from '../../payments/port/provider.ts'
import { postTransferSucceeded } from '../ledger/postings.ts'
import { inDoubt, notSent } from '../paymentSteps.ts'
import { isPayeeReady } from './isPayeeReady.ts'
import type { LockedTransfer } from './lockTransfer.ts'
import { type NextTransfer, neverReceived, refused, succeeded, waitingForAccount } from './transferSteps.ts'
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

/** True if the provider cannot pay the tasker's account now. */
export const isNotReady = (outcome: Outcome): boolean =>
  outcome.kind === 'refused' && outcome.code === ACCOUNT_NOT_READY

/**
 * Applies the provider's answer to the last attempt, in time or after its lease expired. A transfer to an account that cannot be paid now
 * waits without a retry, unless the account is ready again.
 */
export async function applyOutcome(tx: Tx, locked: LockedTransfer, outcome: Outcome): Promise<void> {
  const { transfer, attemptCount: attempt, at } = locked
  if (outcome.kind === 'accepted') {
    await succeed(tx, locked, { ...outcome, ...traceOf(outcome) })
  } else if (outcome.kind === 'refused') {
    await endLastAttempt(tx, locked, { outcome: 'REFUSED', ...traceOf(outcome) })
    const waits = transfer.status === 'PROCESSING' && isNotReady(outcome) && !(await isPayeeReady(tx, transfer))
    const next = waits ? waitingForAccount(transfer, { attempt }) : refused(transfer, outcome, { at, attempt })
    await changeTransfer(tx, locked, next)
  } else if (transfer.status === 'PROCESSING') {
    const isNotSent = outcome.kind === 'not_sent'
    await endLastAttempt(tx, locked, { outcome: isNotSent ? 'NOT_SENT' : 'UNKNOWN', ...traceOf(outcome) })
    // It is sent again by itself, so the event of its claim is the only one of an attempt that did not reach the provider.
    if (isNotSent) await saveTransfer(tx, notSent(transfer, { at, ...outcome }))
    else await changeTransfer(tx, locked, inDoubt(transfer, { at }))
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
    await endLastAttempt(tx, locked, {
      outcome: 'REFUSED',
      providerMessage: finding.message,
      providerCode: finding.code,
    })
    await changeTransfer(tx, locked, refused(transfer, finding, { at, attempt }), author)
  }
}

/** The tasker was paid, according to the provider or to evidence of staff, which may lack the provider's reference. */
export async function succeed(
  tx: Tx,
  locked: LockedTransfer,
  { providerReference, providerRequestId }: { providerReference: string | null; providerRequestId?: string | null },
  author: Author = NO_ACTOR,
): Promise<void> {
  const { transfer, at } = locked
  await endLastAttempt(tx, locked, {
    outcome: 'ACCEPTED',
    providerReference,
    providerRequestId: providerRequestId ?? null,
  })
  await changeTransfer(tx, locked, succeeded(transfer, { providerReference, at }), author)
  await postTransferSucceeded(tx, { row: transfer, at })
}

/** The parts of an outcome that the attempt keeps for the operator. */
const traceOf = (outcome: Outcome) => ({
  providerMessage: 'message' in outcome ? outcome.message : null,
  providerCode: outcome.kind === 'refused' ? outcome.code : null,
  providerRequestId: outcome.requestId ?? null,
})

const endLastAttempt = (
  tx: Tx,
  { transfer, attemptCount, at }: LockedTransfer,
  end: {
    outcome: 'ACCEPTED' | 'REFUSED' | 'UNKNOWN' | 'NOT_SENT'
    providerReference?: string | null
    providerMessage?: string | null
    providerCode?: string | null
    providerRequestId?: string | null
  },
): Promise<number> =>
  endAttempt(tx, {
    transferId: transfer.id,
    number: attemptCount,
    endedAt: at,
    outcome: end.outcome,
    providerReference: end.providerReference ?? null,
    providerMessage: end.providerMessage ?? null,
    providerCode: end.providerCode ?? null,
    providerRequestId: end.providerRequestId ?? null,
  })

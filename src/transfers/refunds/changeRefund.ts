/** Saves and records every change of a refund's status after it was requested, with its postings. */

import type { Hold, Refund } from '../../db/generated/client.ts'
import type { Tx } from '../../db/transaction.ts'
import type { TaskEventType } from '../../events/eventTypes.ts'
import { recordTaskEvent } from '../../events/recordEvent.ts'
import type { Finding, Outcome } from '../../payments/port/provider.ts'
import { returnToHold } from '../holds/holdMoney.ts'
import { postRefundCameBack, postRefundFailed, postRefundSucceeded } from '../ledger/postings.ts'
import { inDoubt, notSent, traced } from '../paymentSteps.ts'
import type { LockedRefund } from './lockRefund.ts'
import { cameBack, chargedBack, neverReceived, refused, succeeded } from './refundSteps.ts'
import { saveRefund } from './refunds.sql.ts'

/** Applies the provider's answer to the last attempt, in time or after its lease expired. */
export async function applyOutcome(tx: Tx, before: LockedRefund, outcome: Outcome): Promise<void> {
  const refund = traced(before.refund, outcome)
  const { at } = before
  const locked = { ...before, refund }
  if (outcome.kind === 'accepted') await succeed(tx, locked, outcome)
  else if (outcome.kind === 'refused') await waitOrFail(tx, locked, refused(refund, outcome, { at }))
  else if (refund.status !== 'PROCESSING') return
  else if (outcome.kind === 'not_sent') await waitOrFail(tx, locked, notSent(refund, { at, ...outcome }))
  else await change(tx, locked, 'task.refund_in_doubt', inDoubt(refund, { at }))
}

/**
 * Applies the result of a look-up of an attempt without an answer, or of a refund that came back. Ignores the findings `never` and
 * `failed` while the attempt is still being sent, and for an attempt that began after the look-up.
 */
export async function applyFinding(
  tx: Tx,
  locked: LockedRefund,
  { attempt, finding }: { attempt: number; finding: Finding },
): Promise<void> {
  const { refund, at } = locked
  if (finding.kind === 'has' && (refund.status === 'IN_DOUBT' || refund.status === 'PROCESSING')) {
    await succeed(tx, locked, finding)
  } else if (attempt !== refund.attemptCount) {
    return
  } else if (finding.kind === 'never' && refund.status === 'IN_DOUBT') {
    await waitOrFail(tx, locked, neverReceived(refund, { at }))
  } else if (finding.kind === 'failed' && refund.status === 'IN_DOUBT') {
    await waitOrFail(tx, locked, refused(refund, finding, { at }))
  } else if (finding.kind === 'failed' && refund.status === 'SUCCEEDED') {
    await postRefundCameBack(tx, { row: refund, at })
    await waitOrFail(tx, locked, cameBack(refund, finding))
  }
}

/** Fails a refund that waits, because a lost chargeback has taken the payment back. Returns the hold, to which the money has returned. */
export async function failChargedBack(tx: Tx, locked: LockedRefund): Promise<Hold> {
  await change(tx, locked, 'task.refund_failed', chargedBack(locked.refund))
  return giveBack(tx, locked)
}

async function succeed(
  tx: Tx,
  locked: LockedRefund,
  { providerReference }: { providerReference: string },
): Promise<void> {
  await change(tx, locked, 'task.refunded', succeeded(locked.refund, { providerReference }))
  await postRefundSucceeded(tx, { row: locked.refund, at: locked.at })
}

async function waitOrFail(tx: Tx, locked: LockedRefund, after: Refund): Promise<void> {
  if (after.status === 'PENDING') return change(tx, locked, 'task.refund_pending', after)
  await change(tx, locked, 'task.refund_failed', after)
  await giveBack(tx, locked)
}

async function giveBack(tx: Tx, { hold, refund, at }: LockedRefund): Promise<Hold> {
  const held = await returnToHold(tx, hold, refund.amountMinor)
  await postRefundFailed(tx, { row: refund, at })
  return held
}

async function change(tx: Tx, { task, at }: LockedRefund, type: TaskEventType, after: Refund): Promise<void> {
  await saveRefund(tx, after)
  await recordTaskEvent(tx, {
    type,
    taskId: task.id,
    taskVersion: task.version,
    at,
    actorId: null,
    recipientIds: [task.posterId],
  })
}

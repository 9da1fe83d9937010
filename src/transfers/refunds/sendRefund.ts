/** Sends a refund: claims it, calls the provider outside of any transaction, and saves the outcome. */
import { type Tx, withTransaction } from '../../db/transaction.ts'
import type { Work } from '../../jobs/timer.ts'
import type { Outcome, RefundOrder } from '../../payments/port/provider.ts'
import { applyOutcome } from './changeRefund.ts'
import { type LockedRefund, lockRefund, lockRefundWithoutWaiting } from './lockRefund.ts'
import { refundOrder } from './refundOrder.ts'
import { claimed, waiting } from './refundSteps.ts'
import { saveRefund } from './refunds.sql.ts'

interface StartedAttempt {
  number: number
  order: RefundOrder
}

/** Sends the refund if it is due; returns true if there was anything to do. Of any number of concurrent callers, one sends it. */
export async function sendRefund(
  { database, payments, log }: Work,
  { refundId }: { refundId: string },
): Promise<boolean> {
  const claim = await withTransaction(database, (tx) => claimRefund(tx, { refundId }))
  if (!claim.attempt) return claim.isDone
  const { number, order } = claim.attempt
  const outcome = await payments.refund(order)
  const isApplied = await withTransaction(database, (tx) => settleRefund(tx, { refundId, attempt: number, outcome }))
  log.info({ refund: order.reference, attempt: number, outcome: outcome.kind }, 'refund sent')
  if (!isApplied) log.warn({ refund: order.reference, attempt: number }, 'late answer of the provider ignored')
  return true
}

/** Claims a due refund: it becomes PROCESSING with a lease, or waits without a due time while its hold is frozen. */
export async function claimRefund(
  tx: Tx,
  { refundId }: { refundId: string },
): Promise<{ isDone: boolean; attempt?: StartedAttempt }> {
  const locked = await lockRefundWithoutWaiting(tx, { refundId })
  const dueAt = locked?.refund.dueAt
  if (!locked || !dueAt || dueAt > locked.at) return { isDone: false }
  if (locked.hold.frozen) {
    await saveRefund(tx, waiting(locked.refund))
    return { isDone: true }
  }
  return { isDone: true, attempt: await beginAttempt(tx, locked) }
}

/** Applies the answer to an attempt; returns false, and ignores the answer, if the refund has moved on without it. */
export async function settleRefund(
  tx: Tx,
  { refundId, attempt, outcome }: { refundId: string; attempt: number; outcome: Outcome },
): Promise<boolean> {
  const locked = await lockRefund(tx, { refundId })
  if (!locked) throw new Error('The refund no longer exists.')
  const { status, attemptCount } = locked.refund
  const isAwaited = status === 'PROCESSING' || status === 'IN_DOUBT'
  if (!isAwaited || attempt !== attemptCount) return false
  await applyOutcome(tx, locked, outcome)
  return true
}

async function beginAttempt(tx: Tx, { hold, refund, realNow }: LockedRefund): Promise<StartedAttempt> {
  const processing = claimed(refund, { realNow })
  await saveRefund(tx, processing)
  return { number: processing.attemptCount, order: refundOrder(refund, hold) }
}

/** Sends a reversal: claims it, calls the provider outside of any transaction, and saves the outcome. */
import { type Tx, withTransaction } from '../../db/transaction.ts'
import type { Work } from '../../jobs/timer.ts'
import type { Outcome, ReversalOrder } from '../../payments/port/provider.ts'
import { applyOutcome } from './changeReversal.ts'
import { type LockedReversal, lockReversal, lockReversalWithoutWaiting } from './lockReversal.ts'
import { reversalOrder } from './reversalOrder.ts'
import { claimed } from './reversalSteps.ts'
import { saveReversal } from './reversals.sql.ts'

interface StartedAttempt {
  number: number
  order: ReversalOrder
}

/** Sends the reversal if it is due; returns true if there was anything to do. Of any number of concurrent callers, one sends it. */
export async function sendReversal(
  { database, payments, log }: Work,
  { reversalId }: { reversalId: string },
): Promise<boolean> {
  const attempt = await withTransaction(database, (tx) => claimReversal(tx, { reversalId }))
  if (!attempt) return false
  const { number, order } = attempt
  const outcome = await payments.reverse(order)
  const isApplied = await withTransaction(database, (tx) =>
    settleReversal(tx, { reversalId, attempt: number, outcome }),
  )
  log.info({ reversal: order.reference, attempt: number, outcome: outcome.kind }, 'reversal sent')
  if (!isApplied) log.warn({ reversal: order.reference, attempt: number }, 'late answer of the provider ignored')
  return true
}

/** Claims a due reversal: it becomes PROCESSING with a lease. A frozen hold does not stop it, because it brings money in. */
export async function claimReversal(
  tx: Tx,
  { reversalId }: { reversalId: string },
): Promise<StartedAttempt | undefined> {
  const locked = await lockReversalWithoutWaiting(tx, { reversalId })
  const dueAt = locked?.reversal.dueAt
  if (!locked || !dueAt || dueAt > locked.at) return undefined
  return beginAttempt(tx, locked)
}

/** Applies the answer to an attempt; returns false, and ignores the answer, if the reversal has moved on without it. */
export async function settleReversal(
  tx: Tx,
  { reversalId, attempt, outcome }: { reversalId: string; attempt: number; outcome: Outcome },
): Promise<boolean> {
  const locked = await lockReversal(tx, { reversalId })
  if (!locked) throw new Error('The reversal no longer exists.')
  const { status, attemptCount } = locked.reversal
  const isAwaited = status === 'PROCESSING' || status === 'IN_DOUBT'
  if (!isAwaited || attempt !== attemptCount) return false
  await applyOutcome(tx, locked, outcome)
  return true
}

async function beginAttempt(tx: Tx, { transfer, reversal, realNow }: LockedReversal): Promise<StartedAttempt> {
  const processing = claimed(reversal, { realNow })
  await saveReversal(tx, processing)
  return { number: processing.attemptCount, order: reversalOrder(reversal, transfer) }
}

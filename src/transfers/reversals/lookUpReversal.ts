/** Looks up the outcome of a reversal whose answer was lost. */
import { type Tx, withTransaction } from '../../db/transaction.ts'
import type { Work } from '../../jobs/timer.ts'
import { lookedUp } from '../paymentSteps.ts'
import { applyFinding, applyOutcome } from './changeReversal.ts'
import { lockReversal, lockReversalWithoutWaiting } from './lockReversal.ts'
import { reversalOrder } from './reversalOrder.ts'
import { readReversalToLookUp, saveReversal } from './reversals.sql.ts'

/** Looks up a reversal in doubt if its look-up is due; returns true if it was. Schedules the next look-up before the call. */
export async function lookUpDueReversal(work: Work, { reversalId }: { reversalId: string }): Promise<boolean> {
  if (!(await withTransaction(work.database, (tx) => claimLookUp(tx, { reversalId })))) return false
  await lookUpReversal(work, { reversalId })
  return true
}

/** Looks the reversal up now and applies the finding, unless its outcome is known. Returns false if the provider cannot be reached. */
export async function lookUpReversal(
  { database, payments, log }: Work,
  { reversalId }: { reversalId: string },
): Promise<boolean> {
  const before = await readReversalToLookUp(database, { reversalId })
  if (before?.status !== 'IN_DOUBT' && before?.status !== 'PROCESSING') return true
  const { providerReference, providerTransferReference } = before
  const order = reversalOrder(before, { providerReference: providerTransferReference })
  const finding = await payments.lookUp({ kind: 'reversal', ...order, providerReference })
  log.info({ reversal: order.reference, finding: finding.kind }, 'reversal looked up at the provider')
  if (finding.kind === 'unreachable') return false
  await withTransaction(database, async (tx) => {
    const locked = await lockReversal(tx, { reversalId })
    if (locked) await applyFinding(tx, locked, { attempt: before.attemptCount, finding })
  })
  return true
}

/** Puts a reversal in doubt if its lease has expired; returns true if it had. Its worker may have died before or after sending it. */
export const expireReversalLease = ({ database }: Work, { reversalId }: { reversalId: string }): Promise<boolean> =>
  withTransaction(database, async (tx) => {
    const locked = await lockReversalWithoutWaiting(tx, { reversalId })
    const leaseUntil = locked?.reversal.leaseUntil
    if (!locked || !leaseUntil || leaseUntil > locked.realNow) return false
    await applyOutcome(tx, locked, { kind: 'unknown', message: 'The lease of the worker that sent it expired.' })
    return true
  })

async function claimLookUp(tx: Tx, { reversalId }: { reversalId: string }): Promise<boolean> {
  const locked = await lockReversalWithoutWaiting(tx, { reversalId })
  const askAt = locked?.reversal.askAt
  if (!locked || !askAt || askAt > locked.at) return false
  await saveReversal(tx, lookedUp(locked.reversal, { at: locked.at }))
  return true
}

/** Looks up the outcome of a refund whose answer was lost, or that came back. */
import { type Tx, withTransaction } from '../../db/transaction.ts'
import type { Work } from '../../jobs/timer.ts'
import { lookedUp } from '../paymentSteps.ts'
import { applyFinding, applyOutcome } from './changeRefund.ts'
import { lockRefund, lockRefundWithoutWaiting } from './lockRefund.ts'
import { refundOrder } from './refundOrder.ts'
import { readRefundToLookUp, saveRefund } from './refunds.sql.ts'

/** Looks up a refund in doubt if its look-up is due; returns true if it was. Schedules the next look-up before the call. */
export async function lookUpDueRefund(work: Work, { refundId }: { refundId: string }): Promise<boolean> {
  if (!(await withTransaction(work.database, (tx) => claimLookUp(tx, { refundId })))) return false
  await lookUpRefund(work, { refundId })
  return true
}

/** Looks the refund up now and applies the finding, unless it waits or has failed. Returns false if the provider cannot be reached. */
export async function lookUpRefund(
  { database, payments, log }: Work,
  { refundId }: { refundId: string },
): Promise<boolean> {
  const before = await readRefundToLookUp(database, { refundId })
  if (!before || before.status === 'PENDING' || before.status === 'FAILED') return true
  const { providerReference, chargeReference } = before
  const order = refundOrder(before, { providerReference: chargeReference })
  const finding = await payments.lookUp({ kind: 'refund', ...order, providerReference })
  log.info({ refund: order.reference, finding: finding.kind }, 'refund looked up at the provider')
  if (finding.kind === 'unreachable') return false
  await withTransaction(database, async (tx) => {
    const locked = await lockRefund(tx, { refundId })
    if (locked) await applyFinding(tx, locked, { attempt: before.attemptCount, finding })
  })
  return true
}

/** Puts a refund in doubt if its lease has expired; returns true if it had. Its worker may have died before or after sending it. */
export const expireRefundLease = ({ database }: Work, { refundId }: { refundId: string }): Promise<boolean> =>
  withTransaction(database, async (tx) => {
    const locked = await lockRefundWithoutWaiting(tx, { refundId })
    const leaseUntil = locked?.refund.leaseUntil
    if (!locked || !leaseUntil || leaseUntil > locked.realNow) return false
    await applyOutcome(tx, locked, { kind: 'unknown', message: 'The lease of the worker that sent it expired.' })
    return true
  })

async function claimLookUp(tx: Tx, { refundId }: { refundId: string }): Promise<boolean> {
  const locked = await lockRefundWithoutWaiting(tx, { refundId })
  const askAt = locked?.refund.askAt
  if (!locked || !askAt || askAt > locked.at) return false
  await saveRefund(tx, lookedUp(locked.refund, { at: locked.at }))
  return true
}

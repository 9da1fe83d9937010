/** Looks up the outcome of a transfer whose answer was lost. */
import { type Tx, withTransaction } from '../../db/transaction.ts'
import type { Work } from '../../jobs/timer.ts'
import { lookedUp } from '../paymentSteps.ts'
import { applyFinding, applyOutcome } from './changeTransfer.ts'
import { lockTransfer, lockTransferWithoutWaiting } from './lockTransfer.ts'
import { transferOrder } from './transferOrder.ts'
import { readTransferToLookUp, saveTransfer } from './transfers.sql.ts'

/** Looks up a transfer in doubt if its look-up is due; returns true if it was. Schedules the next look-up before the call. */
export async function lookUpDueTransfer(work: Work, { transferId }: { transferId: string }): Promise<boolean> {
  if (!(await withTransaction(work.database, (tx) => claimLookUp(tx, { transferId })))) return false
  await lookUpTransfer(work, { transferId })
  return true
}

/** Looks the transfer up now and applies the finding, unless its outcome is known. Returns false if the provider cannot be reached. */
export async function lookUpTransfer(
  { database, payments, log }: Work,
  { transferId }: { transferId: string },
): Promise<boolean> {
  const before = await readTransferToLookUp(database, { transferId })
  if (before?.status !== 'IN_DOUBT' && before?.status !== 'PROCESSING') return true
  const { providerReference, chargeReference } = before
  const hold = { providerReference: chargeReference }
  const order = await transferOrder(database, { transfer: before, hold, traits: payments.traits })
  if (!order) throw new Error('The tasker of a transfer that was sent has no account at the provider.')
  const finding = await payments.lookUp({ kind: 'transfer', ...order, providerReference })
  log.info({ transfer: order.reference, finding: finding.kind }, 'transfer looked up at the provider')
  if (finding.kind === 'unreachable') return false
  await withTransaction(database, async (tx) => {
    const locked = await lockTransfer(tx, { transferId })
    if (locked) await applyFinding(tx, locked, { attempt: before.attemptCount, finding })
  })
  return true
}

/** Puts a transfer in doubt if its lease has expired; returns true if it had. Its worker may have died before or after sending it. */
export const expireTransferLease = ({ database }: Work, { transferId }: { transferId: string }): Promise<boolean> =>
  withTransaction(database, async (tx) => {
    const locked = await lockTransferWithoutWaiting(tx, { transferId })
    const leaseUntil = locked?.transfer.leaseUntil
    if (!locked || !leaseUntil || leaseUntil > locked.realNow) return false
    await applyOutcome(tx, locked, { kind: 'unknown', message: 'The lease of the worker that sent it expired.' })
    return true
  })

async function claimLookUp(tx: Tx, { transferId }: { transferId: string }): Promise<boolean> {
  const locked = await lockTransferWithoutWaiting(tx, { transferId })
  const askAt = locked?.transfer.askAt
  if (!locked || !askAt || askAt > locked.at) return false
  await saveTransfer(tx, lookedUp(locked.transfer, { at: locked.at }))
  return true
}

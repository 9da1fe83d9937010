/** Sends a transfer: claims it, calls the provider outside of any transaction, and saves the outcome. */
import { lookUpReadiness } from '../../accounts/payouts/lookUpReadiness.ts'
import { type Tx, withTransaction } from '../../db/transaction.ts'
import type { Work } from '../../jobs/timer.ts'
import type { Outcome, TransferOrder } from '../../payments/port/provider.ts'
import type { ProviderTraits } from '../../payments/port/traits.ts'
import { netDebts as takeDebts } from '../debts/netDebts.ts'
import { claimed } from '../paymentSteps.ts'
import { applyOutcome, changeTransfer, isNotReady } from './changeTransfer.ts'
import { isPayeeReady } from './isPayeeReady.ts'
import { type LockedTransfer, lockTransfer, lockTransferWithoutWaiting } from './lockTransfer.ts'
import { transferOrder } from './transferOrder.ts'
import { waiting } from './transferSteps.ts'
import { insertAttempt } from './transfers.sql.ts'

interface StartedAttempt {
  number: number
  order: TransferOrder
  /** The payee. */
  userId: string
}

/** Sends the transfer if it is due; returns true if there was anything to do. Of any number of concurrent callers, one sends it. */
export async function sendTransfer(work: Work, { transferId }: { transferId: string }): Promise<boolean> {
  const { database, payments, log, netDebts = false } = work
  const claim = await withTransaction(database, (tx) =>
    claimTransfer(tx, { transferId, traits: payments.traits, netDebts }),
  )
  if (!claim.attempt) return claim.isDone
  const { number, order, userId } = claim.attempt
  const outcome = await payments.transfer(order)
  // Before the outcome is saved, which depends on the readiness.
  if (isNotReady(outcome)) await lookUpReadiness(work, { userId, accountReference: order.accountReference })
  const isApplied = await withTransaction(database, (tx) =>
    settleTransfer(tx, { transferId, attempt: number, outcome }),
  )
  log.info({ transfer: order.reference, attempt: number, outcome: outcome.kind }, 'transfer sent')
  if (!isApplied) log.warn({ transfer: order.reference, attempt: number }, 'late answer of the provider ignored')
  return true
}

/**
 * Claims a due transfer: it becomes PROCESSING with a lease, or waits if it cannot be paid, which does not count as an attempt. Before the
 * first attempt debts of the tasker are taken out of it, if `netDebts`.
 */
export async function claimTransfer(
  tx: Tx,
  { transferId, traits, netDebts = false }: { transferId: string; traits: ProviderTraits; netDebts?: boolean },
): Promise<{ isDone: boolean; attempt?: StartedAttempt }> {
  const locked = await lockTransferWithoutWaiting(tx, { transferId })
  const dueAt = locked?.transfer.dueAt
  if (!locked || !dueAt || dueAt > locked.at) return { isDone: false }
  const order = (await isPayable(tx, locked)) ? await transferOrder(tx, { ...locked, traits }) : undefined
  if (!order) {
    await changeTransfer(tx, locked, waiting(locked.transfer))
    return { isDone: true }
  }
  const isFirst = locked.attemptCount === 0
  const transfer = netDebts && isFirst ? await takeDebts(tx, locked) : locked.transfer
  const amount = { minorUnits: transfer.netMinor - transfer.nettedMinor, currencyCode: transfer.currency }
  return { isDone: true, attempt: await beginAttempt(tx, { ...locked, transfer }, { ...order, amount }) }
}

/**
 * Applies the answer to an attempt; returns false, and ignores the answer, if the transfer has moved on without it: a final status
 * is never overwritten. An answer that comes after the lease expired, while the transfer is in doubt, still counts.
 */
export async function settleTransfer(
  tx: Tx,
  { transferId, attempt, outcome }: { transferId: string; attempt: number; outcome: Outcome },
): Promise<boolean> {
  const locked = await lockTransfer(tx, { transferId })
  if (!locked) throw new Error('The transfer no longer exists.')
  const { transfer, attemptCount } = locked
  const isAwaited = transfer.status === 'PROCESSING' || transfer.status === 'IN_DOUBT'
  if (!isAwaited || attempt !== attemptCount) return false
  await applyOutcome(tx, locked, outcome)
  return true
}

async function isPayable(tx: Tx, { hold, transfer }: LockedTransfer): Promise<boolean> {
  if (hold.frozen) return false
  return isPayeeReady(tx, transfer)
}

async function beginAttempt(tx: Tx, locked: LockedTransfer, order: TransferOrder): Promise<StartedAttempt> {
  const { transfer, attemptCount, realNow, at } = locked
  const number = attemptCount + 1
  await changeTransfer(tx, locked, claimed(transfer, { realNow }))
  await insertAttempt(tx, { transferId: transfer.id, number, startedAt: at })
  return { number, order, userId: transfer.destinationId }
}

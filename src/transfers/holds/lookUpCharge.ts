/**
 * Looks up the outcome of a charge whose answer was lost. A charge that the provider never received is ordered again, unless the
 * task has ended: then it is not paid for any more.
 */
import { textOf, toPublicId } from '../../db/ids.ts'
import { type Tx, withTransaction } from '../../db/transaction.ts'
import type { Work } from '../../jobs/timer.ts'
import type { ChargeOrder, Finding, Outcome, PaymentProvider } from '../../payments/port/provider.ts'
import { isFinal } from '../../tasks/taskStatus.ts'
import { LEASE_MS, lookUpAfter } from '../schedule.ts'
import { saveHold } from './holds.sql.ts'
import { lockHoldWithoutWaiting } from './lockHoldWithTask.ts'
import { chargeOrder, settleCharge } from './settleCharge.ts'

// Two calls, one after the other: the look-up, and the same charge again.
const CALLS = 2
// The first order may still be on its way to the provider for up to a day.
const ARRIVES_WITHIN_MS = 24 * 3_600_000

interface LookUpClaim {
  order: ChargeOrder
  /** Cannot change after the look-up, because an end is final. */
  hasTaskEnded: boolean
  mayStillArrive: boolean
}

/** Looks up a charge if its look-up is due; returns true if it was. A lease keeps two workers from ordering the charge at once. */
export async function lookUpDueCharge(work: Work, { holdId }: { holdId: string }): Promise<boolean> {
  const { database, payments, log } = work
  const claim = await withTransaction(database, (tx) => claimLookUp(tx, { holdId }))
  if (!claim) return false
  const { order } = claim
  const finding = await payments.lookUp({ kind: 'charge', reference: order.reference })
  log.info({ hold: order.reference, finding: finding.kind }, 'charge looked up at the provider')
  const outcome = await outcomeOf(finding, payments, claim)
  await withTransaction(database, (tx) => settleCharge(tx, { holdId, outcome, actorId: null }))
  return true
}

/**
 * Looks the charge up now, without a lease. Only the finding that the provider has the money counts, because another caller may be
 * sending the charge at this moment.
 */
export async function lookUpCharge({ database, payments }: Work, { holdId }: { holdId: string }): Promise<void> {
  const finding = await payments.lookUp({ kind: 'charge', reference: textOf(toPublicId('hld', holdId)) })
  if (finding.kind !== 'has') return
  const outcome = { ...finding, kind: 'accepted' as const }
  await withTransaction(database, (tx) => settleCharge(tx, { holdId, outcome, actorId: null }))
}

async function claimLookUp(tx: Tx, { holdId }: { holdId: string }): Promise<LookUpClaim | undefined> {
  const locked = await lockHoldWithoutWaiting(tx, { holdId })
  if (!locked) return undefined
  const { task, hold, realNow, at } = locked
  const isUnderWay = hold.leaseUntil !== null && hold.leaseUntil > realNow
  if (!hold.askAt || hold.askAt > at || isUnderWay) return undefined
  const askCount = hold.askCount + 1
  const leaseUntil = new Date(realNow.getTime() + CALLS * LEASE_MS)
  await saveHold(tx, { ...hold, askAt: lookUpAfter(askCount, at), askCount, leaseUntil })
  return {
    order: chargeOrder(hold),
    hasTaskEnded: isFinal(task.status),
    mayStillArrive: at.getTime() < hold.createdAt.getTime() + ARRIVES_WITHIN_MS,
  }
}

async function outcomeOf(finding: Finding, payments: PaymentProvider, claim: LookUpClaim): Promise<Outcome> {
  if (finding.kind === 'never') return claim.hasTaskEnded ? leaveUnpaid(claim) : payments.charge(claim.order)
  if (finding.kind === 'unreachable') return { kind: 'unknown', message: finding.message }
  return { ...finding, kind: 'accepted' }
}

function leaveUnpaid({ mayStillArrive }: LookUpClaim): Outcome {
  const message = 'The provider never received the payment, and the task has ended.'
  if (mayStillArrive) return { kind: 'unknown', message }
  return { kind: 'refused', code: 'never_received', message, isFinal: true }
}

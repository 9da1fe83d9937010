/**
 * Looks up the outcome of a charge whose answer was lost. A charge that the provider never received is ordered again, unless the
 * task has ended: then it is not paid for any more.
 */
import type { Hold } from '../../db/generated/client.ts'
import { type Tx, withTransaction } from '../../db/transaction.ts'
import type { Work } from '../../jobs/timer.ts'
import type { ChargeOutcome, Finding, LookUp, PaymentProvider } from '../../payments/port/provider.ts'
import { isFinal } from '../../tasks/taskStatus.ts'
import { LEASE_MS, lookUpAfter, lookUpBefore } from '../schedule.ts'
import { chargeOrder } from './chargeOrder.ts'
import { readHold, saveHold } from './holds.sql.ts'
import { lockHoldWithoutWaiting } from './lockHoldWithTask.ts'
import { settleCharge } from './settleCharge.ts'

// The code of a payment whose payer did not authenticate it in time.
const ABANDONED = 'authentication_abandoned'

// Two calls, one after the other: the look-up, and the same charge again or its end.
const CALLS = 2
// The first order may still be on its way to the provider for up to a day.
const ARRIVES_WITHIN_MS = 24 * 3_600_000

interface LookUpClaim {
  order: Extract<LookUp, { kind: 'charge' }>
  /** Cannot change after the look-up, because an end is final. */
  hasTaskEnded: boolean
  mayStillArrive: boolean
  /** True if nobody may authenticate the payment any more. */
  mustEnd: boolean
}

/** Looks up a charge if its look-up is due; returns true if it was. A lease keeps two workers from ordering the charge at once. */
export async function lookUpDueCharge(work: Work, { holdId }: { holdId: string }): Promise<boolean> {
  const { database, payments, log } = work
  const claim = await withTransaction(database, (tx) => claimLookUp(tx, { holdId }))
  if (!claim) return false
  const { order } = claim
  const finding = await payments.lookUp(order)
  log.info({ hold: order.reference, finding: finding.kind }, 'charge looked up at the provider')
  const outcome = await outcomeOf(finding, payments, claim)
  await withTransaction(database, (tx) => settleCharge(tx, { holdId, outcome, actorId: null }))
  return true
}

/**
 * Looks the charge up now, without a lease, unless it was paid; returns false if the provider cannot be reached. A finding that
 * the provider never received it does not count, because another caller may be sending the charge at this moment.
 */
export async function lookUpCharge({ database, payments }: Work, { holdId }: { holdId: string }): Promise<boolean> {
  const hold = await readHold(database, { holdId })
  if (hold?.status !== 'PENDING' && hold?.status !== 'FAILED') return true
  const finding = await payments.lookUp(toLookUp(hold))
  if (finding.kind === 'unreachable') return false
  if (finding.kind === 'never') return true
  const outcome = toOutcome(finding)
  await withTransaction(database, (tx) => settleCharge(tx, { holdId, outcome, actorId: null }))
  return true
}

const toLookUp = (hold: Hold): LookUpClaim['order'] => ({
  kind: 'charge',
  ...chargeOrder(hold),
  providerReference: hold.providerReference,
})

/** Translates a finding to the outcome of the charge. */
function toOutcome(finding: Exclude<Finding, { kind: 'never' }>): ChargeOutcome {
  if (finding.kind === 'has') return { ...finding, kind: 'accepted' }
  if (finding.kind === 'failed') return { ...finding, kind: 'refused' }
  if (finding.kind === 'unreachable') return { ...finding, kind: 'unknown' }
  return finding
}

async function claimLookUp(tx: Tx, { holdId }: { holdId: string }): Promise<LookUpClaim | undefined> {
  const locked = await lockHoldWithoutWaiting(tx, { holdId })
  if (!locked) return undefined
  const { task, hold, realNow, at } = locked
  const isUnderWay = hold.leaseUntil !== null && hold.leaseUntil > realNow
  if (!hold.askAt || hold.askAt > at || isUnderWay) return undefined
  const askCount = hold.askCount + 1
  const leaseUntil = new Date(realNow.getTime() + CALLS * LEASE_MS)
  const askAt = lookUpBefore(hold.authenticateBy, lookUpAfter(askCount, at), at)
  await saveHold(tx, { ...hold, askAt, askCount, leaseUntil })
  return {
    order: toLookUp(hold),
    hasTaskEnded: isFinal(task.status),
    mustEnd: isFinal(task.status) || (hold.authenticateBy !== null && hold.authenticateBy <= at),
    mayStillArrive: at.getTime() < hold.createdAt.getTime() + ARRIVES_WITHIN_MS,
  }
}

async function outcomeOf(finding: Finding, payments: PaymentProvider, claim: LookUpClaim): Promise<ChargeOutcome> {
  if (finding.kind === 'needs_action' && claim.mustEnd) return endAuthentication(payments, claim)
  if (finding.kind !== 'never') return toOutcome(finding)
  if (claim.hasTaskEnded) return leaveUnpaid(claim)
  const { kind: _, providerReference: __, ...order } = claim.order
  const outcome = await payments.charge(order)
  // An earlier order may still be on its way, so it does not fail for want of a second one.
  return outcome.kind === 'not_sent' ? { kind: 'unknown', message: outcome.message } : outcome
}

/** Cancels a payment whose payer did not authenticate it in time, or whose task has ended. The payer may have been faster. */
async function endAuthentication(payments: PaymentProvider, { order }: LookUpClaim): Promise<ChargeOutcome> {
  const finding = await payments.cancelCharge(order)
  if (finding.kind === 'never') return { kind: 'unknown', message: 'The provider does not find the payment any more.' }
  return toOutcome(finding.kind === 'failed' ? { ...finding, code: ABANDONED } : finding)
}

function leaveUnpaid({ mayStillArrive }: LookUpClaim): ChargeOutcome {
  const message = 'The provider never received the payment, and the task has ended.'
  if (mayStillArrive) return { kind: 'unknown', message }
  return { kind: 'refused', code: 'never_received', message, isFinal: true }
}

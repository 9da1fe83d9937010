/**
 * Finds out what became of a payment whose answer was lost, by asking the provider. What it never had is ordered again, unless the
 * task has ended meanwhile: then nobody pays for it any more.
 */
import { textOf, toPublicId } from '../../db/ids.ts'
import { type Tx, withTransaction } from '../../db/transaction.ts'
import type { Work } from '../../jobs/timer.ts'
import type { ChargeOrder, Finding, Outcome, PaymentProvider } from '../../payments/provider.ts'
import { isFinal } from '../../tasks/taskStatus.ts'
import { LEASE_MS, lookUpAfter } from '../schedule.ts'
import { saveHold } from './holds.sql.ts'
import { lockHoldWithoutWaiting } from './lockHoldWithTask.ts'
import { chargeOrder, settleCharge } from './settleCharge.ts'

// Two calls, one after the other: the question, and the same charge again.
const CALLS = 2
// The first order may still be on its way to the provider. After a day it is not.
const ARRIVES_WITHIN_MS = 24 * 3_600_000

interface Turn {
  order: ChargeOrder
  /** It stays so: an end is final. */
  hasTaskEnded: boolean
  mayStillArrive: boolean
}

/** Asks about a payment whose time has come; gives whether it was. Whoever has the lease calls, so nothing is ordered twice at once. */
export async function lookUpChargeInTurn(work: Work, { holdId }: { holdId: string }): Promise<boolean> {
  const { database, payments, log } = work
  const turn = await withTransaction(database, (tx) => takeLookUp(tx, { holdId }))
  if (!turn) return false
  const { order } = turn
  const finding = await payments.find({ kind: 'charge', reference: order.reference })
  log.info({ hold: order.reference, finding: finding.kind }, 'the provider was asked about a charge')
  const outcome = await outcomeOf(finding, payments, turn)
  await withTransaction(database, (tx) => settleCharge(tx, { holdId, outcome, actorId: null }))
  return true
}

/** Asks the provider now, whoever else is calling it. Only that it has the money says anything while a charge may be under way. */
export async function lookUpCharge({ database, payments }: Work, { holdId }: { holdId: string }): Promise<void> {
  const finding = await payments.find({ kind: 'charge', reference: textOf(toPublicId('hld', holdId)) })
  if (finding.kind !== 'has') return
  const outcome = { ...finding, kind: 'accepted' as const }
  await withTransaction(database, (tx) => settleCharge(tx, { holdId, outcome, actorId: null }))
}

async function takeLookUp(tx: Tx, { holdId }: { holdId: string }): Promise<Turn | undefined> {
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

async function outcomeOf(finding: Finding, payments: PaymentProvider, turn: Turn): Promise<Outcome> {
  if (finding.kind === 'never') return turn.hasTaskEnded ? leaveUnpaid(turn) : payments.charge(turn.order)
  if (finding.kind === 'unreachable') return { kind: 'unknown', message: finding.message }
  return { ...finding, kind: 'accepted' }
}

function leaveUnpaid({ mayStillArrive }: Turn): Outcome {
  const message = 'The provider never had the payment, and the task has ended.'
  if (mayStillArrive) return { kind: 'unknown', message }
  return { kind: 'refused', code: 'never_received', message, isFinal: true }
}

/** Finds out what became of a payment whose answer was lost, by asking the provider; what it never had is ordered again. */
import { toPublicId } from '../db/ids.ts'
import { type Tx, withTransaction } from '../db/transaction.ts'
import type { Work } from '../jobs/timer.ts'
import type { ChargeOrder, Finding, Outcome, PaymentProvider } from '../payments/provider.ts'
import { saveHold } from './holds.sql.ts'
import { lockHoldWithoutWaiting } from './lockHoldWithTask.ts'
import { askAfter, LEASE_MS } from './schedule.ts'
import { chargeOrder, settleCharge } from './settleCharge.ts'

// Two calls, one after the other: the question, and the same charge again.
const CALLS = 2

/** Asks about a payment whose time has come; gives whether it was. Whoever has the lease calls, so nothing is ordered twice at once. */
export async function askHoldInTurn(work: Work, { holdId }: { holdId: string }): Promise<boolean> {
  const { database, payments, log } = work
  const order = await withTransaction(database, (tx) => takeQuestion(tx, { holdId }))
  if (!order) return false
  const finding = await payments.find({ kind: 'charge', reference: order.reference })
  log.info({ hold: order.reference, finding: finding.kind }, 'the provider was asked about a charge')
  const outcome = await outcomeOf(finding, payments, order)
  await withTransaction(database, (tx) => settleCharge(tx, { holdId, outcome, actorId: null }))
  return true
}

/** Asks the provider now, whoever else is calling it. Only that it has the money says anything while a charge may be under way. */
export async function askHold({ database, payments }: Work, { holdId }: { holdId: string }): Promise<void> {
  const finding = await payments.find({ kind: 'charge', reference: toPublicId('hld', holdId) })
  if (finding.kind !== 'has') return
  const outcome = { ...finding, kind: 'accepted' as const }
  await withTransaction(database, (tx) => settleCharge(tx, { holdId, outcome, actorId: null }))
}

async function takeQuestion(tx: Tx, { holdId }: { holdId: string }): Promise<ChargeOrder | undefined> {
  const locked = await lockHoldWithoutWaiting(tx, { holdId })
  if (!locked) return undefined
  const { hold, realNow, at } = locked
  const isUnderWay = hold.leaseUntil !== null && hold.leaseUntil > realNow
  if (!hold.askAt || hold.askAt > at || isUnderWay) return undefined
  const askCount = hold.askCount + 1
  const leaseUntil = new Date(realNow.getTime() + CALLS * LEASE_MS)
  await saveHold(tx, { ...hold, askAt: askAfter(askCount, at), askCount, leaseUntil })
  return chargeOrder(hold)
}

async function outcomeOf(finding: Finding, payments: PaymentProvider, order: ChargeOrder): Promise<Outcome> {
  if (finding.kind === 'never') return payments.charge(order)
  if (finding.kind === 'unreachable') return { kind: 'unknown', message: finding.message }
  return { ...finding, kind: 'accepted' }
}

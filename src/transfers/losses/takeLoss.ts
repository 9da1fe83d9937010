/** The money that a lost chargeback takes from a payment. The task and the hold are locked, and no payment of the hold has an open outcome. */
import type { Hold } from '../../db/generated/client.ts'
import type { Tx } from '../../db/transaction.ts'
import { leastOf } from '../../domain/money.ts'
import { feeRuleOf } from '../../fees/feeRules.ts'
import type { LockedTask } from '../../tasks/tasks.sql.ts'
import { takeFromHold } from '../holds/holdMoney.ts'
import { failChargedBack } from '../refunds/changeRefund.ts'
import { lockRefund } from '../refunds/lockRefund.ts'
import { requestRefund } from '../refunds/requestRefund.ts'
import { cancelUnpaid } from '../transfers/cancelUnpaid.ts'
import { lockTransfer } from '../transfers/lockTransfer.ts'
import { payShare } from '../transfers/payTasker.ts'
import { readPaidTransfer, readPaymentsInFlight, readUnpaidTransfer, readWaitingRefunds } from './losses.sql.ts'

const REASON = "The payer's bank took the payment back."

interface Taken {
  task: LockedTask
  hold: Hold
  amountMinor: bigint
  at: Date
}

/** The result of a lost chargeback: the amounts that it took and left. */
export interface TakenLoss {
  /** The hold after it. */
  hold: Hold
  fromHoldMinor: bigint
  /** The part of the rest that the tasker was paid, and owes now. Null if nothing. */
  debt: { transferId: string; debtorId: string; amountMinor: bigint } | null
  recalled: Recalled
}

/** The payments that waited to leave the hold and were called back. */
interface Recalled {
  hold: Hold
  transfer: boolean
  refundedMinor: bigint
}

/** True while the outcome of a payment of the hold is open: the loss can be booked once it is known. */
export const hasPaymentsInFlight = async (tx: Tx, { holdId }: { holdId: string }): Promise<boolean> =>
  (await readPaymentsInFlight(tx, { holdId }))?.inFlight ?? false

/**
 * Takes an amount out of a hold: held money first; then waiting refunds, which the poster's bank has made; then a transfer that was not paid
 * yet. Of the rest the tasker owes the part that they were paid.
 */
export async function takeLoss(tx: Tx, { task, hold: before, amountMinor, at }: Taken): Promise<TakenLoss> {
  const recalled = await recallPayments(tx, before, amountMinor)
  const fromHoldMinor = leastOf(amountMinor, recalled.hold.remainingMinor)
  const hold = fromHoldMinor > 0n ? await takeFromHold(tx, recalled.hold, fromHoldMinor, at) : recalled.hold
  const restMinor = amountMinor - fromHoldMinor
  const paid = restMinor > 0n ? await readPaidTransfer(tx, { holdId: hold.id }) : undefined
  const debtMinor = paid ? leastOf(restMinor, paid.exposedMinor) : 0n
  if (task.id !== hold.taskId) throw new Error('The hold belongs to another task.')
  return {
    hold,
    fromHoldMinor,
    debt: paid && debtMinor > 0n ? { transferId: paid.id, debtorId: paid.destinationId, amountMinor: debtMinor } : null,
    recalled,
  }
}

/** Pays or refunds again the rest of the payments that were called back: the tasker's share, or else the refund. */
export async function passOnRest(
  tx: Tx,
  { task, hold, recalled, at }: { task: LockedTask; hold: Hold; recalled: Recalled; at: Date },
): Promise<void> {
  if (hold.remainingMinor === 0n) return
  const payment = { task, hold, actorId: null, at }
  if (recalled.transfer) {
    const feeRule = await feeRuleOf(tx, task)
    await payShare(tx, { ...payment, feeRule, grossMinor: hold.remainingMinor, reasonOfRest: REASON })
  } else if (recalled.refundedMinor > 0n) {
    const amountMinor = leastOf(hold.remainingMinor, recalled.refundedMinor)
    await requestRefund(tx, { ...payment, amountMinor, reason: 'A refund was reduced by a chargeback.' })
  }
}

/** Calls back waiting payments until the amount is held. */
async function recallPayments(tx: Tx, before: Hold, amountMinor: bigint): Promise<Recalled> {
  let recalled: Recalled = { hold: before, transfer: false, refundedMinor: 0n }
  if (amountMinor <= before.remainingMinor) return recalled
  for (const { id: refundId } of await readWaitingRefunds(tx, { holdId: before.id })) {
    const locked = await lockRefund(tx, { refundId })
    if (!locked) throw new Error('The refund no longer exists.')
    const hold = await failChargedBack(tx, locked)
    recalled = { ...recalled, hold, refundedMinor: recalled.refundedMinor + locked.refund.amountMinor }
    if (amountMinor <= hold.remainingMinor) return recalled
  }
  const unpaid = await readUnpaidTransfer(tx, { holdId: before.id })
  const locked = unpaid && (await lockTransfer(tx, { transferId: unpaid.id }))
  if (!locked) return recalled
  const hold = await cancelUnpaid(tx, locked, { actorId: null, reason: REASON })
  return { ...recalled, hold, transfer: true }
}

import { tellTaskChat } from '../chats/tellTaskChat.ts'
import type { Dispute, Hold } from '../db/generated/client.ts'
import type { Tx } from '../db/transaction.ts'
import { ValidationError } from '../domain/errors.ts'
import { type Money, toDecimal } from '../domain/money.ts'
import { feeRuleOf } from '../fees/feeRules.ts'
import { refuseUnpayablePart } from '../payments/port/payable.ts'
import type { ProviderTraits } from '../payments/port/traits.ts'
import { endDisputedTask } from '../tasks/moveDisputedTask.ts'
import { HoldFrozenError, InsufficientFundsError } from '../transfers/errors.ts'
import { lockFrozenHold, thawHold } from '../transfers/holds/freezeHold.ts'
import { requestRefund } from '../transfers/refunds/requestRefund.ts'
import { auditStaffAct, refuseOwnMatter, type StaffAct } from '../transfers/staffAct.ts'
import { feeOfPart, payShare } from '../transfers/transfers/payTasker.ts'
import { refuseUnlessOpen } from './disputeStatus.ts'
import { setDisputeResolved } from './disputes.sql.ts'
import { lockDispute } from './lockDispute.ts'

const REASON_OF_REFUND = 'A dispute was resolved.'

type Limits = Pick<ProviderTraits, 'refusePayout' | 'refuseReturn'>

interface Decision extends Omit<StaffAct, 'reason'> {
  disputeId: string
  /** Gross. The rest of the hold is refunded to the poster. */
  toTasker: Money
  note: string
  messageToBoth: string | undefined
  traits: Limits
}

/**
 * Staff divide the held money of an open dispute: a transfer of the tasker's share, less its part of the fee, and a refund of the rest. The
 * task is COMPLETED, or CANCELED if the tasker gets nothing. Refuses, in this order: NotFoundError; ForbiddenError (conflict of interest);
 * IllegalTransitionError; ValidationError (another currency); InsufficientFundsError (more than is held); ValidationError (the provider cannot
 * pay the tasker's share less its fee, or refund the rest); HoldFrozenError (something besides the dispute freezes the money).
 */
export async function resolveDispute(
  tx: Tx,
  { disputeId, toTasker, note, messageToBoth, traits, ...act }: Decision,
): Promise<{ disputeId: string; taskId: string }> {
  const { task, dispute, at } = await lockDispute(tx, { disputeId })
  await refuseOwnMatter(tx, task, act.caller)
  refuseUnlessOpen(dispute.status, 'resolveDispute')
  refuseOtherCurrency(dispute, toTasker)
  const frozen = await lockFrozenHold(tx, dispute)
  refuseMoreThanHeld(frozen, toTasker)
  const actorId = act.caller.id
  const toTaskerMinor = toTasker.minorUnits
  const toPosterMinor = frozen.remainingMinor - toTaskerMinor
  const feeRule = toTaskerMinor > 0n ? await feeRuleOf(tx, task) : undefined
  const feeMinor = feeRule ? feeOfPart(task, feeRule, toTaskerMinor) : 0n
  refuseUnpayableShares(traits, { toTasker, feeMinor, toPosterMinor })
  await setDisputeResolved(tx, { disputeId, at, toTaskerMinor, toPosterMinor, decidedById: actorId, note })
  const hold = await thawHold(tx, { hold: frozen, at })
  if (hold.frozen) throw new HoldFrozenError({ taskId: task.id })
  const ended = await endDisputedTask(tx, {
    task,
    status: toTaskerMinor > 0n ? 'COMPLETED' : 'CANCELED',
    actorId,
    reason: note,
    message: messageAbout(dispute, { toTaskerMinor, toPosterMinor }),
  })
  if (messageToBoth !== undefined) {
    await tellTaskChat(tx, { taskId: task.id, taskerId: dispute.taskerId, body: messageToBoth, at })
  }
  const payment = { task: ended, hold, actorId, at }
  if (feeRule) {
    await payShare(tx, { ...payment, feeRule, grossMinor: toTaskerMinor, reasonOfRest: REASON_OF_REFUND })
  } else {
    await requestRefund(tx, { ...payment, amountMinor: toPosterMinor, reason: REASON_OF_REFUND })
  }
  const subject = { prefix: 'dsp', id: disputeId } as const
  await auditStaffAct(tx, { ...act, reason: note }, { action: 'dispute.resolved', subject, at })
  return { disputeId, taskId: task.id }
}

function refuseOtherCurrency({ currency }: Dispute, { currencyCode }: Money): void {
  if (currencyCode === currency) return
  const message = `The money is held in ${currency}. Send the amount in ${currency}.`
  throw new ValidationError([{ path: ['input', 'toTasker', 'currencyCode'], message }])
}

function refuseMoreThanHeld({ remainingMinor, currency }: Hold, required: Money): void {
  if (required.minorUnits <= remainingMinor) return
  throw new InsufficientFundsError({ available: { minorUnits: remainingMinor, currencyCode: currency }, required })
}

function refuseUnpayableShares(
  traits: Limits,
  { toTasker, feeMinor, toPosterMinor }: { toTasker: Money; feeMinor: bigint; toPosterMinor: bigint },
): void {
  const path = ['input', 'toTasker']
  const net = { ...toTasker, minorUnits: toTasker.minorUnits - feeMinor }
  const back = { ...toTasker, minorUnits: toPosterMinor }
  const [payout, refund] = [traits.refusePayout(net), traits.refuseReturn(back)]
  if (net.minorUnits > 0n)
    refuseUnpayablePart(payout, path, `The share less its fee could not be paid to the tasker. ${payout?.message}`)
  if (toPosterMinor > 0n)
    refuseUnpayablePart(refund, path, `The rest could not be refunded to the poster. ${refund?.message}`)
}

function messageAbout(
  { currency: currencyCode }: Dispute,
  { toTaskerMinor, toPosterMinor }: { toTaskerMinor: bigint; toPosterMinor: bigint },
): string {
  const text = (minorUnits: bigint) => `${toDecimal({ minorUnits, currencyCode })} ${currencyCode}`
  return `Customer service resolved the dispute: ${text(toTaskerMinor)} for the tasker, before the fee, and ${text(toPosterMinor)} back to the poster.`
}

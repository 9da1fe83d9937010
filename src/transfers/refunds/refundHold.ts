import type { Hold } from '../../db/generated/client.ts'
import type { HoldStatus, TaskStatus } from '../../db/generated/enums.ts'
import type { Tx } from '../../db/transaction.ts'
import { IllegalTransitionError, NotFoundError, ValidationError } from '../../domain/errors.ts'
import { leastOf, type Money } from '../../domain/money.ts'
import { feeRuleOf } from '../../fees/feeRules.ts'
import { refuseUnpayablePart } from '../../payments/port/payable.ts'
import type { ProviderTraits } from '../../payments/port/traits.ts'
import type { LockedTask } from '../../tasks/tasks.sql.ts'
import { HoldFrozenError, InsufficientFundsError } from '../errors.ts'
import { lockHoldWithTask } from '../holds/lockHoldWithTask.ts'
import { auditStaffAct, refuseOwnMatter, type StaffAct } from '../staffAct.ts'
import { feeOfPart } from '../transfers/payTasker.ts'
import { requestRefund } from './requestRefund.ts'

type Limits = Pick<ProviderTraits, 'refuseReturn' | 'refusePayout'>

// A tasker works for the held money: at least this much must be left to pay them.
const STATUSES_IN_WORK: ReadonlySet<TaskStatus> = new Set(['ASSIGNED', 'SUBMITTED', 'DISPUTED'])
const LEAST_LEFT_IN_WORK_MINOR = 1n

/** The reason why nothing can be refunded, for people. */
const NOTHING_HELD: Record<Exclude<HoldStatus, 'HELD'>, string> = {
  PENDING: 'The payment is still in progress. It can be refunded once it is held.',
  FAILED: 'The payment failed, so there is nothing to refund.',
  RELEASED: 'The whole hold was paid out. Take the money back from the tasker first.',
  REFUNDED: 'The whole hold was refunded already.',
}

/**
 * Refunds part of a hold to the poster, by staff. Refuses, in this order: NotFoundError; ForbiddenError (conflict of interest);
 * IllegalTransitionError (nothing is held); ValidationError (another currency); HoldFrozenError; InsufficientFundsError, also if
 * nothing would be left for a tasker who is at work; ValidationError, if the provider could not pay the rest to that tasker. Before all of
 * them, and before anything is locked: ValidationError, if the provider cannot refund such an amount.
 */
export async function refundHold(
  tx: Tx,
  { holdId, amount, traits, ...act }: StaffAct & { holdId: string; amount: Money; traits: Limits },
): Promise<{ refundId: string; holdId: string }> {
  refuseUnpayablePart(traits.refuseReturn(amount), ['input', 'amount'])
  const locked = await lockHoldWithTask(tx, { holdId })
  if (!locked) throw NotFoundError.of('hld', holdId)
  const { task, hold, at } = locked
  await refuseOwnMatter(tx, task, act.caller)
  if (hold.status !== 'HELD') {
    const message = NOTHING_HELD[hold.status]
    throw new IllegalTransitionError({ from: hold.status, action: 'refundHold', allowed: [], message })
  }
  refuseOtherCurrency(hold, amount)
  if (hold.frozen) throw new HoldFrozenError(hold)
  const isForWork = isWorkedFor(hold, task.status)
  refuseMoreThanAvailable(hold, isForWork, amount)
  if (isForWork) await refuseUnpayableRest(tx, { task, hold, traits }, amount)
  const { refundId } = await requestRefund(tx, {
    task,
    hold,
    amountMinor: amount.minorUnits,
    reason: act.reason,
    at,
    actorId: act.caller.id,
  })
  await auditStaffAct(tx, act, { action: 'hold.refunded', subject: { prefix: 'hld', id: holdId }, at })
  return { refundId, holdId }
}

function refuseOtherCurrency({ currency }: Hold, { currencyCode }: Money): void {
  if (currencyCode === currency) return
  throw new ValidationError([
    { path: ['input', 'amount', 'currencyCode'], message: `The money is held in ${currency}. Give the amount in it.` },
  ])
}

const isWorkedFor = (hold: Hold, status: TaskStatus): boolean =>
  STATUSES_IN_WORK.has(status) && hold.supersededAt === null

/** The tasker is paid what is left, up to the agreed price, less the fee on it. */
async function refuseUnpayableRest(
  tx: Tx,
  { task, hold, traits }: { task: LockedTask; hold: Hold; traits: Limits },
  { minorUnits, currencyCode }: Money,
): Promise<void> {
  const leftMinor = hold.remainingMinor - minorUnits
  const grossMinor = leastOf(leftMinor, task.agreedPriceMinor ?? leftMinor)
  const net = grossMinor - feeOfPart(task, await feeRuleOf(tx, task), grossMinor)
  const reason = traits.refusePayout({ minorUnits: net, currencyCode })
  refuseUnpayablePart(reason, ['input', 'amount'], `The rest could not be paid to the tasker. ${reason?.message}`)
}

function refuseMoreThanAvailable(hold: Hold, isForWork: boolean, required: Money): void {
  const availableMinor = hold.remainingMinor - (isForWork ? LEAST_LEFT_IN_WORK_MINOR : 0n)
  if (required.minorUnits <= availableMinor) return
  throw new InsufficientFundsError({
    available: { minorUnits: availableMinor, currencyCode: hold.currency },
    required,
  })
}

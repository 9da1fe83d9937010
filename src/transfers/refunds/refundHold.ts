import type { Hold } from '../../db/generated/client.ts'
import type { HoldStatus, TaskStatus } from '../../db/generated/enums.ts'
import type { Tx } from '../../db/transaction.ts'
import { IllegalTransitionError, NotFoundError, ValidationError } from '../../domain/errors.ts'
import type { Money } from '../../domain/money.ts'
import { HoldFrozenError, InsufficientFundsError } from '../errors.ts'
import { lockHoldWithTask } from '../holds/lockHoldWithTask.ts'
import { auditStaffAct, refuseOwnMatter, type StaffAct } from '../staffAct.ts'
import { requestRefund } from './requestRefund.ts'

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
 * nothing would be left for a tasker who is at work.
 */
export async function refundHold(
  tx: Tx,
  { holdId, amount, ...act }: StaffAct & { holdId: string; amount: Money },
): Promise<{ refundId: string; holdId: string }> {
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
  refuseMoreThanAvailable(hold, task.status, amount)
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

function refuseMoreThanAvailable(hold: Hold, status: TaskStatus, required: Money): void {
  const isWorkedFor = STATUSES_IN_WORK.has(status) && hold.supersededAt === null
  const availableMinor = hold.remainingMinor - (isWorkedFor ? LEAST_LEFT_IN_WORK_MINOR : 0n)
  if (required.minorUnits <= availableMinor) return
  throw new InsufficientFundsError({
    available: { minorUnits: availableMinor, currencyCode: hold.currency },
    required,
  })
}

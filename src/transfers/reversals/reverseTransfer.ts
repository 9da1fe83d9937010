import type { Transfer } from '../../db/generated/client.ts'
import { newId } from '../../db/ids.ts'
import type { Tx } from '../../db/transaction.ts'
import { ValidationError } from '../../domain/errors.ts'
import { leastOf, type Money } from '../../domain/money.ts'
import { enqueue } from '../../jobs/enqueue.ts'
import { refuseUnpayablePart } from '../../payments/port/payable.ts'
import type { ProviderTraits } from '../../payments/port/traits.ts'
import { InsufficientFundsError } from '../errors.ts'
import { auditStaffAct, type StaffAct } from '../staffAct.ts'
import { lockTransferForStaff } from '../transfers/lockTransferForStaff.ts'
import { recordReversalEvent } from './changeReversal.ts'
import { feeToReturn } from './feeToReturn.ts'
import { reversalKey } from './reversalSteps.ts'
import { insertReversal, sumReversals } from './reversals.sql.ts'

interface Reversing {
  transferId: string
  amount: Money
  returnFee: boolean
  traits: Pick<ProviderTraits, 'refuseReturn'>
}

/**
 * Takes money back from a paid tasker into the hold, by staff; a worker sends the reversal after the commit. The money can then only be
 * refunded. Refuses, in this order: NotFoundError; ForbiddenError (conflict of interest); TransferInDoubtError; IllegalTransitionError
 * (not paid, or all of it reversed); ValidationError (another currency); InsufficientFundsError (more than is left to reverse). Before
 * all of them, and before anything is locked: ValidationError, if the provider cannot reverse such an amount.
 */
export async function reverseTransfer(
  tx: Tx,
  { transferId, amount, returnFee, traits, ...act }: StaffAct & Reversing,
): Promise<{ reversalId: string; transferId: string }> {
  refuseUnpayablePart(traits.refuseReturn(amount), ['input', 'amount'])
  const locked = await lockTransferForStaff(tx, { transferId, caller: act.caller }, 'reverseTransfer')
  const { task, transfer, at } = locked
  refuseOtherCurrency(transfer, amount)
  const sums = await sumReversals(tx, { transferId })
  refuseMoreThanLeft(transfer, sums.live, amount)
  const amountMinor = amount.minorUnits
  const { uncollectedDebt } = sums
  const before = { withFeeMinor: sums.liveWithFee, returnedMinor: sums.liveFee }
  const reversalId = newId()
  await insertReversal(tx.deferred, {
    id: reversalId,
    transferId,
    taskId: task.id,
    amountMinor,
    returnFee,
    feeMinor: feeToReturn(transfer, { amountMinor, returnFee }, before),
    collectsMinor: leastOf(amountMinor, uncollectedDebt),
    currency: transfer.currency,
    reason: act.reason,
    createdAt: at,
    providerKey: reversalKey(reversalId, 1),
  })
  await recordReversalEvent(tx, locked, 'transfer.reversal_requested', {
    after: transfer.status,
    actorId: act.caller.id,
    reason: act.reason,
  })
  await auditStaffAct(tx, act, { action: 'transfer.reversed', subject: { prefix: 'trf', id: transferId }, at })
  await enqueue(tx, { task: 'sendReversal', id: reversalId })
  return { reversalId, transferId }
}

function refuseOtherCurrency({ currency }: Transfer, { currencyCode }: Money): void {
  if (currencyCode === currency) return
  throw new ValidationError([
    {
      path: ['input', 'amount', 'currencyCode'],
      message: `The tasker was paid in ${currency}. Give the amount in it.`,
    },
  ])
}

function refuseMoreThanLeft({ netMinor, nettedMinor, currency }: Transfer, liveMinor: bigint, required: Money): void {
  const availableMinor = netMinor - nettedMinor - liveMinor
  if (required.minorUnits <= availableMinor) return
  throw new InsufficientFundsError({ available: { minorUnits: availableMinor, currencyCode: currency }, required })
}

import type { Hold } from '../../db/generated/client.ts'
import { newId } from '../../db/ids.ts'
import type { Tx } from '../../db/transaction.ts'
import { type FeeTerms, feeOf, feeShare } from '../../domain/fee.ts'
import { recordTransferEvent } from '../../events/recordEvent.ts'
import { feeRuleOf } from '../../fees/feeRules.ts'
import { enqueue } from '../../jobs/enqueue.ts'
import type { LockedTask } from '../../tasks/tasks.sql.ts'
import { HoldFrozenError } from '../errors.ts'
import { releaseFromHold } from '../holds/holdMoney.ts'
import { lockLiveHold } from '../holds/holds.sql.ts'
import { postTransferCreated } from '../ledger/postings.ts'
import { requestRefund } from '../refunds/requestRefund.ts'
import { transferKey } from './transferSteps.ts'
import { insertTransfer } from './transfers.sql.ts'

interface Payment {
  task: LockedTask
  actorId: string | null
  at: Date
}

/**
 * Creates the transfer for approved work: the agreed price, or its remainder after refunds, less the fee on that amount. A worker
 * sends it after the commit. Refunds the rest of the hold to the poster.
 * Refuses with HoldFrozenError while the hold is frozen.
 */
export async function payTasker(tx: Tx, payment: Payment): Promise<{ transferId: string }> {
  const { task } = payment
  const [hold, feeRule] = await Promise.all([lockLiveHold(tx, { taskId: task.id }), feeRuleOf(tx, task)])
  if (task.agreedPriceMinor === null || hold?.status !== 'HELD') {
    throw new Error('A task with approved work has no agreed price, or no money is held for it.')
  }
  if (hold.frozen) throw new HoldFrozenError({ taskId: task.id })
  const isCovered = hold.remainingMinor >= task.agreedPriceMinor
  const grossMinor = isCovered ? task.agreedPriceMinor : hold.remainingMinor
  return payShare(tx, { ...payment, hold, feeRule, grossMinor, reasonOfRest: 'More was held than the agreed price.' })
}

/** The fee on a part of the agreed price, by the rule that the task keeps. */
export function feeOfPart(
  { agreedPriceMinor, currency }: Pick<LockedTask, 'agreedPriceMinor' | 'currency'>,
  feeRule: FeeTerms,
  grossMinor: bigint,
): bigint {
  if (agreedPriceMinor === null) throw new Error('A task in work has no agreed price.')
  const fee = feeOf({ minorUnits: agreedPriceMinor, currencyCode: currency }, feeRule)
  return feeShare({ fee, part: grossMinor, whole: agreedPriceMinor })
}

/**
 * Creates a transfer of this gross amount out of a locked hold, less its share of the fee on the agreed price by the rule that the
 * task keeps, and refunds the rest of the hold to the poster. Does not check whether that is allowed: its callers do.
 */
export async function payShare(
  tx: Tx,
  {
    task,
    hold,
    feeRule,
    grossMinor,
    reasonOfRest,
    actorId,
    at,
  }: Payment & { hold: Hold; feeRule: FeeTerms; grossMinor: bigint; reasonOfRest: string },
): Promise<{ transferId: string }> {
  const { assigneeId, currency } = task
  if (assigneeId === null) throw new Error('A task in work has no assignee.')
  const feeMinor = feeOfPart(task, feeRule, grossMinor)
  const transferId = newId()
  const transfer = await insertTransfer(tx, {
    id: transferId,
    taskId: task.id,
    holdId: hold.id,
    destinationId: assigneeId,
    grossMinor,
    feeMinor,
    netMinor: grossMinor - feeMinor,
    currency,
    createdAt: at,
    providerKey: transferKey(transferId, 1),
  })
  const left = await releaseFromHold(tx, hold, grossMinor)
  await postTransferCreated(tx, { row: transfer, at })
  await recordTransferEvent(tx, {
    type: 'transfer.created',
    transferId,
    taskId: task.id,
    after: 'PENDING',
    at,
    actorId,
    recipientIds: [task.posterId, assigneeId],
  })
  await enqueue(tx, { task: 'sendTransfer', id: transferId })
  if (left.remainingMinor > 0n) {
    const rest = { amountMinor: left.remainingMinor, reason: reasonOfRest }
    await requestRefund(tx, { task, hold: left, ...rest, at, actorId })
  }
  return { transferId }
}

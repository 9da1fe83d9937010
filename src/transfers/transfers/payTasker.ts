import { newId } from '../../db/ids.ts'
import type { Tx } from '../../db/transaction.ts'
import { feeOf, feeShare } from '../../domain/fee.ts'
import { recordTransferEvent } from '../../events/recordEvent.ts'
import { enqueue } from '../../jobs/enqueue.ts'
import type { LockedTask } from '../../tasks/tasks.sql.ts'
import { HoldFrozenError } from '../errors.ts'
import { releaseFromHold } from '../holds/holdMoney.ts'
import { lockLiveHold } from '../holds/holds.sql.ts'
import { postTransferCreated } from '../ledger/postings.ts'
import { requestRefund } from '../refunds/requestRefund.ts'
import { transferKey } from './transferSteps.ts'
import { insertTransfer } from './transfers.sql.ts'

/**
 * Creates the transfer for approved work: the agreed price, or its remainder after refunds, less the fee on that amount. A worker
 * sends it after the commit. Refunds the rest of the hold to the poster.
 * Refuses with HoldFrozenError while the hold is frozen.
 */
export async function payTasker(
  tx: Tx,
  { task, actorId, at }: { task: LockedTask; actorId: string | null; at: Date },
): Promise<{ transferId: string }> {
  const { assigneeId, agreedPriceMinor, currency } = task
  const hold = await lockLiveHold(tx, { taskId: task.id })
  if (assigneeId === null || agreedPriceMinor === null || hold?.status !== 'HELD') {
    throw new Error('A task with approved work has no assignee, or no money is held for it.')
  }
  if (hold.frozen) throw new HoldFrozenError()
  const isCovered = hold.remainingMinor >= agreedPriceMinor
  const grossMinor = isCovered ? agreedPriceMinor : hold.remainingMinor
  const fee = feeOf({ minorUnits: agreedPriceMinor, currencyCode: currency })
  const feeMinor = feeShare({ fee, part: grossMinor, whole: agreedPriceMinor })
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
    const reason = 'More was held than the agreed price.'
    await requestRefund(tx, { task, hold: left, amountMinor: left.remainingMinor, reason, at, actorId })
  }
  return { transferId }
}

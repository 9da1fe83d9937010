import type { Hold } from '../../db/generated/client.ts'
import { newId } from '../../db/ids.ts'
import type { Tx } from '../../db/transaction.ts'
import { recordTaskEvent } from '../../events/recordEvent.ts'
import { enqueue } from '../../jobs/enqueue.ts'
import type { TaskRow } from '../../tasks/tasks.sql.ts'
import { takeFromHold } from '../holds/holdMoney.ts'
import { postRefundRequested } from '../ledger/postings.ts'
import { refundKey } from './refundSteps.ts'
import { insertRefund } from './refunds.sql.ts'

/**
 * Takes an amount out of a locked hold and requests its refund to the poster; a worker sends it after the commit.
 * Does not check whether that is allowed: its callers do.
 */
export async function requestRefund(
  tx: Tx,
  {
    task,
    hold,
    amountMinor,
    reason,
    at,
    actorId,
  }: { task: TaskRow; hold: Hold; amountMinor: bigint; reason: string; at: Date; actorId: string | null },
): Promise<{ refundId: string; hold: Hold }> {
  const refundId = newId()
  const refund = await insertRefund(tx, {
    id: refundId,
    taskId: task.id,
    holdId: hold.id,
    amountMinor,
    currency: hold.currency,
    reason,
    createdAt: at,
    providerKey: refundKey(refundId, 1),
  })
  const left = await takeFromHold(tx, hold, amountMinor, at)
  await postRefundRequested(tx, { row: refund, at })
  await recordTaskEvent(tx, {
    type: 'task.refund_requested',
    taskId: task.id,
    taskVersion: task.version,
    at,
    actorId,
    reason,
    reasonFor: [task.posterId, task.assigneeId],
    recipientIds: [task.posterId],
  })
  await enqueue(tx, { task: 'sendRefund', id: refundId })
  return { refundId, hold: left }
}

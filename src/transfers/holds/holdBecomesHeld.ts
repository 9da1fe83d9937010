import type { Tx } from '../../db/transaction.ts'
import { recordTaskEvent } from '../../events/recordEvent.ts'
import { releaseTask } from '../../tasks/actions/releaseTasksOf.ts'
import { beginWork } from '../../tasks/beginWork.ts'
import { isForSomebodySuspended } from '../../tasks/standing.ts'
import type { TaskRow } from '../../tasks/tasks.sql.ts'
import { postHoldFunded } from '../ledger/postings.ts'
import { requestRefund } from '../refunds/requestRefund.ts'
import { saveHold } from './holds.sql.ts'
import type { LockedHold } from './lockHoldWithTask.ts'

/**
 * The provider has the poster's money. It is held as far as the task as it is now has a use for it, and work begins where that was
 * awaited; the rest goes back in the same transaction: what is above the price agreed, or all of it, when it is below that price,
 * when the task has ended or is open again at another price, or when its invitee is suspended. A task whose assignee is suspended
 * is open again first.
 */
export async function holdBecomesHeld(
  tx: Tx,
  { task: before, hold: pending, at }: LockedHold,
  {
    providerReference,
    clientSecret,
    actorId,
  }: { providerReference: string; clientSecret?: string | undefined; actorId: string | null },
): Promise<void> {
  const hold = {
    ...pending,
    status: 'HELD' as const,
    remainingMinor: pending.amountMinor,
    providerReference,
    clientSecret: clientSecret ?? null,
    fundedAt: at,
    askAt: null,
    leaseUntil: null,
  }
  const isUnavailable = await isForSomebodySuspended(tx, before)
  // Before the money is held, so that it is not returned twice should the task expire by it.
  const task = isUnavailable && before.status === 'AWAITING_FUNDS' ? await releaseTask(tx, before) : before
  await saveHold(tx, hold)
  await postHoldFunded(tx, { row: hold, at })
  const keptMinor = isUnavailable && (await isForSomebodySuspended(tx, task)) ? 0n : usefulTo(task, hold.amountMinor)
  const begins = task.status === 'AWAITING_FUNDS' && keptMinor > 0n
  const version = begins ? await beginWork(tx, { task, at }) : task.version
  await recordTaskEvent(tx, {
    type: 'task.funded',
    taskId: task.id,
    taskVersion: version,
    ...(begins && { before: task.status, after: 'ASSIGNED' as const }),
    at,
    actorId,
    recipientIds: [task.posterId, task.assigneeId],
  })
  const excessMinor = hold.amountMinor - keptMinor
  if (excessMinor > 0n) {
    const reason =
      keptMinor > 0n ? 'More was paid in than the price agreed.' : 'The task has no use for this payment now.'
    await requestRefund(tx, { task: { ...task, version }, hold, amountMinor: excessMinor, reason, at, actorId })
  }
}

/** What of an amount stays for the task. In OPEN nothing is agreed yet: then the payment is for the budget, or for a price that is gone. */
function usefulTo({ status, budgetMinor, agreedPriceMinor }: TaskRow, amountMinor: bigint): bigint {
  if (status === 'OPEN') return amountMinor === budgetMinor ? amountMinor : 0n
  if (status !== 'AWAITING_FUNDS' || agreedPriceMinor === null) return 0n
  return amountMinor >= agreedPriceMinor ? agreedPriceMinor : 0n
}

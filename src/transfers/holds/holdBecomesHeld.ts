import type { Tx } from '../../db/transaction.ts'
import { recordTaskEvent } from '../../events/recordEvent.ts'
import { releaseTask } from '../../tasks/actions/releaseTasksOf.ts'
import { beginWork } from '../../tasks/beginWork.ts'
import { isTaskerSuspended } from '../../tasks/standing.ts'
import type { TaskRow } from '../../tasks/tasks.sql.ts'
import { postHoldFunded } from '../ledger/postings.ts'
import { requestRefund } from '../refunds/requestRefund.ts'
import { saveHold } from './holds.sql.ts'
import type { LockedHold } from './lockHoldWithTask.ts'

/**
 * Holds the money that the provider has received from the poster, as far as the task still needs it, and begins the work of a task
 * that was awaiting funds. First reopens a task whose assignee is suspended. Refunds the rest in the same transaction:
 * - the part above the agreed price;
 * - all of it, if it is below the agreed price, if the task has ended or is open at another price, or if the invitee is suspended.
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
    authenticateBy: null,
    fundedAt: at,
    askAt: null,
    leaseUntil: null,
  }
  const isUnavailable = await isTaskerSuspended(tx, before)
  // Before the money is held: releasing the task may expire it, which would refund a HELD hold a second time.
  const task = isUnavailable && before.status === 'AWAITING_FUNDS' ? await releaseTask(tx, before) : before
  await saveHold(tx, hold)
  await postHoldFunded(tx, { row: hold, at })
  const keptMinor = isUnavailable && (await isTaskerSuspended(tx, task)) ? 0n : amountToKeep(task, hold.amountMinor)
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
    const reason = keptMinor > 0n ? 'More was paid in than the agreed price.' : 'The task no longer needs this payment.'
    await requestRefund(tx, { task: { ...task, version }, hold, amountMinor: excessMinor, reason, at, actorId })
  }
}

/** Refunds the whole payment of a hold that had failed: its money came too late, and the task may have another payment. */
export async function refundLateMoney(
  tx: Tx,
  { task, hold: failed, at }: LockedHold,
  { providerReference }: { providerReference: string },
): Promise<void> {
  const paid = { providerReference, fundedAt: at, supersededAt: at, failureCode: null }
  const hold = { ...failed, ...paid, status: 'HELD' as const, remainingMinor: failed.amountMinor }
  await postHoldFunded(tx, { row: hold, at })
  const reason = 'The payment came after it had failed.'
  await requestRefund(tx, { task, hold, amountMinor: hold.amountMinor, reason, at, actorId: null })
}

/**
 * The part of a payment to hold for the task. An OPEN task has no agreed price: the payment is either for its budget, or for an
 * earlier price that no longer applies.
 */
function amountToKeep({ status, budgetMinor, agreedPriceMinor }: TaskRow, amountMinor: bigint): bigint {
  if (status === 'OPEN') return amountMinor === budgetMinor ? amountMinor : 0n
  if (status !== 'AWAITING_FUNDS' || agreedPriceMinor === null) return 0n
  return amountMinor >= agreedPriceMinor ? agreedPriceMinor : 0n
}

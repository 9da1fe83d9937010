/** Saves and records every change of a reversal's status after it was requested, with its postings. */

import type { Reversal, Transfer } from '../../db/generated/client.ts'
import type { TransferStatus } from '../../db/generated/enums.ts'
import type { Tx } from '../../db/transaction.ts'
import type { TransferEventType } from '../../events/eventTypes.ts'
import { recordTransferEvent } from '../../events/recordEvent.ts'
import { type Finding, INSUFFICIENT_FUNDS, type Outcome } from '../../payments/port/provider.ts'
import type { TaskRow } from '../../tasks/tasks.sql.ts'
import { takeFromHold, unreleaseToHold } from '../holds/holdMoney.ts'
import { postDebtCollected, postDebtLeft, postLossRecovered, postReversalSucceeded } from '../ledger/postings.ts'
import { recoveryOf } from '../losses/recoveryOf.ts'
import { inDoubt, notSent, traced } from '../paymentSteps.ts'
import { saveReversedAmount } from '../transfers/transfers.sql.ts'
import { feeToReturn } from './feeToReturn.ts'
import type { LockedReversal } from './lockReversal.ts'
import { neverReceived, refused, succeeded } from './reversalSteps.ts'
import { saveReversal, sumReversals } from './reversals.sql.ts'

/** Applies the provider's answer to the last attempt, in time or after its lease expired. */
export async function applyOutcome(tx: Tx, before: LockedReversal, outcome: Outcome): Promise<void> {
  const reversal = traced(before.reversal, outcome)
  const { at } = before
  const locked = { ...before, reversal }
  if (outcome.kind === 'accepted') await succeed(tx, locked, outcome)
  else if (outcome.kind === 'refused') await waitOrFail(tx, locked, refused(reversal, outcome, { at }))
  else if (reversal.status !== 'PROCESSING') return
  else if (outcome.kind === 'not_sent') await waitOrFail(tx, locked, notSent(reversal, { at, ...outcome }))
  else await change(tx, locked, 'transfer.reversal_in_doubt', inDoubt(reversal, { at }))
}

/**
 * Applies the result of a look-up of an attempt without an answer. The findings `never` and `failed` do not count while the attempt
 * is still being sent, nor for an attempt that began after the look-up.
 */
export async function applyFinding(
  tx: Tx,
  locked: LockedReversal,
  { attempt, finding }: { attempt: number; finding: Finding },
): Promise<void> {
  const { reversal, at } = locked
  if (finding.kind === 'has' && (reversal.status === 'IN_DOUBT' || reversal.status === 'PROCESSING')) {
    await succeed(tx, locked, finding)
  } else if (reversal.status !== 'IN_DOUBT' || attempt !== reversal.attemptCount) {
    return
  } else if (finding.kind === 'never') {
    await waitOrFail(tx, locked, neverReceived(reversal, { at }))
  } else if (finding.kind === 'failed') {
    await waitOrFail(tx, locked, refused(reversal, finding, { at }))
  }
}

/** Records an event of a reversal, for the tasker and the poster. */
export const recordReversalEvent = (
  tx: Tx,
  { task, transfer, at }: { task: TaskRow; transfer: Transfer; at: Date },
  type: TransferEventType,
  { after, actorId, reason }: { after: TransferStatus; actorId: string | null; reason?: string },
): Promise<void> =>
  recordTransferEvent(tx, {
    type,
    transferId: transfer.id,
    taskId: task.id,
    before: transfer.status,
    after,
    at,
    actorId,
    reason: reason ?? null,
    recipientIds: [task.posterId, transfer.destinationId],
  })

/**
 * The money is back: it is held for the task again, except for the part that repays the loss by a chargeback. The transfer is REVERSED once
 * all of it is.
 */
async function succeed(
  tx: Tx,
  locked: LockedReversal,
  { providerReference }: { providerReference: string },
): Promise<void> {
  const { reversal, transfer, hold, at } = locked
  const sums = await sumReversals(tx, { transferId: transfer.id })
  const before = { withFeeMinor: sums.doneWithFee, returnedMinor: sums.doneFee }
  const returned = succeeded(reversal, { providerReference, feeMinor: feeToReturn(transfer, reversal, before) })
  const after = { ...returned, ...(await recoveryOf(tx, { transfer, reversal: returned })) }
  const reversedMinor = transfer.reversedMinor + reversal.amountMinor
  const status = reversedMinor === transfer.netMinor ? 'REVERSED' : transfer.status
  await change(tx, locked, 'transfer.reversal_succeeded', after, status)
  await saveReversedAmount(tx, { id: transfer.id, reversedMinor, status })
  const held = await unreleaseToHold(tx, hold, after.amountMinor + after.feeMinor)
  await postReversalSucceeded(tx, { row: after, at })
  if (after.collectsMinor > 0n) await postDebtCollected(tx, { row: after, destinationId: transfer.destinationId, at })
  if (after.recoversMinor > 0n) {
    await takeFromHold(tx, held, after.recoversMinor, at)
    await postLossRecovered(tx, { row: after, destinationId: transfer.destinationId, at })
  }
}

/** A final refusal for want of money leaves a debt of the tasker: what the reversal did not collect of an earlier debt. */
async function waitOrFail(tx: Tx, locked: LockedReversal, after: Reversal): Promise<void> {
  if (after.status === 'PENDING') return change(tx, locked, 'transfer.reversal_pending', after)
  const leavesDebt = after.failureCode === INSUFFICIENT_FUNDS
  const debtMinor = leavesDebt ? after.amountMinor - after.collectsMinor : 0n
  const failed = { ...after, debtMinor }
  await change(tx, locked, 'transfer.reversal_failed', failed)
  if (debtMinor > 0n) {
    await postDebtLeft(tx, { row: failed, destinationId: locked.transfer.destinationId, at: locked.at })
  }
}

async function change(
  tx: Tx,
  locked: LockedReversal,
  type: TransferEventType,
  after: Reversal,
  transferStatus: TransferStatus = locked.transfer.status,
): Promise<void> {
  await saveReversal(tx, after)
  await recordReversalEvent(tx, locked, type, { after: transferStatus, actorId: null })
}

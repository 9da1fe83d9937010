import type { Hold } from '../../db/generated/client.ts'
import { textOf, toPublicId } from '../../db/ids.ts'
import type { Tx } from '../../db/transaction.ts'
import { completeKey, refuseKey } from '../../domain/idempotency.ts'
import { recordTaskEvent } from '../../events/recordEvent.ts'
import type { ChargeOrder, Outcome } from '../../payments/port/provider.ts'
import { holdBecomesHeld } from './holdBecomesHeld.ts'
import { saveHold } from './holds.sql.ts'
import { type LockedHold, lockHoldWithTask } from './lockHoldWithTask.ts'

/** The mutation that the idempotency keys of charges belong to. */
export const FUNDING_MUTATION = 'fundTask'

/** The order for the charge of a hold. Every attempt uses the same key, so that the poster is charged once. */
export const chargeOrder = (hold: Hold): ChargeOrder => ({
  reference: textOf(toPublicId('hld', hold.id)),
  idempotencyKey: hold.providerKey,
  amount: { minorUnits: hold.amountMinor, currencyCode: hold.currency },
  paymentMethodId: hold.paymentMethodId,
})

/**
 * Saves the outcome of a charge, and stores the answer to the request that ordered it if there is none yet, for example because
 * the server crashed. A hold that is settled already stays as it is. Returns the refusal code, null if the charge was not refused.
 */
export async function settleCharge(
  tx: Tx,
  { holdId, outcome, actorId }: { holdId: string; outcome: Outcome; actorId: string | null },
): Promise<{ refusalCode: string | null }> {
  const locked = await lockHoldWithTask(tx, { holdId })
  if (!locked) throw new Error('The hold no longer exists.')
  const { hold, task } = locked
  if (hold.status !== 'PENDING') return { refusalCode: hold.failureCode }
  const key = { callerId: task.posterId, mutation: FUNDING_MUTATION, key: hold.fundingKey }
  if (outcome.kind === 'refused') {
    await failHold(tx, locked, { code: outcome.code, actorId })
    await refuseKey(tx, { ...key, refusal: { providerCode: outcome.code } })
    return { refusalCode: outcome.code }
  }
  if (outcome.kind === 'accepted') await holdBecomesHeld(tx, locked, { ...outcome, actorId })
  else await saveHold(tx, { ...hold, leaseUntil: null })
  await completeKey(tx, { ...key, ids: { taskId: task.id, holdId } })
  return { refusalCode: null }
}

async function failHold(
  tx: Tx,
  { task, hold, at }: LockedHold,
  { code, actorId }: { code: string; actorId: string | null },
): Promise<void> {
  await saveHold(tx, { ...hold, status: 'FAILED', failureCode: code, askAt: null, leaseUntil: null })
  await recordTaskEvent(tx, {
    type: 'task.funding_failed',
    taskId: task.id,
    taskVersion: task.version,
    at,
    actorId,
    recipientIds: [task.posterId],
  })
}

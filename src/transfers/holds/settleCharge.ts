import type { Tx } from '../../db/transaction.ts'
import { completeKey, refuseKey } from '../../domain/idempotency.ts'
import { recordTaskEvent } from '../../events/recordEvent.ts'
import type { ChargeOutcome } from '../../payments/port/provider.ts'
import { holdBecomesHeld } from './holdBecomesHeld.ts'
import { saveHold } from './holds.sql.ts'
import { type LockedHold, lockHoldWithTask } from './lockHoldWithTask.ts'

/** The mutation that the idempotency keys of charges belong to. */
export const FUNDING_MUTATION = 'fundTask'

// The code of a payment that did not reach the provider.
const NOT_SENT_CODE = 'provider_unavailable'

/**
 * Saves the outcome of a charge, and stores the answer to the request that ordered it if there is none yet, for example because
 * the server crashed. A hold that is settled already stays as it is. Returns the refusal code, null if the charge was not refused.
 * - `needs_action`: the hold stays PENDING, with the secret for the poster's client. Look-ups and webhooks bring the outcome.
 * - `not_sent`: the hold fails, because a payment that is made later by itself would surprise the poster.
 */
export async function settleCharge(
  tx: Tx,
  { holdId, outcome, actorId }: { holdId: string; outcome: ChargeOutcome; actorId: string | null },
): Promise<{ refusalCode: string | null }> {
  const locked = await lockHoldWithTask(tx, { holdId })
  if (!locked) throw new Error('The hold no longer exists.')
  const { hold, task } = locked
  if (hold.status !== 'PENDING') return { refusalCode: hold.failureCode }
  const key = { callerId: task.posterId, mutation: FUNDING_MUTATION, key: hold.fundingKey }
  if (outcome.kind === 'refused' || outcome.kind === 'not_sent') {
    const code = outcome.kind === 'refused' ? outcome.code : NOT_SENT_CODE
    await failHold(tx, locked, { code, actorId })
    await refuseKey(tx, { ...key, refusal: { providerCode: code } })
    return { refusalCode: code }
  }
  if (outcome.kind === 'accepted') await holdBecomesHeld(tx, locked, { ...outcome, actorId })
  else if (outcome.kind === 'needs_action') {
    const { providerReference, clientSecret } = outcome
    await saveHold(tx, { ...hold, providerReference, clientSecret, leaseUntil: null })
  } else await saveHold(tx, { ...hold, leaseUntil: null })
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

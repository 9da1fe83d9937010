import type { Hold } from '../../db/generated/client.ts'
import type { Tx } from '../../db/transaction.ts'
import { completeKey, refuseKey } from '../../domain/idempotency.ts'
import { recordTaskEvent } from '../../events/recordEvent.ts'
import type { ChargeOutcome } from '../../payments/port/provider.ts'
import { traced } from '../paymentSteps.ts'
import { lookUpBefore } from '../schedule.ts'
import { holdBecomesHeld, refundLateMoney } from './holdBecomesHeld.ts'
import { saveHold } from './holds.sql.ts'
import { type LockedHold, lockHoldWithTask } from './lockHoldWithTask.ts'

/** The mutation that the idempotency keys of charges belong to. */
export const FUNDING_MUTATION = 'fundTask'

// As long as a bank's page stays open, and much less than the 24 hours for funding.
const AUTHENTICATION_MS = 3_600_000

/** The code of a payment that did not reach the provider. */
export const NOT_SENT_CODE = 'provider_unavailable'

/**
 * Saves the outcome of a charge, and stores the answer to the request that ordered it if there is none yet, for example because
 * the server crashed. A hold that is settled already stays as it is. Returns the refusal code, null if the charge was not refused.
 * - `needs_action`: the hold stays PENDING, with the secret for the poster's client, for an hour; then its look-up cancels the payment.
 * - `not_sent`: the hold fails, because a payment that is made later by itself would surprise the poster.
 */
export async function settleCharge(
  tx: Tx,
  { holdId, outcome, actorId }: { holdId: string; outcome: ChargeOutcome; actorId: string | null },
): Promise<{ refusalCode: string | null }> {
  const found = await lockHoldWithTask(tx, { holdId })
  if (!found) throw new Error('The hold no longer exists.')
  const hold = traced(found.hold, outcome)
  const locked = { ...found, hold }
  const { task } = locked
  if (hold.status === 'FAILED' && outcome.kind === 'accepted') await refundLateMoney(tx, locked, outcome)
  if (hold.status !== 'PENDING') return { refusalCode: hold.failureCode }
  const key = { callerId: task.posterId, mutation: FUNDING_MUTATION, key: hold.fundingKey }
  if (outcome.kind === 'refused' || outcome.kind === 'not_sent') {
    const code = outcome.kind === 'refused' ? outcome.code : NOT_SENT_CODE
    await failHold(tx, locked, { code, actorId })
    await refuseKey(tx, { ...key, refusal: { providerCode: code } })
    return { refusalCode: code }
  }
  if (outcome.kind === 'accepted') await holdBecomesHeld(tx, locked, { ...outcome, actorId })
  else if (outcome.kind === 'needs_action') await saveHold(tx, awaitingPayer(locked, outcome))
  else await saveHold(tx, { ...hold, leaseUntil: null })
  await completeKey(tx, { ...key, ids: { taskId: task.id, holdId } })
  return { refusalCode: null }
}

/** The payment waits for its payer until a time that does not move; its look-up at that time is the last. */
function awaitingPayer({ hold, at }: LockedHold, outcome: Extract<ChargeOutcome, { kind: 'needs_action' }>): Hold {
  const authenticateBy = hold.authenticateBy ?? new Date(at.getTime() + AUTHENTICATION_MS)
  const { providerReference, clientSecret } = outcome
  return {
    ...hold,
    providerReference,
    clientSecret,
    authenticateBy,
    askAt: lookUpBefore(authenticateBy, hold.askAt, at),
    leaseUntil: null,
  }
}

async function failHold(
  tx: Tx,
  { task, hold, at }: LockedHold,
  { code, actorId }: { code: string; actorId: string | null },
): Promise<void> {
  await saveHold(tx, {
    ...hold,
    status: 'FAILED',
    failureCode: code,
    authenticateBy: null,
    askAt: null,
    leaseUntil: null,
  })
  await recordTaskEvent(tx, {
    type: 'task.funding_failed',
    taskId: task.id,
    taskVersion: task.version,
    at,
    actorId,
    recipientIds: [task.posterId],
  })
}

/** Delivers a webhook: claims it, sends it outside of any transaction, and records the outcome. */
import { textOf, toPublicId } from '../db/ids.ts'
import { type Tx, withTransaction } from '../db/transaction.ts'
import type { Work } from '../jobs/timer.ts'
import { queueMail } from '../mail/queueMail.ts'
import {
  type ClaimedDelivery,
  claimDelivery,
  endDelivery,
  insertAttempt,
  releaseWaiting,
  retryDelivery,
  returnDelivery,
} from './deliveries.sql.ts'
import { secretsOf, signedHeaders } from './secrets.ts'
import { type RequestOutcome, sendRequest } from './sendRequest.ts'
import { testBody, webhookBody } from './webhookBody.ts'
import { disableEndpoint } from './webhooks.sql.ts'

// The longest attempt, and some seconds for reading the event and recording the outcome.
const LEASE_MS = 20_000
const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
// The growing pauses that the Standard Webhooks specification recommends, and the last one until the end.
const PAUSES_MS = [
  5 * SECOND_MS,
  MINUTE_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
]
const GIVES_UP_AFTER_MS = 72 * HOUR_MS
// "Gone": the receiver wants no more webhooks (Standard Webhooks).
const GONE = 410

type Outcome = RequestOutcome & { durationMs: number }

/**
 * Sends a delivery if it is due; returns true if it was. A failure is retried for three days, then the endpoint is turned off. If the
 * process dies after the receiver has answered, the delivery is sent again with the same id. An attempt that `signal` ends does
 * not count.
 */
export async function deliverWebhook(
  work: Work,
  { deliveryId, signal }: { deliveryId: string; signal: AbortSignal },
): Promise<boolean> {
  const { database, log } = work
  const delivery = await withTransaction(database, (tx) => claimDelivery(tx, { deliveryId, leaseMs: LEASE_MS }))
  if (!delivery) return false
  const { attemptCount } = delivery
  try {
    const startedAt = performance.now()
    const outcome = await attempt(work, delivery, signal)
    const durationMs = Math.round(performance.now() - startedAt)
    await withTransaction(database, (tx) => record(tx, delivery, { ...outcome, durationMs }))
    const { error, statusCode } = outcome
    const line = { delivery: deliveryId, endpoint: delivery.endpointId, attempt: attemptCount, statusCode, durationMs }
    if (error) log.info({ ...line, error }, 'webhook not delivered')
    else log.debug(line, 'webhook delivered')
    return true
  } catch (error) {
    if (!signal.aborted) throw error
    await withTransaction(database, (tx) => returnDelivery(tx, { deliveryId, attemptCount }))
    return false
  }
}

async function attempt(
  { database, readAs, webhooks, mails }: Work,
  delivery: ClaimedDelivery,
  signal: AbortSignal,
): Promise<RequestOutcome> {
  const { id, eventId, endpointId, ownerId, platform, createdAt, url, now } = delivery
  const body =
    eventId === null
      ? testBody({ endpointId, at: createdAt })
      : await webhookBody({ database, readAs }, { eventId, ownerId, platform })
  if (body === undefined) return { statusCode: null, error: 'NOT_VISIBLE' }
  const secrets = secretsOf(delivery, { authSecret: mails.authSecret, now })
  if (secrets.length === 0) return { statusCode: null, error: 'SECRET_LOST' }
  // On real time, with which the receiver compares it.
  const headers = signedHeaders({ id: textOf(toPublicId('whd', id)), at: new Date(), body, secrets })
  return sendRequest(webhooks, { url: new URL(url), headers, body, signal })
}

async function record(tx: Tx, delivery: ClaimedDelivery, outcome: Outcome): Promise<void> {
  const { id: deliveryId, attemptCount, endpointId, subjectId, isSingle, firstAttemptAt, now } = delivery
  const { statusCode, error } = outcome
  const claimed = { deliveryId, attemptCount }
  await insertAttempt(tx, { ...claimed, ...outcome, at: now })
  if (error === null) {
    await endDelivery(tx, { ...claimed, status: 'SUCCEEDED' })
    if (attemptCount > 1) await releaseWaiting(tx, { endpointId, subjectId })
    return
  }
  const givesUpAt = new Date(firstAttemptAt.getTime() + GIVES_UP_AFTER_MS)
  const isLast = isSingle || error === 'NOT_VISIBLE' || statusCode === GONE || now >= givesUpAt
  if (!isLast) {
    const pauseMs = PAUSES_MS[Math.min(attemptCount, PAUSES_MS.length) - 1] ?? MINUTE_MS
    const next = new Date(now.getTime() + pauseMs)
    await retryDelivery(tx, { ...claimed, dueAt: next < givesUpAt ? next : givesUpAt })
    return
  }
  await endDelivery(tx, { ...claimed, status: 'FAILED' })
  if (statusCode === GONE) await turnOff(tx, { endpointId, reason: 'It answered with status 410: gone.', at: now })
  else if (!isSingle && error !== 'NOT_VISIBLE') {
    await turnOff(tx, { endpointId, reason: `Deliveries failed for three days, the last with ${error}.`, at: now })
  } else if (attemptCount > 1) await releaseWaiting(tx, { endpointId, subjectId })
}

/** Turns an endpoint off and mails its owner, unless it is off already. */
async function turnOff(
  tx: Tx,
  { endpointId, reason, at }: { endpointId: string; reason: string; at: Date },
): Promise<void> {
  const endpoint = await disableEndpoint(tx, { endpointId, reason })
  if (!endpoint) return
  const { userId, locale, email, displayName, url } = endpoint
  // The host alone: a path or a query may have a secret.
  const parameters = { name: displayName, host: new URL(url).host }
  await queueMail(tx, { kind: 'WEBHOOK_DISABLED', person: { id: userId, locale }, to: email, parameters, at })
}

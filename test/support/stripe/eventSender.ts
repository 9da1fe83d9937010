/** Webhooks of the local Stripe server: snapshot and thin events, signed, as often and in whatever order a test wants. */
import { createHmac } from 'node:crypto'
import { type Happening, newId, nowInSeconds } from './stripeBook.ts'

export interface SignedEvent {
  /** The raw body. */
  body: string
  headers: Record<string, string>
}

export type EventFormat = 'snapshot' | 'thin'

const SNAPSHOT_VERSION = '2026-10-28.endive'
const POST_TIMEOUT_MS = 5_000

/** The path at which a thin event says that its object can be read. */
const PATHS: Readonly<Record<string, string>> = {
  payment_intent: '/v1/payment_intents',
  charge: '/v1/charges',
  transfer: '/v1/transfers',
  refund: '/v1/refunds',
  dispute: '/v1/disputes',
  customer: '/v1/customers',
  payment_method: '/v1/payment_methods',
  account: '/v1/accounts',
  'v2.core.account': '/v2/core/accounts',
}

/** Writes an event. Version 2 of the API has thin events only. */
export function eventBody({ type, object, account }: Happening, format: EventFormat): string {
  const isVersion2 = type.startsWith('v2.')
  if (format === 'snapshot' && !isVersion2) {
    return JSON.stringify({
      id: newId('evt'),
      object: 'event',
      api_version: SNAPSHOT_VERSION,
      created: nowInSeconds(),
      type,
      livemode: false,
      pending_webhooks: 1,
      request: { id: newId('req'), idempotency_key: null },
      ...(account && { account }),
      data: { object },
    })
  }
  const path = PATHS[object.object]
  return JSON.stringify({
    id: newId('evt'),
    object: 'v2.core.event',
    type: isVersion2 ? type : `v1.${type}`,
    livemode: false,
    created: new Date().toISOString(),
    ...(account && { context: account }),
    related_object: { id: object.id, type: object.object, url: `${path}/${object.id}` },
    reason: null,
  })
}

/** Signs a body as sent at this time, in seconds. */
export function signEvent(body: string, secret: string, sentAt: number = nowInSeconds()): SignedEvent {
  const signature = createHmac('sha256', secret).update(`${sentAt}.${body}`).digest('hex')
  return {
    body,
    headers: { 'content-type': 'application/json', 'stripe-signature': `t=${sentAt},v1=${signature}` },
  }
}

/** Posts a webhook, and returns the status of the answer. */
export async function postEvent(url: string, { body, headers }: SignedEvent): Promise<number> {
  const response = await fetch(url, { method: 'POST', body, headers, signal: AbortSignal.timeout(POST_TIMEOUT_MS) })
  await response.body?.cancel()
  return response.status
}

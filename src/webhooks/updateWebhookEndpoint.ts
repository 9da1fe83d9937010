import { recordAudit } from '../audit/audit.ts'
import type { Tx } from '../db/transaction.ts'
import type { Caller } from '../domain/caller.ts'
import { NotFoundError } from '../domain/errors.ts'
import type { WebhookSettings } from '../jobs/webhookSettings.ts'
import type { EndpointAnswer } from './createWebhookEndpoint.ts'
import { refuseAddress } from './refuseAddress.ts'
import { makeSecret } from './secrets.ts'
import { lockEndpoint, rotateSecret, setEndpoint } from './webhooks.sql.ts'

// Time for the receiver to learn the new secret.
const PREVIOUS_SECRET_MS = 24 * 3_600_000

interface EndpointChange {
  caller: Caller
  endpointId: string
  url: URL | undefined
  description?: string | null | undefined
  /** Null: all types. */
  eventTypes?: readonly string[] | null | undefined
  enabled: boolean | undefined
  rotateSecret: boolean
  requestId: string
}

/**
 * Changes an endpoint of the caller; an absent field stays as it is. Refuses an endpoint of somebody else with NotFoundError, and an
 * address that is not allowed with ForbiddenError.
 */
export async function updateWebhookEndpoint(
  tx: Tx,
  { authSecret, webhooks }: { authSecret: Uint8Array; webhooks: WebhookSettings },
  change: EndpointChange,
): Promise<EndpointAnswer> {
  const { caller, endpointId, url, description, eventTypes, enabled, requestId } = change
  const endpoint = await lockEndpoint(tx, { endpointId, ownerId: caller.id })
  if (!endpoint) throw NotFoundError.of('whe', endpointId)
  if (url) refuseAddress(url, webhooks)
  await setEndpoint(tx, {
    id: endpointId,
    url: url?.href ?? endpoint.url,
    description: description === undefined ? endpoint.description : description,
    eventTypes: eventTypes === undefined ? endpoint.eventTypes : [...(eventTypes ?? [])],
    enabled: enabled ?? endpoint.enabled,
    disabledReason: enabled === true ? null : endpoint.disabledReason,
  })
  const { now: at } = endpoint
  const subject = { prefix: 'whe', id: endpointId } as const
  await recordAudit(tx, { at, actorId: caller.id, action: 'webhook_endpoint.updated', subject, requestId })
  if (!change.rotateSecret) return { endpointId, secret: null }
  const { secret, ...stored } = makeSecret(authSecret)
  await rotateSecret(tx, { endpointId, ...stored, previousUntil: new Date(at.getTime() + PREVIOUS_SECRET_MS) })
  return { endpointId, secret }
}

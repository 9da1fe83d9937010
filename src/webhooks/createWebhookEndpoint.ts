import { recordAudit } from '../audit/audit.ts'
import { newId } from '../db/ids.ts'
import type { Tx } from '../db/transaction.ts'
import { type Caller, hasRole } from '../domain/caller.ts'
import { ForbiddenError } from '../domain/errors.ts'
import type { WebhookSettings } from '../jobs/webhookSettings.ts'
import { refuseAddress } from './refuseAddress.ts'
import { makeSecret } from './secrets.ts'
import { countEndpoints, insertEndpoint, lockOwner } from './webhooks.sql.ts'

/** The endpoints of a person at most. */
export const ENDPOINTS_MAX = 20

interface EndpointDraft {
  caller: Caller
  url: URL
  description: string | undefined
  eventTypes: readonly string[] | undefined
  platform: boolean
  requestId: string
}

/** An endpoint, and its secret if one was made. */
export interface EndpointAnswer {
  endpointId: string
  secret: string | null
}

/**
 * Creates an endpoint. Refuses with ForbiddenError, in this order: the platform's events for anybody but an administrator, an address
 * that is not allowed, and one endpoint too many.
 */
export async function createWebhookEndpoint(
  tx: Tx,
  { authSecret, webhooks }: { authSecret: Uint8Array; webhooks: WebhookSettings },
  { caller, url, description, eventTypes, platform, requestId }: EndpointDraft,
): Promise<EndpointAnswer> {
  if (platform && !hasRole(caller, 'ADMIN')) {
    throw new ForbiddenError(
      "Only administrators can receive the platform's events. Leave `platform` out for your own.",
    )
  }
  refuseAddress(url, webhooks)
  const owner = await lockOwner(tx, { ownerId: caller.id })
  const existing = await countEndpoints(tx, { ownerId: caller.id })
  if (!owner || !existing) throw new Error('The account of the caller does not exist.')
  if (existing.count >= ENDPOINTS_MAX) {
    throw new ForbiddenError(`You have ${ENDPOINTS_MAX} endpoints, which is the maximum. Delete one first.`)
  }
  const id = newId()
  const { secret, ...stored } = makeSecret(authSecret)
  await insertEndpoint(tx, {
    id,
    ownerId: caller.id,
    url: url.href,
    description: description ?? null,
    eventTypes: eventTypes ?? [],
    platform,
    ...stored,
    at: owner.now,
  })
  const subject = { prefix: 'whe', id } as const
  await recordAudit(tx, { at: owner.now, actorId: caller.id, action: 'webhook_endpoint.created', subject, requestId })
  return { endpointId: id, secret }
}

import { recordAudit } from '../audit/audit.ts'
import type { Tx } from '../db/transaction.ts'
import type { Caller } from '../domain/caller.ts'
import { NotFoundError } from '../domain/errors.ts'
import { lockEndpoint, markEndpointDeleted } from './webhooks.sql.ts'

/** Deletes an endpoint of the caller; a timer removes its deliveries. Refuses one of somebody else with NotFoundError. */
export async function deleteWebhookEndpoint(
  tx: Tx,
  { caller, endpointId, requestId }: { caller: Caller; endpointId: string; requestId: string },
): Promise<void> {
  const endpoint = await lockEndpoint(tx, { endpointId, ownerId: caller.id })
  if (!endpoint) throw NotFoundError.of('whe', endpointId)
  const { now: at } = endpoint
  await markEndpointDeleted(tx, { endpointId, at })
  const subject = { prefix: 'whe', id: endpointId } as const
  await recordAudit(tx, { at, actorId: caller.id, action: 'webhook_endpoint.deleted', subject, requestId })
}

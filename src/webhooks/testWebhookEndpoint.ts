import { newId } from '../db/ids.ts'
import type { Tx } from '../db/transaction.ts'
import { NotFoundError } from '../domain/errors.ts'
import { insertTest } from './deliveries.sql.ts'
import { lockEndpoint } from './webhooks.sql.ts'

/**
 * Queues a delivery of the type `webhook.test`, which is attempted once, also to an endpoint that is turned off. Refuses an endpoint
 * of somebody else with NotFoundError.
 */
export async function testWebhookEndpoint(
  tx: Tx,
  { callerId, endpointId }: { callerId: string; endpointId: string },
): Promise<{ deliveryId: string }> {
  const endpoint = await lockEndpoint(tx, { endpointId, ownerId: callerId })
  if (!endpoint) throw NotFoundError.of('whe', endpointId)
  const id = newId()
  await insertTest(tx, { id, endpointId, at: endpoint.now })
  return { deliveryId: id }
}

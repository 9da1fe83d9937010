import type { Tx } from '../db/transaction.ts'
import { ForbiddenError, NotFoundError } from '../domain/errors.ts'
import { hastenDelivery, lockDelivery, reopenDelivery } from './deliveries.sql.ts'

/**
 * Attempts a delivery once more, now: one that has ended is attempted once, one that is still retried goes on as before. Refuses, in this
 * order: a delivery to an endpoint of somebody else with NotFoundError, and an endpoint that is turned off with ForbiddenError.
 */
export async function redeliverWebhook(
  tx: Tx,
  { callerId, deliveryId }: { callerId: string; deliveryId: string },
): Promise<{ deliveryId: string }> {
  const delivery = await lockDelivery(tx, { deliveryId, ownerId: callerId })
  if (!delivery) throw NotFoundError.of('whd', deliveryId)
  if (!delivery.enabled && delivery.eventId !== null) {
    throw new ForbiddenError('The endpoint is turned off. Enable it with updateWebhookEndpoint first.')
  }
  await (delivery.isOpen ? hastenDelivery(tx, { deliveryId }) : reopenDelivery(tx, { deliveryId }))
  return { deliveryId }
}

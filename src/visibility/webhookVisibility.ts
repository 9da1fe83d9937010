/** Visibility of webhook endpoints and their deliveries: for their owner alone. */
import type { Prisma } from '../db/generated/client.ts'
import type { Caller } from '../domain/caller.ts'

/** The endpoints of `caller`. */
export const visibleEndpoints = (caller: Caller | null): Prisma.WebhookEndpointWhereInput =>
  caller ? { ownerId: caller.id, deletedAt: null } : { id: { in: [] } }

/** The deliveries to the endpoints of `caller`. */
export const visibleDeliveries = (caller: Caller | null): Prisma.WebhookDeliveryWhereInput => ({
  endpoint: visibleEndpoints(caller),
})

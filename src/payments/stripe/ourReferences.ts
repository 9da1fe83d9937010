/** The metadata by which our orders are found at Stripe: in its lists, in webhooks, and by people in its dashboard. */
import type { Order } from '../port/provider.ts'

interface WithMetadata {
  metadata: Record<string, string> | null
}

/** Metadata of a new object. The key tells the attempts of one order apart. */
export const metadataOf = ({ reference, idempotencyKey, taskReference }: Order) => ({
  errand_reference: reference,
  errand_key: idempotencyKey,
  errand_task: taskReference,
})

/** Our reference on an object of Stripe; null if it is not ours. */
export const referenceOn = ({ metadata }: WithMetadata): string | null => metadata?.errand_reference ?? null

/** True for every attempt of this order. */
export const isOf =
  ({ reference }: Pick<Order, 'reference'>) =>
  (object: WithMetadata): boolean =>
    referenceOn(object) === reference

/** True for the attempt of an order under its current key. */
export const isUnderKeyOf =
  ({ idempotencyKey }: Pick<Order, 'idempotencyKey'>) =>
  ({ metadata }: WithMetadata): boolean =>
    metadata?.errand_key === idempotencyKey

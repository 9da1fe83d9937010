import type { Hold } from '../../db/generated/client.ts'
import { textOf, toPublicId } from '../../db/ids.ts'
import type { ChargeOrder } from '../../payments/port/provider.ts'

/** The order for the charge of a hold. Every attempt uses the same key, so that the poster is charged once. */
export const chargeOrder = (hold: Hold): ChargeOrder => ({
  reference: textOf(toPublicId('hld', hold.id)),
  taskReference: textOf(toPublicId('tsk', hold.taskId)),
  idempotencyKey: hold.providerKey,
  amount: { minorUnits: hold.amountMinor, currencyCode: hold.currency },
  orderedAt: hold.createdAt,
  paymentMethodId: hold.paymentMethodId,
  customerReference: hold.customerReference,
  savesPaymentMethod: hold.savesPaymentMethod,
})

/** The provider's reference of the charge of a hold that was paid in. */
export function chargeReferenceOf({ providerReference }: Pick<Hold, 'providerReference'>): string {
  if (providerReference === null) throw new Error('The hold has no charge at the provider.')
  return providerReference
}

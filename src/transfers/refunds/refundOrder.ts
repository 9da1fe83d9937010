import type { Hold, Refund } from '../../db/generated/client.ts'
import { textOf, toPublicId } from '../../db/ids.ts'
import type { RefundOrder } from '../../payments/port/provider.ts'
import { chargeReferenceOf } from '../holds/chargeOrder.ts'

/** The part of a refund that its order needs. */
export type OrderedRefund = Pick<Refund, 'id' | 'taskId' | 'amountMinor' | 'currency' | 'createdAt' | 'providerKey'>

/** The order of a refund from its hold, under the key of the next or the last attempt. */
export const refundOrder = (refund: OrderedRefund, hold: Pick<Hold, 'providerReference'>): RefundOrder => ({
  reference: textOf(toPublicId('rfd', refund.id)),
  taskReference: textOf(toPublicId('tsk', refund.taskId)),
  idempotencyKey: refund.providerKey,
  amount: { minorUnits: refund.amountMinor, currencyCode: refund.currency },
  orderedAt: refund.createdAt,
  chargeReference: chargeReferenceOf(hold),
})

import type { Hold, Transfer } from '../../db/generated/client.ts'
import { textOf, toPublicId } from '../../db/ids.ts'
import type { TransferOrder } from '../../payments/port/provider.ts'
import { chargeReferenceOf } from '../holds/chargeOrder.ts'

/** The part of a transfer that its order needs. */
export type OrderedTransfer = Pick<
  Transfer,
  'id' | 'taskId' | 'destinationId' | 'netMinor' | 'currency' | 'createdAt' | 'providerKey'
>

/** The order of a transfer out of its hold, under the key of the next or the last attempt. */
export const transferOrder = (transfer: OrderedTransfer, hold: Pick<Hold, 'providerReference'>): TransferOrder => ({
  reference: textOf(toPublicId('trf', transfer.id)),
  taskReference: textOf(toPublicId('tsk', transfer.taskId)),
  idempotencyKey: transfer.providerKey,
  amount: { minorUnits: transfer.netMinor, currencyCode: transfer.currency },
  orderedAt: transfer.createdAt,
  accountReference: textOf(toPublicId('usr', transfer.destinationId)),
  chargeReference: chargeReferenceOf(hold),
})

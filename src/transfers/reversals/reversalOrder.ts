import type { Reversal, Transfer } from '../../db/generated/client.ts'
import { textOf, toPublicId } from '../../db/ids.ts'
import type { ReversalOrder } from '../../payments/port/provider.ts'

/** The part of a reversal that its order needs. */
export type OrderedReversal = Pick<
  Reversal,
  'id' | 'taskId' | 'transferId' | 'amountMinor' | 'currency' | 'createdAt' | 'providerKey'
>

/** The order of a reversal of its transfer, under the key of the next or the last attempt. */
export const reversalOrder = (
  reversal: OrderedReversal,
  transfer: Pick<Transfer, 'providerReference'>,
): ReversalOrder => ({
  reference: textOf(toPublicId('rvs', reversal.id)),
  taskReference: textOf(toPublicId('tsk', reversal.taskId)),
  idempotencyKey: reversal.providerKey,
  amount: { minorUnits: reversal.amountMinor, currencyCode: reversal.currency },
  orderedAt: reversal.createdAt,
  transferReference: textOf(toPublicId('trf', reversal.transferId)),
  providerTransferReference: transfer.providerReference,
})

import { accountReferenceOf } from '../../accounts/payouts/accountReferenceOf.ts'
import type { Hold, Transfer } from '../../db/generated/client.ts'
import { textOf, toPublicId } from '../../db/ids.ts'
import type { Statements } from '../../db/statements.ts'
import type { TransferOrder } from '../../payments/port/provider.ts'
import type { ProviderTraits } from '../../payments/port/traits.ts'
import { chargeReferenceOf } from '../holds/chargeOrder.ts'

/** The part of a transfer that its order needs. */
export type OrderedTransfer = Pick<
  Transfer,
  'id' | 'taskId' | 'destinationId' | 'netMinor' | 'nettedMinor' | 'currency' | 'createdAt' | 'providerKey'
>

/**
 * The order of a transfer out of its hold, under the key of the next or the last attempt; undefined if the tasker has no account at the
 * provider.
 */
export async function transferOrder(
  database: Statements,
  {
    transfer,
    hold,
    traits,
  }: { transfer: OrderedTransfer; hold: Pick<Hold, 'providerReference'>; traits: ProviderTraits },
): Promise<TransferOrder | undefined> {
  const accountReference = await accountReferenceOf(database, { userId: transfer.destinationId, traits })
  if (accountReference === undefined) return undefined
  return {
    reference: textOf(toPublicId('trf', transfer.id)),
    taskReference: textOf(toPublicId('tsk', transfer.taskId)),
    idempotencyKey: transfer.providerKey,
    amount: { minorUnits: transfer.netMinor - transfer.nettedMinor, currencyCode: transfer.currency },
    orderedAt: transfer.createdAt,
    accountReference,
    chargeReference: chargeReferenceOf(hold),
  }
}

import type { Statements } from '../db/statements.ts'
import type { Work } from '../jobs/timer.ts'
import type { Finding, LookUp } from '../payments/port/provider.ts'
import type { ProviderTraits } from '../payments/port/traits.ts'
import { chargeOrder } from './holds/chargeOrder.ts'
import { readHold } from './holds/holds.sql.ts'
import { refundOrder } from './refunds/refundOrder.ts'
import { readRefundToLookUp } from './refunds/refunds.sql.ts'
import { reversalOrder } from './reversals/reversalOrder.ts'
import { readReversalToLookUp } from './reversals/reversals.sql.ts'
import { transferOrder } from './transfers/transferOrder.ts'
import { readTransferToLookUp } from './transfers/transfers.sql.ts'

interface Movement {
  prefix: 'hld' | 'trf' | 'rvs' | 'rfd'
  id: string
}

/** Looks up the order of a hold, transfer, reversal or refund at the provider, and changes nothing. */
export async function lookUpMovement(
  { database, payments }: Pick<Work, 'database' | 'payments'>,
  movement: Movement,
): Promise<Finding> {
  const order = await ORDERS[movement.prefix](database, movement.id, payments.traits)
  if (!order) throw new Error('The movement to look up no longer exists.')
  return payments.lookUp(order)
}

type ReadOrder = (database: Statements, id: string, traits: ProviderTraits) => Promise<LookUp | undefined>

const ORDERS: Record<Movement['prefix'], ReadOrder> = {
  async hld(database, holdId) {
    const hold = await readHold(database, { holdId })
    return hold && { kind: 'charge', ...chargeOrder(hold), providerReference: hold.providerReference }
  },
  async trf(database, transferId, traits) {
    const transfer = await readTransferToLookUp(database, { transferId })
    if (!transfer) return undefined
    const hold = { providerReference: transfer.chargeReference }
    const order = await transferOrder(database, { transfer, hold, traits })
    return order && { kind: 'transfer', ...order, providerReference: transfer.providerReference }
  },
  async rvs(database, reversalId) {
    const reversal = await readReversalToLookUp(database, { reversalId })
    if (!reversal) return undefined
    const order = reversalOrder(reversal, { providerReference: reversal.providerTransferReference })
    return { kind: 'reversal', ...order, providerReference: reversal.providerReference }
  },
  async rfd(database, refundId) {
    const refund = await readRefundToLookUp(database, { refundId })
    if (!refund) return undefined
    const order = refundOrder(refund, { providerReference: refund.chargeReference })
    return { kind: 'refund', ...order, providerReference: refund.providerReference }
  },
}

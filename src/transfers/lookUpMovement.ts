import type { Statements } from '../db/statements.ts'
import type { Work } from '../jobs/timer.ts'
import type { Finding, LookUp } from '../payments/port/provider.ts'
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
  const order = await ORDERS[movement.prefix](database, movement.id)
  if (!order) throw new Error('The movement to look up no longer exists.')
  return payments.lookUp(order)
}

const ORDERS: Record<Movement['prefix'], (database: Statements, id: string) => Promise<LookUp | undefined>> = {
  async hld(database, holdId) {
    const hold = await readHold(database, { holdId })
    return hold && { kind: 'charge', ...chargeOrder(hold), providerReference: hold.providerReference }
  },
  async trf(database, transferId) {
    const transfer = await readTransferToLookUp(database, { transferId })
    if (!transfer) return undefined
    const order = transferOrder(transfer, { providerReference: transfer.chargeReference })
    return { kind: 'transfer', ...order, providerReference: transfer.providerReference }
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

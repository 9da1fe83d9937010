/** Orders to a payment provider, each for a new object of ours. */
import type {
  AnyOrder,
  ChargeOrder,
  LookUp,
  RefundOrder,
  ReversalOrder,
  TransferOrder,
} from '../../src/payments/port/provider.ts'
import { newId, toPublicId } from './publicIds.ts'

interface Wanted {
  minorUnits?: bigint
  currencyCode?: string
}

export const newCharge = ({
  paymentMethodId = 'pm_ok',
  ...wanted
}: Wanted & { paymentMethodId?: string } = {}): ChargeOrder => ({
  ...newOrder('hld', { minorUnits: 2000n, ...wanted }),
  paymentMethodId,
  customerReference: null,
  savesPaymentMethod: false,
})

export const newTransfer = (wanted: Wanted = {}): TransferOrder => ({
  ...newOrder('trf', { minorUnits: 1800n, ...wanted }),
  accountReference: toPublicId('usr', newId()),
  chargeReference: 'ch_1',
})

export const newReversal = (transferReference: string, wanted: Wanted = {}): ReversalOrder => ({
  ...newOrder('rvs', { minorUnits: 500n, ...wanted }),
  transferReference,
  providerTransferReference: null,
})

export const newRefund = (chargeReference: string, wanted: Wanted = {}): RefundOrder => ({
  ...newOrder('rfd', { minorUnits: 500n, ...wanted }),
  chargeReference,
})

/** The look-up of an order whose answer was lost. */
export const lookUpOf = (order: AnyOrder): LookUp => ({ ...order, providerReference: null })

function newOrder(prefix: 'hld' | 'trf' | 'rvs' | 'rfd', { minorUnits = 1000n, currencyCode = 'EUR' }: Wanted) {
  const reference = toPublicId(prefix, newId())
  return {
    reference,
    taskReference: toPublicId('tsk', newId()),
    idempotencyKey: `${reference}-1`,
    amount: { minorUnits, currencyCode },
    orderedAt: new Date('2026-01-01T00:00:00Z'),
  }
}

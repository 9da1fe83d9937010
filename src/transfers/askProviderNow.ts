import { fromPublicId } from '../db/ids.ts'
import type { Work } from '../jobs/timer.ts'
import type { Question } from '../payments/provider.ts'
import { askHold } from './holds/chargeHold.ts'
import { askRefund } from './refunds/requestProviderRefund.ts'
import { askTransfer } from './transfers/requestPayout.ts'

/**
 * The provider has hinted that something happened: it is asked at once, and only its answer counts. A hint about what is settled, or
 * was never ours, changes nothing.
 */
export async function askProviderNow(work: Work, { kind, reference }: Question): Promise<void> {
  const holdId = kind === 'charge' && fromPublicId('hld', reference)
  if (holdId) await askHold(work, { holdId })
  const transferId = kind === 'transfer' && fromPublicId('trf', reference)
  if (transferId) await askTransfer(work, { transferId })
  const refundId = kind === 'refund' && fromPublicId('rfd', reference)
  if (refundId) await askRefund(work, { refundId })
}

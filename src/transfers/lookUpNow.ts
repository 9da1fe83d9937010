import { asPublicId, fromPublicId } from '../db/ids.ts'
import type { Work } from '../jobs/timer.ts'
import type { Subject } from '../payments/port/provider.ts'
import { lookUpCharge } from './holds/lookUpCharge.ts'
import { lookUpRefund } from './refunds/lookUpRefund.ts'
import { lookUpReversal } from './reversals/lookUpReversal.ts'
import { lookUpTransfer } from './transfers/lookUpTransfer.ts'

/** An order that a webhook is about. */
type OrderReference = Extract<Subject, { reference: string }>

/**
 * Looks up an order as soon as a webhook hints that something happened to it. Only the result of the look-up counts: a webhook about
 * an order that is settled, or that is not ours, changes nothing. Returns false if the provider cannot be reached. Due look-ups run
 * from `moneyTimers.ts`.
 */
export async function lookUpNow(work: Work, { kind, reference }: OrderReference): Promise<boolean> {
  const id = asPublicId(reference)
  const holdId = kind === 'charge' && fromPublicId('hld', id)
  if (holdId) return lookUpCharge(work, { holdId })
  const transferId = kind === 'transfer' && fromPublicId('trf', id)
  if (transferId) return lookUpTransfer(work, { transferId })
  const reversalId = kind === 'reversal' && fromPublicId('rvs', id)
  if (reversalId) return lookUpReversal(work, { reversalId })
  const refundId = kind === 'refund' && fromPublicId('rfd', id)
  if (refundId) return lookUpRefund(work, { refundId })
  return true
}

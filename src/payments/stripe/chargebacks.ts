/** Chargebacks: Stripe's disputes (https://docs.stripe.com/disputes), and the evidence against them. */
import type Stripe from 'stripe'
import type { Money } from '../../domain/money.ts'
import type {
  ChargebackFinding,
  ChargebackReport,
  Chargebacks,
  EvidenceOrder,
  EvidenceOutcome,
} from '../port/chargebacks.ts'
import { reasonAgainstFiles } from '../port/evidenceLimits.ts'
import { fromStripe } from './amounts.ts'
import { uploadEvidence } from './evidenceFiles.ts'
import { failureOf, isMissing, messageOf } from './failures.ts'
import { referenceOn } from './ourReferences.ts'
import type { StripeConnection } from './stripeClient.ts'
import { EVIDENCE_LIMITS } from './traits.ts'
import { unsent } from './transfers.ts'

/** The kinds of evidence that take a file: Stripe takes one for each, so there are as many as `EVIDENCE_LIMITS` says. */
const FILE_FIELDS = ['service_documentation', 'customer_communication', 'receipt', 'uncategorized_file'] as const

const STATES: ReadonlyMap<string, ChargebackReport['status']> = new Map([
  ['needs_response', 'NEEDS_RESPONSE'],
  // An inquiry: the bank asks before it takes the money.
  ['warning_needs_response', 'NEEDS_RESPONSE'],
  ['appeal_needs_response', 'NEEDS_RESPONSE'],
  ['under_review', 'UNDER_REVIEW'],
  ['warning_under_review', 'UNDER_REVIEW'],
  ['appeal_under_review', 'UNDER_REVIEW'],
  ['won', 'WON'],
  ['warning_closed', 'WON'],
  ['prevented', 'WON'],
  ['lost', 'LOST'],
])

/** The part of the port about chargebacks. */
export const stripeChargebacks = (connection: StripeConnection): Chargebacks => ({
  read: (providerReference) => readChargeback(connection.stripe, providerReference),
  submitEvidence: (order) => submitEvidence(connection, order),
})

/** Reads a chargeback as it is now. A status that this version does not know counts as under review: nothing thaws by mistake. */
async function readChargeback(stripe: Stripe, providerReference: string): Promise<ChargebackFinding> {
  try {
    const dispute = await stripe.disputes.retrieve(providerReference, { expand: ['charge'] })
    const { charge, reason, created, evidence_details: evidence } = dispute
    return {
      kind: 'known',
      chargeReference: typeof charge === 'string' ? null : referenceOn(charge),
      amount: fromStripe(dispute),
      providerFee: feeOf(dispute),
      taken: takenBy(dispute),
      reason,
      status: STATES.get(dispute.status) ?? 'UNDER_REVIEW',
      evidenceDueBy: evidence.due_by ? new Date(evidence.due_by * 1000) : null,
      openedAt: new Date(created * 1000),
    }
  } catch (error) {
    if (isMissing(error)) return { kind: 'never' }
    return { kind: 'unreachable', message: messageOf(error) }
  }
}

/** The fee that was taken. Winning returns it in a line of its own, with a negative fee. */
function feeOf({ balance_transactions: lines }: Stripe.Dispute): ChargebackReport['providerFee'] {
  const [line] = lines
  const amount = lines.reduce((sum, { fee }) => sum + Math.max(fee, 0), 0)
  return line && amount > 0 ? fromStripe({ amount, currency: line.currency }) : null
}

/** The sum of its lines: each one that took the money is negative, one that returned it is positive. */
function takenBy({ balance_transactions: lines, currency }: Stripe.Dispute): Money {
  const amount = lines.reduce((sum, line) => sum - line.amount, 0)
  return fromStripe({ amount, currency: lines[0]?.currency ?? currency })
}

/** Uploads the files, one after the other, and saves or submits the evidence with them. */
async function submitEvidence(connection: StripeConnection, order: EvidenceOrder): Promise<EvidenceOutcome> {
  const refusal = reasonAgainstFiles(EVIDENCE_LIMITS, order.files)
  if (refusal) return { kind: 'refused', ...refusal, isFinal: true }
  const files: Partial<Record<(typeof FILE_FIELDS)[number], string>> = {}
  try {
    for (const [index, file] of order.files.entries()) {
      const field = FILE_FIELDS[index] ?? 'uncategorized_file'
      files[field] = await uploadEvidence(connection, file, `${order.idempotencyKey}-${index}`)
    }
  } catch (error) {
    return unsent(failureOf(error))
  }
  try {
    const dispute = await connection.stripe.disputes.update(
      order.providerReference,
      {
        evidence: { uncategorized_text: order.statement, ...files },
        submit: order.isFinal,
        metadata: { errand_reference: order.reference },
      },
      { idempotencyKey: order.idempotencyKey },
    )
    return { kind: 'accepted', providerReference: dispute.id }
  } catch (error) {
    return failureOf(error)
  }
}

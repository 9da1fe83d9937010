/** Disputes at the local Stripe server, their evidence, and the files of it. */
import type Stripe from 'stripe'
import { isExpanded } from './lists.ts'
import { flag, metadataOf, nested, type Params, text, type UploadedFile } from './params.ts'
import { invalidParameter, refused } from './refusals.ts'
import { found, nowInSeconds, type StripeBook } from './stripeBook.ts'

const FEE = 1500
const WEEK_S = 604_800

/** The payer's bank takes the money back; Stripe's fee is taken with it. */
export function openDispute(book: StripeBook, chargeId: string, amount?: number): Stripe.Dispute {
  const charge = found(book.charges, 'charge', chargeId)
  const dispute: Stripe.Dispute = {
    ...book.sample('dispute', 'dp'),
    amount: amount ?? charge.amount,
    currency: charge.currency,
    charge: charge.id,
    payment_intent: charge.payment_intent,
  }
  dispute.evidence_details.due_by = nowInSeconds() + WEEK_S
  const { currency } = dispute
  const line = book.post({ type: 'adjustment', source: dispute.id, amount: -dispute.amount, currency, fee: FEE })
  dispute.balance_transactions.push(found(book.lines, 'balance_transaction', line))
  charge.disputed = true
  book.disputes.set(dispute.id, dispute)
  book.happens('charge.dispute.created', dispute)
  book.happens('charge.dispute.funds_withdrawn', dispute)
  return dispute
}

/** The payer's bank decides. A won dispute returns the money and the fee. */
export function closeDispute(book: StripeBook, id: string, status: 'won' | 'lost'): void {
  const dispute = found(book.disputes, 'dispute', id)
  dispute.status = status
  if (status === 'won') {
    const { amount, currency } = dispute
    const line = book.post({ type: 'adjustment', source: dispute.id, amount, currency, fee: -FEE })
    dispute.balance_transactions.push(found(book.lines, 'balance_transaction', line))
    book.happens('charge.dispute.funds_reinstated', dispute)
  }
  book.happens('charge.dispute.closed', dispute)
}

/** GET /v1/disputes/:id. */
export function readDispute(book: StripeBook, id: string, query: Params): Stripe.Dispute {
  const dispute = found(book.disputes, 'dispute', id)
  return isExpanded(query, 'charge')
    ? { ...dispute, charge: found(book.charges, 'charge', String(dispute.charge)) }
    : dispute
}

/** POST /v1/disputes/:id. */
export function updateDispute(book: StripeBook, id: string, params: Params): Stripe.Dispute {
  const dispute = found(book.disputes, 'dispute', id)
  if (!['needs_response', 'warning_needs_response'].includes(dispute.status))
    throw refused('dispute_not_open', 'This dispute no longer takes evidence.')
  const evidence = nested(params, 'evidence')
  for (const [name, value] of Object.entries(evidence)) {
    if (name.endsWith('_text')) continue
    found(book.files, 'file', String(value), `evidence[${name}]`)
  }
  Object.assign(dispute.evidence, evidence)
  Object.assign(dispute.metadata, metadataOf(params))
  dispute.evidence_details.has_evidence = true
  if (flag(params, 'submit')) {
    dispute.status = 'under_review'
    dispute.evidence_details.submission_count++
    dispute.evidence_details.submission_method = 'manual'
  }
  book.happens('charge.dispute.updated', dispute)
  return dispute
}

/** POST /v1/files. */
export function createFile(book: StripeBook, params: Params, uploaded: UploadedFile | undefined): Stripe.File {
  if (text(params, 'purpose') !== 'dispute_evidence') throw invalidParameter('purpose', 'Invalid purpose.')
  if (!uploaded) throw invalidParameter('file', 'Missing required param: file.', 'parameter_missing')
  const { name, type, byteSize } = uploaded
  const file: Stripe.File = { ...book.sample('file', 'file'), filename: name, size: byteSize, type }
  book.files.set(file.id, file)
  return file
}

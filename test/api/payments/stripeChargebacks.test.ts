/** Disputes at Stripe: read, answered with evidence in streams, and seen in the book with their fees. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { BookLine } from '../../../src/payments/port/book.ts'
import type { PaymentProvider } from '../../../src/payments/port/provider.ts'
import { newCharge, newRefund, newReversal, newTransfer } from '../../support/orders.ts'
import { connectTo, type StripeUnderTest, stripeUnderTest } from '../../support/providers.ts'
import { closeDispute, openDispute } from '../../support/stripe/disputes.ts'
import { settleRefund } from '../../support/stripe/refunds.ts'
import type { StripeServer } from '../../support/stripe/stripeServer.ts'

let on: StripeUnderTest
let server: StripeServer
let provider: PaymentProvider

beforeAll(async () => {
  on = await stripeUnderTest()
  server = on.server
  provider = connectTo(server)
})
afterAll(() => on.stop())
beforeEach(() => {
  server.mode = 'ACCEPT'
})

async function paidCharge() {
  const order = newCharge()
  const outcome = await on.provider.charge(order)
  if (outcome.kind !== 'accepted') throw new Error(`The charge was ${outcome.kind}.`)
  return { ...order, providerReference: outcome.providerReference }
}

async function newDispute() {
  const charge = await paidCharge()
  const [movement] = server.book.movementsFor(charge.reference)
  return { charge, dispute: openDispute(server.book, movement?.id ?? '') }
}

const order = (providerReference: string, changes: object = {}) => ({
  reference: 'cbk_1',
  providerReference,
  idempotencyKey: `${providerReference}-1`,
  statement: 'The work was done, see the photographs.',
  files: [],
  isFinal: false,
  ...changes,
})

/** A file that is made while it is read, and records how far that was. */
function newFile(byteSize: number, contentType = 'application/pdf') {
  const read = { chunks: 0 }
  const CHUNK = 64 * 1024
  return {
    read,
    name: 'work "done".pdf',
    contentType,
    byteSize: BigInt(byteSize),
    async open() {
      return (async function* () {
        for (let left = byteSize; left > 0; left -= CHUNK) {
          read.chunks++
          yield new Uint8Array(Math.min(left, CHUNK))
        }
      })()
    },
  }
}

test('a dispute is read with our charge, its fee and its date', async () => {
  const { charge, dispute } = await newDispute()
  expect(await provider.chargebacks.read(dispute.id)).toEqual({
    kind: 'known',
    chargeReference: charge.reference,
    amount: { minorUnits: 2000n, currencyCode: 'EUR' },
    providerFee: { minorUnits: 1500n, currencyCode: 'EUR' },
    taken: { minorUnits: 2000n, currencyCode: 'EUR' },
    reason: 'fraudulent',
    status: 'NEEDS_RESPONSE',
    evidenceDueBy: expect.any(Date),
    openedAt: expect.any(Date),
  })
  expect(await provider.chargebacks.read('dp_unknown')).toEqual({ kind: 'never' })
  server.mode = 'DARK'
  expect(await provider.chargebacks.read(dispute.id)).toMatchObject({ kind: 'unreachable' })
})

test.each([
  ['won', 'WON'],
  ['lost', 'LOST'],
] as const)('a dispute that is %s', async (end, status) => {
  const { dispute } = await newDispute()
  closeDispute(server.book, dispute.id, end)
  expect(await provider.chargebacks.read(dispute.id)).toMatchObject({ status })
})

test.each([
  ['warning_needs_response', 'NEEDS_RESPONSE'],
  ['warning_closed', 'WON'],
  ['appeal_under_review', 'UNDER_REVIEW'],
  ['a_status_of_the_future', 'UNDER_REVIEW'],
])('a dispute with the status %s is %s', async (status, expected) => {
  const { dispute } = await newDispute()
  dispute.status = status
  expect(await provider.chargebacks.read(dispute.id)).toMatchObject({ status: expected })
})

test('evidence is saved as a draft, then submitted once, with its files', async () => {
  const { dispute } = await newDispute()
  const files = [newFile(1_000_000), newFile(10, 'image/png')]
  expect(await provider.chargebacks.submitEvidence(order(dispute.id, { files }))).toMatchObject({
    kind: 'accepted',
    providerReference: dispute.id,
  })
  expect(dispute).toMatchObject({ status: 'needs_response', metadata: { errand_reference: 'cbk_1' } })
  const { service_documentation, customer_communication, uncategorized_text } = dispute.evidence
  expect(uncategorized_text).toBe('The work was done, see the photographs.')
  expect(server.book.files.get(String(service_documentation))).toMatchObject({
    size: 1_000_000,
    filename: 'work _done_.pdf',
    type: 'application/pdf',
  })
  expect(server.book.files.get(String(customer_communication))).toMatchObject({ size: 10, type: 'image/png' })
  const final = order(dispute.id, { isFinal: true, idempotencyKey: `${dispute.id}-2` })
  expect(await provider.chargebacks.submitEvidence(final)).toMatchObject({ kind: 'accepted' })
  expect(await provider.chargebacks.submitEvidence(final)).toMatchObject({ kind: 'accepted' })
  expect(dispute).toMatchObject({ status: 'under_review', evidence_details: { submission_count: 1 } })
  const late = order(dispute.id, { isFinal: true, idempotencyKey: `${dispute.id}-3` })
  expect(await provider.chargebacks.submitEvidence(late)).toMatchObject({ kind: 'refused', code: 'dispute_not_open' })
})

test.each([
  ['more files than Stripe takes', 'too_many_files', Array.from({ length: 5 }, () => newFile(1))],
  ['a file of another type', 'file_type_not_allowed', [newFile(1, 'text/plain')]],
  ['too many bytes', 'files_too_large', [newFile(3_000_000), newFile(1_500_001)]],
])('%s are refused before anything is sent', async (_name, code, files) => {
  const { dispute } = await newDispute()
  const before = server.requests.length
  expect(await provider.chargebacks.submitEvidence(order(dispute.id, { files }))).toMatchObject({
    kind: 'refused',
    code,
  })
  expect(server.requests).toHaveLength(before)
})

test('evidence whose files could not be uploaded was not sent; whose answer was lost is unknown', async () => {
  const { dispute } = await newDispute()
  server.mode = 'DARK'
  const withFile = order(dispute.id, { files: [newFile(10)] })
  expect(await provider.chargebacks.submitEvidence(withFile)).toMatchObject({ kind: 'not_sent' })
  expect(await provider.chargebacks.submitEvidence(order(dispute.id))).toMatchObject({ kind: 'unknown' })
})

test('a file that ends before its size is not taken for sent', async () => {
  const { dispute } = await newDispute()
  const short = { ...newFile(10), byteSize: 11n }
  expect(await provider.chargebacks.submitEvidence(order(dispute.id, { files: [short] }))).toMatchObject({
    kind: 'not_sent',
  })
  expect(dispute.evidence_details.has_evidence).toBe(false)
})

async function linesOf(providerBook: AsyncIterable<BookLine>): Promise<BookLine[]> {
  const lines: BookLine[] = []
  for await (const line of providerBook) lines.push(line)
  return lines
}

test('the book has every movement with our reference, signed from the platform, and fees of disputes apart', async () => {
  const from = new Date(Date.now() - 1_000)
  const { charge, dispute } = await newDispute()
  closeDispute(server.book, dispute.id, 'won')
  dispute.metadata.errand_reference = 'cbk_2'
  const { taskReference, providerReference } = await paidCharge()
  const accountReference = await on.newPayee()
  const transfer = { ...newTransfer(), taskReference, chargeReference: providerReference, accountReference }
  const sent = await on.provider.transfer(transfer)
  if (sent.kind !== 'accepted') throw new Error('The transfer was not accepted.')
  const reversal = {
    ...newReversal(transfer.reference),
    taskReference,
    providerTransferReference: sent.providerReference,
  }
  await on.provider.reverse(reversal)
  const refund = newRefund(providerReference)
  const refunded = await on.provider.refund(refund)
  if (refunded.kind !== 'accepted') throw new Error('The refund was not accepted.')
  settleRefund(server.book, refunded.providerReference, 'failed')
  const lines = await linesOf(provider.book({ from, to: new Date(Date.now() + 5_000) }))
  const ours = new Set([charge.reference, 'cbk_2', transfer.reference, reversal.reference, refund.reference])
  const seen = lines
    .filter(({ ourReference }) => ours.has(String(ourReference)))
    .map(({ kind, ourReference, amount, fee }) => [kind, ourReference, amount.minorUnits, fee.minorUnits])
  expect(seen.reverse()).toEqual([
    ['charge', charge.reference, 2000n, 55n],
    ['chargeback_fee', 'cbk_2', -1500n, 0n],
    ['chargeback', 'cbk_2', -2000n, 0n],
    ['chargeback_fee', 'cbk_2', 1500n, 0n],
    ['chargeback', 'cbk_2', 2000n, 0n],
    ['transfer', transfer.reference, -1800n, 0n],
    ['reversal', reversal.reference, 500n, 0n],
    ['refund', refund.reference, -500n, 0n],
    ['refund', refund.reference, 500n, 0n],
  ])
  expect(lines.find(({ ourReference }) => ourReference === charge.reference)?.objectReference).toBe(
    charge.providerReference,
  )
})

test('the book is read page by page, and says when the provider cannot be reached', async () => {
  const span = { from: new Date(0), to: new Date(Date.now() + 5_000) }
  for (let count = 0; count < 210; count++) {
    server.book.post({ type: 'stripe_fee', source: 'fee_1', amount: -1, currency: 'eur' })
  }
  server.requests.length = 0
  const lines = await linesOf(provider.book(span))
  expect(lines.filter(({ kind }) => kind === 'fee')).toHaveLength(210)
  expect(server.requests.length).toBeGreaterThanOrEqual(3)
  expect(new Set(lines.map(({ id }) => id)).size).toBe(lines.length)
  server.mode = 'DARK'
  await expect(linesOf(provider.book(span))).rejects.toThrow()
})

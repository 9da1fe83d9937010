/** The input schemas of the money mutations. Ids stay public ids; the declarations turn them into UUIDs. */
import { z } from 'zod'
import { line, money, optional, paragraphs, publicId, requiredIdempotencyKey } from '../domain/inputSchemas.ts'

const PAYMENT_METHOD_LENGTH_MAX = 255
const REASON_LENGTH_MAX = 1_000
const EVIDENCE_LENGTH_MAX = 1_000

const reason = line(REASON_LENGTH_MAX)

export const fundTaskSchema = z.object({
  idempotencyKey: requiredIdempotencyKey,
  taskId: publicId,
  paymentMethodId: line(PAYMENT_METHOD_LENGTH_MAX),
  savePaymentMethod: optional(z.boolean()),
  expectedVersion: optional(z.number()),
})

export const transferActionSchema = z.object({ idempotencyKey: requiredIdempotencyKey, transferId: publicId, reason })

export const resolveInDoubtTransferSchema = z.object({
  idempotencyKey: requiredIdempotencyKey,
  transferId: publicId,
  finding: z.enum(['PROVIDER_HAS_IT', 'PROVIDER_NEVER_HAD_IT']),
  evidence: paragraphs(EVIDENCE_LENGTH_MAX),
})

export const reverseTransferSchema = z.object({
  idempotencyKey: requiredIdempotencyKey,
  transferId: publicId,
  amount: money,
  returnFee: optional(z.boolean()),
  reason,
})

export const refundHoldSchema = z.object({
  idempotencyKey: requiredIdempotencyKey,
  holdId: publicId,
  amount: money,
  reason,
})

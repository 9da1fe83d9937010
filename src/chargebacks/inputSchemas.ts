/** Input schemas of the mutations of chargebacks. Ids stay public ids; the declarations turn them into UUIDs. */
import { z } from 'zod'
import { line, money, optional, paragraphs, publicId, requiredIdempotencyKey } from '../domain/inputSchemas.ts'
import { attachmentIds as evidenceIds } from '../files/inputSchemas.ts'

export const STATEMENT_LENGTH_MAX = 5_000
export const REASON_LENGTH_MAX = 100

export const submitChargebackEvidenceSchema = z.object({
  idempotencyKey: requiredIdempotencyKey,
  chargebackId: publicId,
  statement: paragraphs(STATEMENT_LENGTH_MAX),
  evidenceIds,
  submit: z.boolean(),
})

export const openSandboxChargebackSchema = z.object({
  holdId: publicId,
  amount: optional(money),
  reason: optional(line(REASON_LENGTH_MAX)),
})

export const decideSandboxChargebackSchema = z.object({ chargebackId: publicId, won: z.boolean() })

/** Input schemas of the mutations of disputes. Ids stay public ids; the declarations turn them into UUIDs. */
import { z } from 'zod'
import { BODY_LENGTH_MAX } from '../chats/inputSchemas.ts'
import { idempotencyKey, line, optional, paragraphs, publicId, share } from '../domain/inputSchemas.ts'
import { attachmentIds as evidenceIds } from '../files/inputSchemas.ts'

export const REASON_LENGTH_MAX = 1_000
export const STATEMENT_LENGTH_MAX = 5_000

export const openDisputeSchema = z.object({
  idempotencyKey,
  taskId: publicId,
  reason: line(REASON_LENGTH_MAX),
  evidenceIds,
})

export const withdrawDisputeSchema = z.object({
  idempotencyKey,
  disputeId: publicId,
  statement: optional(paragraphs(STATEMENT_LENGTH_MAX)),
  evidenceIds,
})

export const addEvidenceSchema = withdrawDisputeSchema.superRefine(({ statement, evidenceIds = [] }, context) => {
  if (statement !== undefined || evidenceIds.length > 0) return
  context.addIssue({ code: 'custom', path: ['evidenceIds'], message: 'Send at least one file or a statement.' })
})

export const resolveDisputeSchema = z.object({
  idempotencyKey: z.string(),
  disputeId: publicId,
  toTasker: share,
  note: paragraphs(STATEMENT_LENGTH_MAX),
  messageToBoth: optional(paragraphs(BODY_LENGTH_MAX)),
})

import { z } from 'zod'
import { FilePurpose } from '../db/generated/enums.ts'
import { IncomingFile } from '../domain/incomingFile.ts'
import { idempotencyKey, optional, publicId } from '../domain/inputSchemas.ts'

// As many as one screen shows; each is looked up and locked.
const ATTACHMENTS_MAX = 20

export const uploadFileSchema = z.object({
  idempotencyKey,
  file: z.instanceof(IncomingFile),
  purpose: z.enum(FilePurpose),
  sha256: optional(z.string()),
})

/** The files that something is to have, for the forms of other features. */
export const attachmentIds = optional(
  z
    .array(publicId)
    .max(ATTACHMENTS_MAX, `At most ${ATTACHMENTS_MAX} of them.`)
    .refine((ids) => new Set(ids).size === ids.length, 'One of them is named twice.'),
)

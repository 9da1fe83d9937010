import { z } from 'zod'
import { FilePurpose } from '../db/generated/enums.ts'
import { IncomingFile } from '../domain/incomingFile.ts'
import { idempotencyKey, optional, publicId } from '../domain/inputSchemas.ts'

// As many as one screen shows; each is read and locked.
const ATTACHMENTS_MAX = 20

export const uploadFileSchema = z.object({
  idempotencyKey,
  file: z.instanceof(IncomingFile),
  purpose: z.enum(FilePurpose),
  sha256: optional(z.string()),
})

/** The ids of files to attach, for the input schemas of other features. */
export const attachmentIds = optional(
  z
    .array(publicId)
    .max(ATTACHMENTS_MAX, `At most ${ATTACHMENTS_MAX} files are allowed. Remove some.`)
    .refine((ids) => new Set(ids).size === ids.length, 'A file is listed twice. List each file once.'),
)

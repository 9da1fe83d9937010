/** Input schema of `reviewTask`. */
import { z } from 'zod'
import { idempotencyKey, optional, paragraphs, publicId } from '../domain/inputSchemas.ts'

export const RATING_MAX = 5
/** The database has the same limit. */
export const COMMENT_LENGTH_MAX = 2_000

const OUT_OF_RANGE = `The rating must be between 1 and ${RATING_MAX}.`

export const reviewTaskSchema = z.object({
  idempotencyKey,
  taskId: publicId,
  rating: z.number().min(1, OUT_OF_RANGE).max(RATING_MAX, OUT_OF_RANGE),
  comment: optional(paragraphs(COMMENT_LENGTH_MAX)),
})

/** Input schemas of the mutations of reconciliation. */
import { z } from 'zod'
import { idempotencyKey, paragraphs, publicId } from '../domain/inputSchemas.ts'

export const NOTE_LENGTH_MAX = 1_000
/** A month, the span of a provider's statement. */
export const SPAN_DAYS_MAX = 31

const DAY_MS = 86_400_000

export const startReconciliationSchema = z
  .object({ idempotencyKey, from: z.date(), to: z.date() })
  .superRefine(({ from, to }, context) => {
    const lengthMs = to.getTime() - from.getTime()
    if (lengthMs <= 0) {
      context.addIssue({ code: 'custom', path: ['to'], message: 'This must be after the beginning of the span.' })
    } else if (lengthMs > SPAN_DAYS_MAX * DAY_MS) {
      const message = `This must be at most ${SPAN_DAYS_MAX} days after the beginning of the span.`
      context.addIssue({ code: 'custom', path: ['to'], message })
    }
  })

export const settleDifferenceSchema = z.object({
  idempotencyKey,
  differenceId: publicId,
  note: paragraphs(NOTE_LENGTH_MAX),
})

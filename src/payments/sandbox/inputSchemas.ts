/** The input schemas of the sandbox. */
import { z } from 'zod'
import { fromDuration } from '../../domain/duration.ts'
import { line } from '../../domain/inputSchemas.ts'
import { PROVIDER_MODES } from './sandbox.sql.ts'

const DAY_MS = 86_400_000
// More than a year, so that every timer can be seen to run; not so much that a wrong unit advances a lifetime.
const ADVANCE_DAYS_MAX = 400

export const setSandboxProviderSchema = z.object({ mode: z.enum(PROVIDER_MODES) })

const CLIENT_SECRET_LENGTH_MAX = 255

export const authenticateSandboxPaymentSchema = z.object({
  clientSecret: line(CLIENT_SECRET_LENGTH_MAX),
  succeeds: z.boolean(),
})

export const advanceSandboxClockSchema = z.object({
  by: z.string().transform((text, context): number => {
    const lengthMs = fromDuration(text)
    if (lengthMs !== undefined && lengthMs <= ADVANCE_DAYS_MAX * DAY_MS) return lengthMs
    const message =
      lengthMs === undefined
        ? 'This must consist of weeks, days, hours, minutes and seconds, and must not be negative.'
        : `This must be at most ${ADVANCE_DAYS_MAX} days.`
    context.addIssue({ code: 'custom', message })
    return z.NEVER
  }),
})

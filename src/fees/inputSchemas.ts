import { z } from 'zod'
import { idempotencyKey, line } from '../domain/inputSchemas.ts'

/** The largest share: all but a hundredth of a percent. */
export const BASIS_POINTS_MAX = 9_999
/** The largest least fee, in major units. */
export const LEAST_FEE_MAX = 1_000_000
/** The most fraction digits that a currency has. */
export const LEAST_FEE_DIGITS_MAX = 4

// Compared as text: `1000000.0001` is more than the maximum, and a number might lose its last digits.
const least = z
  .string()
  .refine((text) => !text.startsWith('-') || !/[1-9]/.test(text), 'This must not be negative.')
  .transform(plainDecimal)
  .refine(
    (text) => (text.split('.')[1] ?? '').length <= LEAST_FEE_DIGITS_MAX,
    `This has more than ${LEAST_FEE_DIGITS_MAX} fraction digits.`,
  )
  .refine(
    (text) => Number(text.split('.')[0]) < LEAST_FEE_MAX || text === `${LEAST_FEE_MAX}.00`,
    `This must be at most ${LEAST_FEE_MAX}.`,
  )

/** The same number without a sign, leading zeros, and zeros beyond the second fraction digit. */
function plainDecimal(text: string): string {
  const [whole = '0', fraction = ''] = text.replace('-', '').split('.')
  return `${whole.replace(/^0+(?=\d)/, '')}.${fraction.replace(/0+$/, '').padEnd(2, '0')}`
}

export const setFeeRuleSchema = z.object({
  idempotencyKey,
  basisPoints: z
    .number()
    .refine((value) => value >= 0 && value <= BASIS_POINTS_MAX, `This must be from 0 to ${BASIS_POINTS_MAX}.`),
  least,
  effectiveFrom: z.date(),
  reason: line(1_000),
})

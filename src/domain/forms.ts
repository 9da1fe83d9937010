/** The pieces that forms are made of: what an input alone shows to be wrong, said for people, never by the clock. */
import { z } from 'zod'
import { exponentOf, fromDecimal, type Money } from './money.ts'

// 10^15 minor units is more money than exists in any task, and leaves room below 2^63 to add them up.
const AMOUNT_MINOR_MAX = 10n ** 15n

const CONTROL_BUT_NEWLINE = /[\p{Cc}\p{Cs}]/u

/** One line of text: trimmed, not empty, without control characters. */
export const line = (lengthMax: number) => text(lengthMax, (value) => !CONTROL_BUT_NEWLINE.test(value))

/** Text that may have several lines: trimmed, not empty, without other control characters. */
export const paragraphs = (lengthMax: number) =>
  text(lengthMax, (value) => !CONTROL_BUT_NEWLINE.test(value.replace(/[\n\r\t]/g, '')))

function text(lengthMax: number, isPrintable: (value: string) => boolean) {
  return z
    .string()
    .refine(isPrintable, 'This has a control character in it.')
    .trim()
    .min(1, 'This must not be empty.')
    .max(lengthMax, `This has more than ${lengthMax} characters.`)
}

/** A positive amount in a currency that this server knows, with no more fraction digits than the currency has. */
export const money = z.object({ amount: z.string(), currencyCode: z.string() }).transform((input, context): Money => {
  const { amount, currencyCode } = input
  if (exponentOf(currencyCode) === undefined) {
    context.addIssue({ code: 'custom', path: ['currencyCode'], message: `This server does not know ${currencyCode}.` })
    return z.NEVER
  }
  const minorUnits = fromDecimal(amount, currencyCode)
  if (minorUnits === undefined) {
    context.addIssue({
      code: 'custom',
      path: ['amount'],
      message: `${currencyCode} has fewer fraction digits than that.`,
    })
    return z.NEVER
  }
  if (minorUnits <= 0n || minorUnits > AMOUNT_MINOR_MAX) {
    context.addIssue({
      code: 'custom',
      path: ['amount'],
      message: 'This must be more than zero, and a sensible amount.',
    })
    return z.NEVER
  }
  return { minorUnits, currencyCode }
})

/** An optional input field: absent and null are the same, and both are absent for the rule. */
export const optional = <Output>(form: z.ZodType<Output>) =>
  form.nullish().transform((value): Output | undefined => value ?? undefined)

export const idempotencyKey = optional(z.string())

/** The pieces that forms are made of: what an input alone shows to be wrong, said for people, never by the clock. */
import { z } from 'zod'
import type { PublicId } from '../db/ids.ts'
import { exponentOf, fromDecimal, type Money } from './money.ts'
import { hasVisibleCharacter } from './visibleText.ts'

// 10^15 minor units is more money than exists in any task, and leaves room below 2^63 to add them up.
const AMOUNT_MINOR_MAX = 10n ** 15n

/** One line of text in NFC, trimmed: with something to see in it, and nothing that breaks it or turns its direction. */
export const line = (lengthMax: number) =>
  text(lengthMax, (value) => {
    if (/[\p{Cc}\p{Cs}]/u.test(value)) return 'This has a control character in it.'
    if (/[\p{Zl}\p{Zp}]/u.test(value)) return 'This has a line break in it.'
    if (/\p{Bidi_Control}/u.test(value)) return 'This has a character in it that controls the direction of text.'
    return undefined
  })

/**
 * Text that may have several lines, in NFC, trimmed, with something to see in it. Marks and isolates for the direction of text
 * are taken, which writers of Arabic and Hebrew need and which end with their paragraph. Overrides are not: all that they do is
 * show letters in another order than they are read in.
 */
export const paragraphs = (lengthMax: number) =>
  text(lengthMax, (value) => {
    if (/(?![\n\r\t])[\p{Cc}\p{Cs}]/u.test(value)) return 'This has a control character in it.'
    if (/[\u202d\u202e]/.test(value)) return 'This has a character in it that overrides the direction of text.'
    return undefined
  })

// NFC comes before the length: what is stored is as long as it may be, and can be sent back. Only the first fault is told.
function text(lengthMax: number, faultOf: (value: string) => string | undefined) {
  return z
    .string()
    .transform((value) => value.normalize('NFC').trim())
    .superRefine((value, context) => {
      const message = faultOf(value) ?? faultOfAnyText(value, lengthMax)
      if (message) context.addIssue({ code: 'custom', message })
    })
}

function faultOfAnyText(value: string, lengthMax: number): string | undefined {
  if (value === '') return 'This must not be empty.'
  if (!hasVisibleCharacter(value)) return 'This has no visible character in it.'
  if (lengthInCharacters(value) > lengthMax) return `This has more than ${lengthMax} characters.`
  return undefined
}

// Code points: nobody who types sees how many UTF-16 units an emoji has.
const lengthInCharacters = (value: string): number => [...value].length

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

/** The id of something as the client sent it. Its form is checked where it is resolved: a malformed id is not found. */
export const publicId = z.custom<PublicId>((value) => typeof value === 'string')

/** Shared parts of input schemas. They check only the input itself, never the clock or the database; messages are for people. */
import { z } from 'zod'
import type { PublicId } from '../db/ids.ts'
import { SUCCESSORS } from './currencies.ts'
import { exponentOf, fromDecimal, type Money } from './money.ts'
import { hasVisibleCharacter } from './visibleText.ts'

// 10^15 minor units is more than any task is worth, and leaves room below 2^63 for sums.
const AMOUNT_MINOR_MAX = 10n ** 15n

/** One line of text in NFC, trimmed, with a visible character, and without line breaks, control and bidi control characters. */
export const line = (lengthMax: number) =>
  text(lengthMax, (value) => {
    if (/[\p{Cc}\p{Cs}]/u.test(value)) return 'This contains a control character. Remove it.'
    if (/[\p{Zl}\p{Zp}]/u.test(value)) return 'This contains a line break. Use one line.'
    if (/\p{Bidi_Control}/u.test(value)) return 'This contains a text direction control character. Remove it.'
    return undefined
  })

/**
 * Text of one or more lines in NFC, trimmed, with a visible character. Direction marks and isolates are allowed, because Arabic and Hebrew
 * need them and they end with their paragraph. Direction overrides are not: their only effect is to show letters in another order.
 */
export const paragraphs = (lengthMax: number) =>
  text(lengthMax, (value) => {
    if (/(?![\n\r\t])[\p{Cc}\p{Cs}]/u.test(value)) return 'This contains a control character. Remove it.'
    if (/[\u202d\u202e]/.test(value)) return 'This contains a text direction override character. Remove it.'
    return undefined
  })

// NFC before the length check, so that a stored text can be sent again. Reports only the first problem.
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
  if (!hasVisibleCharacter(value)) return 'This has no visible character.'
  if (lengthInCharacters(value) > lengthMax) return `This has more than ${lengthMax} characters.`
  return undefined
}

// Code points, because a person does not see the number of UTF-16 units of an emoji.
const lengthInCharacters = (value: string): number => [...value].length

interface AmountLimit {
  leastMinor: bigint
  message: string
}

const amountFrom = ({ leastMinor, message }: AmountLimit) =>
  z.object({ amount: z.string(), currencyCode: z.string() }).transform((input, context): Money => {
    const { amount, currencyCode } = input
    if (exponentOf(currencyCode) === undefined) {
      context.addIssue({
        code: 'custom',
        path: ['currencyCode'],
        message: `The currency ${currencyCode} is not supported.`,
      })
      return z.NEVER
    }
    const minorUnits = fromDecimal(amount, currencyCode)
    if (minorUnits === undefined) {
      context.addIssue({
        code: 'custom',
        path: ['amount'],
        message: `This has more fraction digits than ${currencyCode} has.`,
      })
      return z.NEVER
    }
    if (minorUnits < leastMinor || minorUnits > AMOUNT_MINOR_MAX) {
      context.addIssue({ code: 'custom', path: ['amount'], message })
      return z.NEVER
    }
    return { minorUnits, currencyCode }
  })

/** A positive amount in a supported currency, with at most the fraction digits of the currency. */
export const money = amountFrom({
  leastMinor: 1n,
  message: 'This must be greater than zero and at most 10^15 minor units.',
})

/** `money` for a new price: not in a withdrawn currency, which only the amounts of old tasks can have. */
export const newPrice = money.superRefine(({ currencyCode }, context) => {
  const successor = SUCCESSORS.get(currencyCode)
  if (successor === undefined) return
  const message = `The currency ${currencyCode} was withdrawn. Use ${successor}.`
  context.addIssue({ code: 'custom', path: ['currencyCode'], message })
})

/** `money`, or zero: a share of something. */
export const share = amountFrom({ leastMinor: 0n, message: 'This must be from zero to 10^15 minor units.' })

/** An optional input field: null is the same as absent, and both are undefined for the rule. */
export const optional = <Output>(schema: z.ZodType<Output>) =>
  schema.nullish().transform((value): Output | undefined => value ?? undefined)

export const idempotencyKey = optional(z.string())

/** For mutations that move money. */
export const requiredIdempotencyKey = z.string()

/** A public id as the client sent it. Its format is checked at its conversion to a UUID: a malformed id is not found. */
export const publicId = z.custom<PublicId>((value) => typeof value === 'string')

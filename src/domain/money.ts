/** Money: whole minor units and a currency, never a float. */
import { CURRENCY_EXPONENTS, SUCCESSORS, WITHDRAWN_EXPONENT } from './currencies.ts'

export interface Money {
  minorUnits: bigint
  currencyCode: string
}

/** Writes an amount with exactly the fraction digits of its currency, e.g. `12.50`, `1200`, `0.005`. */
export function toDecimal({ minorUnits, currencyCode }: Money): string {
  const exponent = exponentOf(currencyCode)
  if (exponent === undefined) throw new Error(`No exponent for ${currencyCode}`)
  const sign = minorUnits < 0n ? '-' : ''
  const digits = (minorUnits < 0n ? -minorUnits : minorUnits).toString().padStart(exponent + 1, '0')
  const whole = digits.slice(0, digits.length - exponent)
  return exponent === 0 ? sign + whole : `${sign}${whole}.${digits.slice(-exponent)}`
}

/** Returns the minor units of a decimal text; undefined if it has more fraction digits than the currency. */
export function fromDecimal(amount: string, currencyCode: string): bigint | undefined {
  const exponent = exponentOf(currencyCode)
  const match = /^(-?)(\d+)(?:\.(\d*?)0*)?$/.exec(amount)
  if (exponent === undefined || !match) return undefined
  const fraction = match[3] ?? ''
  if (fraction.length > exponent) return undefined
  const magnitude = BigInt(match[2] + fraction.padEnd(exponent, '0'))
  return match[1] ? -magnitude : magnitude
}

/** The number of fraction digits by ISO 4217, of a current currency or a withdrawn one; undefined for an unsupported currency. */
export const exponentOf = (currencyCode: string): number | undefined =>
  SUCCESSORS.has(currencyCode) ? WITHDRAWN_EXPONENT : CURRENCY_EXPONENTS.get(currencyCode)

/** True if amount and currency are equal. */
export const isSameMoney = (one: Money, other: Money): boolean =>
  one.minorUnits === other.minorUnits && one.currencyCode === other.currencyCode

/** The smaller of two amounts in minor units. */
export const leastOf = (one: bigint, other: bigint): bigint => (one < other ? one : other)

/** Money is whole minor units and a currency; a float is never one of them. */

// Exponents by ISO 4217. A currency that is not here is one that this server does not know.
const EXPONENTS: Readonly<Record<string, number>> = {
  AED: 2,
  AUD: 2,
  BHD: 3,
  BRL: 2,
  CAD: 2,
  CHF: 2,
  CLP: 0,
  CNY: 2,
  CZK: 2,
  DKK: 2,
  EUR: 2,
  GBP: 2,
  HKD: 2,
  HUF: 2,
  IDR: 2,
  ILS: 2,
  INR: 2,
  ISK: 0,
  JOD: 3,
  JPY: 0,
  KRW: 0,
  KWD: 3,
  MXN: 2,
  MYR: 2,
  NOK: 2,
  NZD: 2,
  OMR: 3,
  PHP: 2,
  PLN: 2,
  RON: 2,
  SAR: 2,
  SEK: 2,
  SGD: 2,
  THB: 2,
  TND: 3,
  TRY: 2,
  TWD: 2,
  UAH: 2,
  USD: 2,
  VND: 0,
  ZAR: 2,
}

export interface Money {
  minorUnits: bigint
  currencyCode: string
}

/** Exactly as many fraction digits as the currency has, e.g. `12.50`, `1200`, `0.005`. */
export function toDecimal({ minorUnits, currencyCode }: Money): string {
  const exponent = exponentOf(currencyCode)
  if (exponent === undefined) throw new Error(`No exponent for ${currencyCode}`)
  const sign = minorUnits < 0n ? '-' : ''
  const digits = (minorUnits < 0n ? -minorUnits : minorUnits).toString().padStart(exponent + 1, '0')
  const whole = digits.slice(0, digits.length - exponent)
  return exponent === 0 ? sign + whole : `${sign}${whole}.${digits.slice(-exponent)}`
}

/** Minor units of a decimal text, or undefined when it has more fraction digits than the currency. */
export function fromDecimal(amount: string, currencyCode: string): bigint | undefined {
  const exponent = exponentOf(currencyCode)
  const match = /^(-?)(\d+)(?:\.(\d*?)0*)?$/.exec(amount)
  if (exponent === undefined || !match) return undefined
  const fraction = match[3] ?? ''
  if (fraction.length > exponent) return undefined
  const magnitude = BigInt(match[2] + fraction.padEnd(exponent, '0'))
  return match[1] ? -magnitude : magnitude
}

export const exponentOf = (currencyCode: string): number | undefined => EXPONENTS[currencyCode]

export const isSameMoney = (one: Money, other: Money): boolean =>
  one.minorUnits === other.minorUnits && one.currencyCode === other.currencyCode

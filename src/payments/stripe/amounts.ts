/**
 * Amounts in Stripe's units (https://docs.stripe.com/currencies#zero-decimal). They are ISO 4217's minor units but for three
 * currencies: ISK and UGX have none by ISO, yet Stripe takes hundredths; MGA has hundredths by ISO, yet Stripe takes whole units.
 */
import type { Money } from '../../domain/money.ts'

const HUNDRED = 100n
/** Currencies that Stripe counts in hundredths of our minor unit. */
const FINER: ReadonlySet<string> = new Set(['ISK', 'UGX'])
/** Currencies that Stripe counts in hundreds of our minor unit. */
const COARSER: ReadonlySet<string> = new Set(['MGA'])

export interface StripeAmount {
  amount: number
  currency: string
}

/** Returns the amount in Stripe's unit. Throws for an amount that Stripe cannot express, which the traits refuse before. */
export function toStripe({ minorUnits, currencyCode }: Money): StripeAmount {
  if (COARSER.has(currencyCode) && minorUnits % HUNDRED !== 0n) throw new Error(`No whole units of ${currencyCode}`)
  const scaled = FINER.has(currencyCode) ? minorUnits * HUNDRED : minorUnits
  const amount = Number(COARSER.has(currencyCode) ? scaled / HUNDRED : scaled)
  if (!Number.isSafeInteger(amount)) throw new Error('The amount exceeds the range of whole numbers.')
  return { amount, currency: currencyCode.toLowerCase() }
}

/** Returns an amount of Stripe as money. Stripe's hundredths of a whole currency are always 00. */
export function fromStripe({ amount, currency }: StripeAmount): Money {
  const currencyCode = currency.toUpperCase()
  const units = BigInt(amount)
  if (FINER.has(currencyCode)) return { minorUnits: units / HUNDRED, currencyCode }
  return { minorUnits: COARSER.has(currencyCode) ? units * HUNDRED : units, currencyCode }
}

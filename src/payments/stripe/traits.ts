/** Stripe's traits (https://docs.stripe.com/currencies). They load nothing of its package. */
import { type Money, toDecimal } from '../../domain/money.ts'
import type { EvidenceLimits } from '../port/evidenceLimits.ts'
import type { AmountRefusal, ProviderTraits } from '../port/traits.ts'
import {
  GREATEST_CHARGE,
  LAST_DIGIT_ZERO,
  LEAST_CHARGES,
  STRIPE_CURRENCIES,
  WHOLE_PAYOUTS,
  WHOLE_UNITS,
  WITHOUT_GREATEST,
} from './currencies.ts'

const TEN = 10n
const HUNDRED = 100n
// https://docs.stripe.com/connect/manual-payouts: two years in the United States, 90 days elsewhere.
const HOLDABLE_DAYS = 90
const HOLDABLE_DAYS_US = 730

/** One file for each kind of evidence that takes one (https://docs.stripe.com/disputes/responding). */
export const EVIDENCE_LIMITS: EvidenceLimits = {
  filesMax: 4,
  bytesMax: 4_500_000n,
  contentTypes: new Set(['application/pdf', 'image/jpeg', 'image/png']),
  kinds: 'PDF, JPEG and PNG files',
  size: '4.5 MB',
}

/** The amounts, currencies and files that Stripe takes. */
export const STRIPE_TRAITS: ProviderTraits = {
  name: 'stripe',
  hasOnboarding: true,
  hasCustomers: true,
  currencies: STRIPE_CURRENCIES,
  refuseCharge: (amount) => refuseCurrency(amount) ?? refuseRounding(amount) ?? refuseSize(amount),
  refusePayout: (amount) => refuseCurrency(amount) ?? refuseRounding(amount) ?? refuseFraction(amount),
  // A part of a payment has no least amount.
  refuseReturn: refuseRounding,
  evidence: EVIDENCE_LIMITS,
  holdableDays: (country) => (country === 'US' ? HOLDABLE_DAYS_US : HOLDABLE_DAYS),
}

function refuseCurrency({ currencyCode }: Money): AmountRefusal | null {
  if (STRIPE_CURRENCIES.has(currencyCode)) return null
  return {
    code: 'currency_not_supported',
    message: `Payments in ${currencyCode} are not possible. Use another currency.`,
  }
}

function refuseRounding({ minorUnits, currencyCode }: Money): AmountRefusal | null {
  if (LAST_DIGIT_ZERO.has(currencyCode) && minorUnits % TEN !== 0n)
    return { code: 'amount_not_rounded', message: `The last digit of an amount in ${currencyCode} must be 0.` }
  return WHOLE_UNITS.has(currencyCode) ? wholeUnits({ minorUnits, currencyCode }) : null
}

const refuseFraction = (amount: Money): AmountRefusal | null =>
  WHOLE_PAYOUTS.has(amount.currencyCode) ? wholeUnits(amount) : null

function wholeUnits({ minorUnits, currencyCode }: Money): AmountRefusal | null {
  if (minorUnits % HUNDRED === 0n) return null
  return { code: 'amount_not_rounded', message: `An amount in ${currencyCode} must have no fraction.` }
}

function refuseSize({ minorUnits, currencyCode }: Money): AmountRefusal | null {
  const least = LEAST_CHARGES.get(currencyCode)
  if (least !== undefined && minorUnits < least) {
    const message = `The least payment is ${toDecimal({ minorUnits: least, currencyCode })} ${currencyCode}.`
    return { code: 'amount_too_small', message }
  }
  if (minorUnits <= GREATEST_CHARGE || WITHOUT_GREATEST.has(currencyCode)) return null
  const greatest = toDecimal({ minorUnits: GREATEST_CHARGE, currencyCode })
  return { code: 'amount_too_large', message: `The greatest payment is ${greatest} ${currencyCode}.` }
}

import { CURRENCY_EXPONENTS } from '../../domain/currencies.ts'
import type { ProviderTraits } from '../port/traits.ts'

// The limits of Stripe, so that clients and operators see them before they connect it. The sandbox itself keeps money for any time.
const HOLDABLE_DAYS = 90
const HOLDABLE_DAYS_US = 730

/** The traits of the sandbox: every currency and amount, without onboarding. */
export const SANDBOX_TRAITS: ProviderTraits = {
  name: 'sandbox',
  hasOnboarding: false,
  hasCustomers: true,
  currencies: new Set(CURRENCY_EXPONENTS.keys()),
  refuseCharge: () => null,
  refusePayout: () => null,
  refuseReturn: () => null,
  evidence: null,
  holdableDays: (country) => (country === 'US' ? HOLDABLE_DAYS_US : HOLDABLE_DAYS),
}

import { CURRENCY_EXPONENTS } from '../../domain/currencies.ts'
import type { ProviderTraits } from '../port/traits.ts'

/** The traits of the sandbox: every currency and amount, for any time, without onboarding. */
export const SANDBOX_TRAITS: ProviderTraits = {
  name: 'sandbox',
  hasOnboarding: false,
  hasCustomers: true,
  currencies: new Set(CURRENCY_EXPONENTS.keys()),
  refuseCharge: () => null,
  refusePayout: () => null,
  holdableDays: () => null,
}

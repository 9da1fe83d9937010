/** The differences between providers, as data. */
import type { Money } from '../../domain/money.ts'
import type { EvidenceLimits } from './evidenceLimits.ts'

/** The providers that a server can have. */
export type ProviderName = 'sandbox' | 'stripe'

/** The reason why a provider does not move an amount. */
export interface AmountRefusal {
  code: 'currency_not_supported' | 'amount_too_small' | 'amount_too_large' | 'amount_not_rounded'
  /** For people: the fact and the next step. */
  message: string
}

export interface ProviderTraits {
  name: ProviderName
  /** True if a person has to open an account at the provider before they can be paid. */
  hasOnboarding: boolean
  /** True if payers are customers at the provider, who may save payment methods. */
  hasCustomers: boolean
  /** The currencies that it takes. */
  currencies: ReadonlySet<string>
  /** Returns the reason why it does not charge this amount, or null: its currency, its least and greatest amounts, a last digit that must be 0. */
  refuseCharge(amount: Money): AmountRefusal | null
  /** The same for an amount that is paid out: some currencies are paid out in whole units only. */
  refusePayout(amount: Money): AmountRefusal | null
  /** The same for a part of a payment that goes back: a refund to the poster, or a reversal of a transfer. */
  refuseReturn(amount: Money): AmountRefusal | null
  /** The limits of evidence; null if it takes every file that we take. */
  evidence: EvidenceLimits | null
  /** The days for which it lets a charge be held for a platform of this country (ISO 3166); null if there is no limit. */
  holdableDays(country: string | null): number | null
}

/** The differences between providers, as data. */

/** The providers that a server can have. */
export type ProviderName = 'sandbox' | 'stripe'

export interface ProviderTraits {
  name: ProviderName
}

/** Stripe's traits. They load nothing of its package. */
import type { ProviderTraits } from '../port/traits.ts'

export const STRIPE_TRAITS: ProviderTraits = { name: 'stripe' }

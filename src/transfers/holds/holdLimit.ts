import type { ProviderTraits } from '../../payments/port/traits.ts'

const DAY_MS = 24 * 3_600_000
const WARNING_DAYS = 14

/** The terms of holding money: the provider's, by the country of the platform's account at it. */
interface HoldTerms {
  traits: Pick<ProviderTraits, 'holdableDays'>
  /** ISO 3166, two letters; null if unknown. */
  platformCountry: string | null
}

/**
 * Returns until when the money of a payment may be held, and when a warning of that is due. The provider counts from the charge, which
 * is never before the order, so the time from the order is never too long.
 */
export function holdLimit(
  { traits, platformCountry }: HoldTerms,
  orderedAt: Date,
): { holdableUntil: Date | null; expiryWarningAt: Date | null } {
  const days = traits.holdableDays(platformCountry)
  if (days === null) return { holdableUntil: null, expiryWarningAt: null }
  const after = (wait: number) => new Date(orderedAt.getTime() + wait * DAY_MS)
  return { holdableUntil: after(days), expiryWarningAt: after(days - WARNING_DAYS) }
}

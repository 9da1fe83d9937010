/** Amounts that the provider does not move, found before anything is promised in them. */
import { ForbiddenError, ValidationError } from '../../domain/errors.ts'
import { type FeeTerms, feeOf } from '../../domain/fee.ts'
import type { Money } from '../../domain/money.ts'
import type { AmountRefusal, ProviderTraits } from './traits.ts'

type Limits = Pick<ProviderTraits, 'refuseCharge' | 'refusePayout'>

/** The reason why a price cannot be charged, or its payout, which is the price less the fee, cannot be paid. */
function reasonAgainst(traits: Limits, price: Money, terms: FeeTerms): AmountRefusal | null {
  const net = price.minorUnits - feeOf(price, terms)
  return traits.refuseCharge(price) ?? traits.refusePayout({ ...price, minorUnits: net })
}

/** Refuses an input price that the provider cannot move with ValidationError. */
export function refuseUnpayablePrice(
  { traits, terms }: { traits: Limits; terms: FeeTerms },
  price: Money,
  path: string[],
): void {
  const reason = reasonAgainst(traits, price, terms)
  if (reason) throw new ValidationError([{ path, message: reason.message }])
}

/** Refuses an input part of a payment that the provider cannot pay out or return with ValidationError. */
export function refuseUnpayablePart(
  reason: AmountRefusal | null,
  path: string[],
  message = reason?.message ?? '',
): void {
  if (reason) throw new ValidationError([{ path, message }])
}

/** Refuses a price that was set before this provider, or under other limits, with ForbiddenError AMOUNT_NOT_PAYABLE. */
export function refuseUnpayableCharge({ traits, terms }: { traits: Limits; terms: FeeTerms }, price: Money): void {
  const reason = reasonAgainst(traits, price, terms)
  if (reason) throw new ForbiddenError(reason.message, 'AMOUNT_NOT_PAYABLE')
}

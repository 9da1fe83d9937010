/**
 * The fee of the platform, paid by the tasker: a share of the price, rounded down to the minor unit, but never less than the least fee of
 * the rule. The task keeps the version of the rule at its acceptance, so a new rule never changes an old task.
 */
import { exponentOf, type Money } from './money.ts'

/** The terms of one version of the fee. */
export interface FeeTerms {
  version: number
  /** Hundredths of a percent of the price, from 0 to 9,999, so that the tasker always gets something. */
  basisPoints: number
  /** The least fee in major units of the task's currency, a decimal with at most four fraction digits. */
  least: string
}

const BASIS_POINTS_OF_WHOLE = 10_000n

/** The fee of a price. */
export function feeOf({ minorUnits, currencyCode }: Money, terms: FeeTerms): bigint {
  const least = leastFee(currencyCode, terms)
  const share = (minorUnits * BigInt(terms.basisPoints)) / BASIS_POINTS_OF_WHOLE
  return share > least ? share : least
}

/** The minimum price: the least fee plus one minor unit for the tasker. A share is less than its price, so any higher price exceeds its fee. */
export const leastPrice = (currencyCode: string, terms: FeeTerms): bigint => leastFee(currencyCode, terms) + 1n

/** The fee of a part of the price, rounded down, so that the fees of all parts never exceed the fee of the whole. */
export const feeShare = ({ fee, part, whole }: { fee: bigint; part: bigint; whole: bigint }): bigint =>
  (fee * part) / whole

/** The least fee in minor units, rounded up where the currency has fewer fraction digits: it is never less than the rule says. */
function leastFee(currencyCode: string, { least }: FeeTerms): bigint {
  const exponent = exponentOf(currencyCode) ?? 2
  const [whole = '0', fraction = ''] = least.split('.')
  const dropped = fraction.slice(exponent)
  const kept = BigInt(whole + fraction.slice(0, exponent).padEnd(exponent, '0'))
  return /[1-9]/.test(dropped) ? kept + 1n : kept
}

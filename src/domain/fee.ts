/**
 * The fee of the platform, paid by the tasker. In major units of the task's currency: 1.00 for prices below 10.00, else a tenth,
 * rounded down to the minor unit. The task stores the version of the rule at acceptance, so a new rule never changes an old task.
 */
import { exponentOf, type Money } from './money.ts'

/** The version of the current rule, stored with each accepted task. */
export const FEE_RULE_VERSION = 1

const MINIMUM_MAJOR_UNITS = 1n
const FREE_OF_MINIMUM_FROM_MAJOR_UNITS = 10n
const SHARE_DIVISOR = 10n

/** The fee of a price by the current rule. */
export function feeOf({ minorUnits, currencyCode }: Money): bigint {
  const unit = majorUnit(currencyCode)
  return minorUnits < FREE_OF_MINIMUM_FROM_MAJOR_UNITS * unit ? MINIMUM_MAJOR_UNITS * unit : minorUnits / SHARE_DIVISOR
}

/** The minimum price: the fee plus one minor unit for the tasker. */
export const leastPrice = (currencyCode: string): bigint => MINIMUM_MAJOR_UNITS * majorUnit(currencyCode) + 1n

/** The fee of a part of the price, rounded down, so that the fees of all parts never exceed the fee of the whole. */
export const feeShare = ({ fee, part, whole }: { fee: bigint; part: bigint; whole: bigint }): bigint =>
  (fee * part) / whole

const majorUnit = (currencyCode: string): bigint => 10n ** BigInt(exponentOf(currencyCode) ?? 2)

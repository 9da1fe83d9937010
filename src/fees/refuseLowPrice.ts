import { ValidationError } from '../domain/errors.ts'
import { type FeeTerms, leastPrice } from '../domain/fee.ts'
import { type Money, toDecimal } from '../domain/money.ts'

/** Refuses a price below the minimum of the rule with ValidationError; `path` is its place in the input, or in the task. */
export function refuseLowPrice({ minorUnits, currencyCode }: Money, rule: FeeTerms, path: string[]): void {
  const least = leastPrice(currencyCode, rule)
  if (minorUnits >= least) return
  const message = `The minimum price is ${toDecimal({ minorUnits: least, currencyCode })} ${currencyCode}.`
  throw new ValidationError([{ path, message }])
}

/** The amount of the fee, for every currency: the first rule is the fee that was built in before, and rounding never harms the tasker. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CURRENCY_EXPONENTS } from '../../../src/domain/currencies.ts'
import { type FeeTerms, feeOf, feeShare, leastPrice } from '../../../src/domain/fee.ts'

const FIRST: FeeTerms = { version: 1, basisPoints: 1_000, least: '1.00' }
const AMOUNT_MAX = 10n ** 15n

const currency = fc.constantFrom(...CURRENCY_EXPONENTS.keys())
/** Amounts of every size, with many around the limits of the rule. */
const amount = fc.oneof(
  fc.bigInt({ min: 0n, max: AMOUNT_MAX }),
  fc.bigInt({ min: 0n, max: 20_000n }),
  fc.constantFrom(1n, 9n, 10n, 11n, 99n, 100n, 101n, 999n, 1_000n, 1_001n, 9_999n, 10_000n, 10_001n, 99_999n, 100_000n),
)
const terms: fc.Arbitrary<FeeTerms> = fc.record({
  version: fc.constant(2),
  basisPoints: fc.integer({ min: 0, max: 9_999 }),
  least: fc
    .tuple(fc.integer({ min: 0, max: 1_000 }), fc.integer({ min: 0, max: 9_999 }))
    .map(([whole, fraction]) => `${whole}.${String(fraction).padStart(4, '0')}`),
})

/** The fee as the program had it built in: 1.00 for prices below 10.00, else a tenth. */
function builtInFee(minorUnits: bigint, currencyCode: string): bigint {
  const unit = 10n ** BigInt(CURRENCY_EXPONENTS.get(currencyCode) ?? 2)
  return minorUnits < 10n * unit ? unit : minorUnits / 10n
}

test('the first rule is the fee that was built in, for all amounts and currencies', () => {
  fc.assert(
    fc.property(amount, currency, (minorUnits, currencyCode) => {
      expect(feeOf({ minorUnits, currencyCode }, FIRST)).toBe(builtInFee(minorUnits, currencyCode))
    }),
    { numRuns: 20_000 },
  )
  // Every amount around the limit, not only random ones.
  for (const currencyCode of CURRENCY_EXPONENTS.keys()) {
    const limit = 10n ** BigInt((CURRENCY_EXPONENTS.get(currencyCode) ?? 2) + 1)
    for (let near = -12n; near <= 12n; near++) {
      const minorUnits = limit + near < 0n ? 0n : limit + near
      expect(feeOf({ minorUnits, currencyCode }, FIRST)).toBe(builtInFee(minorUnits, currencyCode))
    }
  }
})

test('a price from the minimum on exceeds its fee, by any rule', () => {
  fc.assert(
    fc.property(amount, currency, terms, (above, currencyCode, rule) => {
      const minorUnits = leastPrice(currencyCode, rule) + above
      expect(feeOf({ minorUnits, currencyCode }, rule)).toBeLessThan(minorUnits)
      expect(feeOf({ minorUnits: leastPrice(currencyCode, rule), currencyCode }, rule)).toBe(
        leastPrice(currencyCode, rule) - 1n,
      )
    }),
    { numRuns: 5_000 },
  )
})

test('the fees of the parts of a price never exceed its fee, and leave something of each part', () => {
  fc.assert(
    fc.property(
      amount.filter((minor) => minor > 0n),
      amount.filter((minor) => minor > 0n),
      currency,
      terms,
      (one, other, currencyCode, rule) => {
        const whole = one + other + leastPrice(currencyCode, rule)
        const fee = feeOf({ minorUnits: whole, currencyCode }, rule)
        const parts = [one, other, whole - one - other].map((part) => feeShare({ fee, part, whole }))
        expect(parts.reduce((sum, part) => sum + part, 0n)).toBeLessThanOrEqual(fee)
        expect(parts[0]).toBeLessThan(one)
        expect(parts[1]).toBeLessThan(other)
      },
    ),
    { numRuns: 5_000 },
  )
})

test.each([
  ['EUR', '0.505', 51n],
  ['EUR', '0.50', 50n],
  ['EUR', '0.0001', 1n],
  ['EUR', '0.00', 0n],
  ['JPY', '0.50', 1n],
  ['JPY', '1.00', 1n],
  ['JPY', '1.0001', 2n],
  ['KWD', '0.50', 500n],
  ['KWD', '0.0005', 1n],
  ['CLF', '0.0005', 5n],
])('in %s a least fee of %s is %s minor units: never less than the rule says', (currencyCode, least, minorUnits) => {
  const rule = { version: 2, basisPoints: 0, least }
  expect(feeOf({ minorUnits: 1_000n, currencyCode }, rule)).toBe(minorUnits)
  expect(leastPrice(currencyCode, rule)).toBe(minorUnits + 1n)
})

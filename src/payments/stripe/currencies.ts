/**
 * The currencies that Stripe takes, and its limits (https://docs.stripe.com/currencies). The least charge is in the currency of the
 * charge; where the platform settles in another currency, Stripe may want more, and refuses with `amount_too_small`.
 */

/** The currencies of charges. Stripe takes no other. */
export const STRIPE_CURRENCIES: ReadonlySet<string> = new Set(
  `
  AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BWP BYN BZD CAD CDF CHF CLP CNY COP CRC
  CVE CZK DJF DKK DOP DZD EGP ETB EUR FJD FKP GBP GEL GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR ISK JMD JOD JPY
  KES KGS KHR KMF KRW KWD KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MUR MVR MWK MXN MYR MZN NAD NGN NIO
  NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SEK SGD SHP SLE SOS SRD SZL THB TJS TND
  TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW
  `
    .trim()
    .split(/\s+/),
)

/** The least charge, in our minor units. Other currencies have no published one. */
export const LEAST_CHARGES: ReadonlyMap<string, bigint> = new Map([
  ['AED', 200n],
  ['AUD', 50n],
  ['BRL', 50n],
  ['CAD', 50n],
  ['CHF', 50n],
  ['CZK', 1500n],
  ['DKK', 250n],
  ['EUR', 50n],
  ['GBP', 30n],
  ['HKD', 400n],
  ['HUF', 17500n],
  ['INR', 50n],
  ['JPY', 50n],
  ['MXN', 1000n],
  ['MYR', 200n],
  ['NOK', 300n],
  ['NZD', 50n],
  ['PLN', 200n],
  ['RON', 200n],
  ['SEK', 300n],
  ['SGD', 50n],
  ['THB', 1000n],
  ['USD', 50n],
])

/** The greatest charge in Stripe's unit: eight digits. */
export const GREATEST_CHARGE = 99_999_999n

/** Currencies whose units are so small that Stripe takes more digits. Stripe alone says how many. */
export const WITHOUT_GREATEST: ReadonlySet<string> = new Set(['COP', 'HUF', 'IDR', 'INR', 'JPY', 'KRW', 'LBP', 'VND'])

/** Three fraction digits, of which Stripe takes two: the last is 0. */
export const LAST_DIGIT_ZERO: ReadonlySet<string> = new Set(['BHD', 'JOD', 'KWD', 'OMR', 'TND'])

/** Charged in hundredths, paid out in whole units only. */
export const WHOLE_PAYOUTS: ReadonlySet<string> = new Set(['HUF', 'TWD'])

/** Two fraction digits by ISO 4217, of which Stripe takes none. */
export const WHOLE_UNITS: ReadonlySet<string> = new Set(['MGA'])

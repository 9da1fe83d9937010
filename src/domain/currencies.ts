/**
 * The currencies of ISO 4217 by their number of fraction digits: the column "minor unit" of its list one
 * (https://www.six-group.com/dam/download/financial-information/data-center/iso-currrency/lists/list-one.xml), as published on
 * 2026-01-01 with amendment 180. Not from Intl, which has the digits of daily use: 0 for PKR, COP, HUF and others.
 *
 * The list has 178 codes. All 165 with a minor unit are here, funds codes included, because Intl names most of them too. The other 13 have
 * none and cannot be a price: metals, bond units, special drawing rights, units of account, the codes for tests and for no currency.
 */
const CODES_BY_EXPONENT = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF',
  2: `
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY COP
    COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR
    JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN
    NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL
    THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG
  `,
  3: 'BHD IQD JOD KWD LYD OMR TND',
  4: 'CLF UYW',
} as const

/** The number of fraction digits of each current currency. */
export const CURRENCY_EXPONENTS: ReadonlyMap<string, number> = new Map(
  Object.entries(CODES_BY_EXPONENT).flatMap(([exponent, codes]) =>
    codes
      .trim()
      .split(/\s+/)
      .map((code) => [code, Number(exponent)] as const),
  ),
)

/**
 * The currencies that ISO has withdrawn since 2020, with their successors. No new price can be in them, but the amounts of old tasks stay
 * readable, and can be refunded, reversed and divided.
 */
export const SUCCESSORS: ReadonlyMap<string, string> = new Map([
  ['ANG', 'XCG'],
  ['BGN', 'EUR'],
  ['CUC', 'CUP'],
  ['HRK', 'EUR'],
  ['SLL', 'SLE'],
  ['ZWL', 'ZWG'],
])

/** All withdrawn currencies had two fraction digits. */
export const WITHDRAWN_EXPONENT = 2

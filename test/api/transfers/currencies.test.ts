/** Every currency of ISO 4217 with its number of minor digits: in tasks, prices, fees and searches. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CURRENCY_EXPONENTS, SUCCESSORS } from '../../../src/domain/currencies.ts'
import { exponentOf, fromDecimal, toDecimal } from '../../../src/domain/money.ts'
import { ask } from '../../support/ask.ts'
import { acts } from '../../support/money.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'
import { type Actor, actor } from '../../support/story.ts'

let app: TestApp
let anna: Actor

beforeAll(async () => {
  app = await startApp()
  anna = await actor(app, 'Anna')
})
afterAll(async () => {
  await app.stop()
})

// Intl follows everyday use, which for these currencies differs from the standard.
const DIFFERENT_IN_INTL = 'AFN ALL COP HUF IDR IQD IRR KPW LAK LBP MGA MMK PKR SLL SOS SYP YER'.split(' ')
const WITHOUT_MINOR_UNIT = ['XDR', 'XSU']

test('every currency of this runtime is known, with the digits of the standard', () => {
  const named = Intl.supportedValuesOf('currency')
  const isKnown = (code: string) => exponentOf(code) !== undefined || WITHOUT_MINOR_UNIT.includes(code)
  // Node.js 20 has 162. Newer runtimes list historic currencies as well.
  if (named.length < 200) expect(named.filter((code) => !isKnown(code))).toEqual([])
  const digitsInIntl = (currency: string) =>
    new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits
  const different = named.filter(
    (code) =>
      CURRENCY_EXPONENTS.has(code) &&
      !DIFFERENT_IN_INTL.includes(code) &&
      digitsInIntl(code) !== CURRENCY_EXPONENTS.get(code),
  )
  expect(different).toEqual([])
})

// List one of 2026-01-01 has 178 codes: 13 without a minor unit, and these.
test('each of the 165 currencies of the standard with a minor unit is listed once, and no withdrawn one', () => {
  const counts = new Map<number, number>()
  for (const exponent of CURRENCY_EXPONENTS.values()) counts.set(exponent, (counts.get(exponent) ?? 0) + 1)
  expect(Object.fromEntries(counts)).toEqual({ 0: 17, 2: 139, 3: 7, 4: 2 })
  for (const code of CURRENCY_EXPONENTS.keys()) expect(code).toMatch(/^[A-Z]{3}$/)
  for (const [withdrawn, successor] of SUCCESSORS)
    expect([CURRENCY_EXPONENTS.has(withdrawn), CURRENCY_EXPONENTS.has(successor)]).toEqual([false, true])
})

test.each([
  ['no digits, though they had coins, or have them in daily use', 0, 'ISK UGX KRW CLP VND PYG RWF'],
  ['two digits, though daily use or Intl has none', 2, 'HUF COP PKR IDR LBP MMK MGA MRU TWD IRR'],
  ['three digits', 3, 'IQD KWD BHD JOD LYD OMR TND'],
  ['four digits', 4, 'CLF UYW'],
  ['two digits, new since 2021', 2, 'SLE VED XAD XCG ZWG'],
])('%s', (_name, exponent, codes) => {
  for (const code of codes.split(' ')) expect([code, exponentOf(code)]).toEqual([code, exponent])
})

test('amounts in every currency survive formatting and parsing', () => {
  const withdrawn = [...SUCCESSORS.keys()].map((code) => [code, 2] as const)
  for (const [currencyCode, exponent] of [...CURRENCY_EXPONENTS, ...withdrawn]) {
    for (const minorUnits of [0n, 1n, -1n, 10n ** BigInt(exponent), 999_999_999_999_999n]) {
      const amount = toDecimal({ minorUnits, currencyCode })
      expect(amount).toMatch(exponent === 0 ? /^-?\d+$/ : new RegExp(`^-?\\d+\\.\\d{${exponent}}$`))
      expect(fromDecimal(amount, currencyCode)).toBe(minorUnits)
    }
  }
})

// A budget, the least valid price, and an amount with too many digits.
const EXAMPLES: [currencyCode: string, budget: string, leastPrice: string, tooManyDigits: string][] = [
  ['NGN', '1500.50', '1.01', '1500.505'],
  ['COP', '80000.00', '1.01', '80000.001'],
  ['PKR', '2500.75', '1.01', '2500.755'],
  ['EGP', '99.95', '1.01', '99.955'],
  ['XCG', '20.00', '1.01', '20.005'],
  ['HUF', '4999.99', '1.01', '4999.995'],
  ['IDR', '150000.00', '1.01', '150000.001'],
  ['XOF', '5000', '2', '5000.5'],
  ['ISK', '2500', '2', '2500.5'],
  ['UGX', '40000', '2', '40000.1'],
  ['KWD', '12.345', '1.001', '12.3455'],
  ['IQD', '1000.125', '1.001', '1000.1255'],
  ['CLF', '3.1416', '1.0001', '3.14159'],
  ['UYW', '10.0001', '1.0001', '10.00001'],
]

describe.each(EXAMPLES)('%s', (currencyCode, amount, least, tooManyDigits) => {
  test('is exact in a budget, and in a search for it', async () => {
    const poster = await actor(app, 'Poster')
    const task = await poster.posts({ budget: { amount, currencyCode } })
    const query = /* GraphQL */ `
      query ($filter: TaskFilter) { tasks(filter: $filter) { nodes { id budget { amount currencyCode minorUnits } } } }
    `
    const found = async (range: object) =>
      (
        await ask<{ tasks: { nodes: object[] } }>(anna, query, {
          filter: { posterId: poster.id, budget: { currencyCode, ...range } },
        })
      ).tasks.nodes
    const shown = [{ id: task.id, budget: { amount, currencyCode, minorUnits: amount.replace('.', '') } }]
    expect(await found({ min: amount, max: amount })).toEqual(shown)
    expect(await found({ min: '-999999999999999.999999', max: '999999999999999.999999' })).toEqual(shown)
    expect(await found({ min: '999999999999999.999999' })).toEqual([])
    expect(await found({ max: '-999999999999999.999999' })).toEqual([])
  })

  test('refuses prices that do not exceed the least fee, and amounts with too many digits', async () => {
    await anna.posts({ budget: { amount: least, currencyCode } })
    const atFee = toDecimal({ minorUnits: (fromDecimal(least, currencyCode) ?? 0n) - 1n, currencyCode })
    for (const wrong of [atFee, tooManyDigits, '0', '-0', '-1'])
      expect(await anna.asks('createTask', { ...aTask, budget: { amount: wrong, currencyCode } })).toMatchObject({
        __typename: 'ValidationError',
        fields: [{ path: ['input', 'budget', 'amount'] }],
      })
  })
})

const aTask = { title: 'Paint', description: 'White.' }

test('an unknown currency, or one without a minor unit, is refused', async () => {
  for (const currencyCode of ['XXX', 'XTS', 'XAU', 'XDR', 'XSU', 'ABC', 'DEM'])
    expect(await anna.asks('createTask', { ...aTask, budget: { amount: '20', currencyCode } })).toMatchObject({
      __typename: 'ValidationError',
      fields: [
        { path: ['input', 'budget', 'currencyCode'], message: `The currency ${currencyCode} is not supported.` },
      ],
    })
})

describe('a withdrawn currency', () => {
  test.each([...SUCCESSORS])('%s is refused for a new price, in favor of %s', async (currencyCode, successor) => {
    const budget = { amount: '20.00', currencyCode }
    const refusal = {
      __typename: 'ValidationError',
      fields: [
        {
          path: ['input', 'budget', 'currencyCode'],
          message: `The currency ${currencyCode} was withdrawn. Use ${successor}.`,
        },
      ],
    }
    expect(await anna.asks('createTask', { ...aTask, budget })).toMatchObject(refusal)
    const task = await anna.posts()
    expect(await anna.asks('updateTask', { taskId: task.id, expectedVersion: 1, budget })).toMatchObject(refusal)
  })

  test('is still shown, found, held and refunded for a task from before', async () => {
    const poster = await actor(app, 'Poster')
    const task = await poster.posts()
    // A task that was posted before the currency was withdrawn.
    await app.database.pool.query("update tasks set currency = 'BGN' where id = $1", [task.uuid])
    await poster.funds(task)
    const query = /* GraphQL */ `
      query ($id: ID!, $filter: TaskFilter) {
        task(id: $id) { budget { amount currencyCode } hold { amount { amount currencyCode } } }
        tasks(filter: $filter) { nodes { id } }
      }
    `
    const filter = { posterId: poster.id, budget: { currencyCode: 'BGN', min: '20', max: '20' } }
    const amount = { amount: '20.00', currencyCode: 'BGN' }
    expect(await ask(poster, query, { id: task.id, filter })).toEqual({
      task: { budget: amount, hold: { amount } },
      tasks: { nodes: [{ id: task.id }] },
    })
    const fay = await actor(app, 'Fay', 'FINANCE')
    const { task: seen } = await ask<{ task: { hold: { id: string } } }>(
      poster,
      'query ($id: ID!) { task(id: $id) { hold { id } } }',
      { id: task.id },
    )
    const refund = { holdId: seen.hold.id, amount: { amount: '1.50', currencyCode: 'BGN' }, reason: 'A scratch.' }
    expect(await acts(fay, 'refundHold', refund)).toMatchObject({ refund: { amount: { amount: '1.50' } } })
  })
})

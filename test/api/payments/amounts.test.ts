/** Amounts and currencies that the provider does not move: typed refusals before anything is promised or charged. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { ProviderTraits } from '../../../src/payments/port/traits.ts'
import { SANDBOX_TRAITS } from '../../../src/payments/sandbox/sandboxTraits.ts'
import { closeBooks, holdRows, moneyWorld, type World } from '../../support/money.ts'

let world: World

beforeAll(async () => {
  world = await moneyWorld()
})
beforeEach(() => {
  world.provider.traits = SANDBOX_TRAITS
})
afterAll(async () => {
  await closeBooks(world)
})

/** A provider that charges euros only, from 5.00, and pays out whole euros only. */
const STRICT: ProviderTraits = {
  ...SANDBOX_TRAITS,
  refuseCharge: ({ minorUnits, currencyCode }) => {
    if (currencyCode !== 'EUR') return { code: 'currency_not_supported', message: 'Use EUR.' }
    return minorUnits < 500n ? { code: 'amount_too_small', message: 'Use at least 5.00 EUR.' } : null
  },
  refusePayout: ({ minorUnits }) =>
    minorUnits % 100n === 0n ? null : { code: 'amount_not_rounded', message: 'The payout is not in whole euros.' },
}

const creates = async (amount: string, currencyCode = 'EUR') => {
  const input = { title: 'Paint', description: 'White.', budget: { amount, currencyCode }, publish: true }
  const answer = await world.anna.send(
    'mutation ($input: CreateTaskInput!) { createTask(input: $input) { __typename ... on ValidationError { fields { path message } } } }',
    { input },
  )
  return answer.data?.createTask
}
const refused = (message: string) => ({
  __typename: 'ValidationError',
  fields: [{ path: ['input', 'budget'], message }],
})

test('a budget that the provider cannot charge, or whose payout it cannot pay, is refused', async () => {
  world.provider.traits = STRICT
  expect(await creates('20.00', 'JPY')).toMatchObject({ __typename: 'ValidationError' })
  expect(await creates('20.00', 'USD')).toEqual(refused('Use EUR.'))
  expect(await creates('4.00')).toEqual(refused('Use at least 5.00 EUR.'))
  // The fee of 20.05 is 2.00, which leaves 18.05 for the tasker.
  expect(await creates('20.05')).toEqual(refused('The payout is not in whole euros.'))
  expect(await creates('20.00')).toMatchObject({ __typename: 'TaskPayload' })
})

test('a change of the budget is checked alike', async () => {
  const task = await world.anna.posts()
  world.provider.traits = STRICT
  const update = (budget: object) => world.anna.asks('updateTask', { taskId: task.id, expectedVersion: 1, budget })
  expect(await update({ amount: '4.00', currencyCode: 'EUR' })).toMatchObject({ __typename: 'ValidationError' })
  expect(await update({ amount: '30.00', currencyCode: 'EUR' })).toMatchObject({ __typename: 'TaskPayload' })
})

test('the price of an application is checked alike', async () => {
  const task = await world.anna.posts({ acceptanceMode: 'POSTER_CHOICE' })
  world.provider.traits = STRICT
  const apply = (amount: string) =>
    world.ben.asks('applyToTask', { taskId: task.id, price: { amount, currencyCode: 'EUR' } })
  expect(await apply('4.00')).toMatchObject({ __typename: 'ValidationError' })
  expect(await apply('30.00')).toMatchObject({ __typename: 'ApplicationPayload' })
})

test('a task from before the limits cannot be paid: nothing is charged or stored, and the key stays free', async () => {
  const task = await world.anna.posts({ budget: { amount: '4.00', currencyCode: 'EUR' } })
  world.provider.traits = STRICT
  const orders = world.provider.orders.length
  const input = { taskId: task.id, paymentMethodId: 'pm_ok', idempotencyKey: randomUUID() }
  expect(await world.anna.asks('fundTask', input)).toMatchObject({
    __typename: 'ForbiddenError',
    code: 'AMOUNT_NOT_PAYABLE',
  })
  expect(await holdRows(world, task)).toEqual([])
  expect(world.provider.orders).toHaveLength(orders)
  world.provider.traits = SANDBOX_TRAITS
  expect(await world.anna.asks('fundTask', input)).toMatchObject({ replayed: false, hold: { status: 'HELD' } })
})

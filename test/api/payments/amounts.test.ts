/** Amounts and currencies that the provider does not move: typed refusals before anything is promised or charged. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ProviderTraits } from '../../../src/payments/port/traits.ts'
import { SANDBOX_TRAITS } from '../../../src/payments/sandbox/sandboxTraits.ts'
import { STRIPE_TRAITS } from '../../../src/payments/stripe/traits.ts'
import {
  acts,
  closeBooks,
  holdRows,
  moneyMoves,
  moneyWorld,
  taskAtWork,
  transferDue,
  type World,
} from '../../support/money.ts'
import { toPublicId } from '../../support/publicIds.ts'
import { everything, type Named, whileHolding } from '../../support/story.ts'

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

describe('a part of a payment that the provider cannot move is refused, and nothing is changed', () => {
  const LOCK_TASK = 'select from tasks where id = $1 for update'

  /** Like Stripe in its units, without payees who have to open an account. */
  const STRIPES: ProviderTraits = { ...STRIPE_TRAITS, hasOnboarding: false }
  beforeEach(() => {
    world.provider.traits = STRIPES
  })

  async function refuses(
    mutation: Parameters<typeof acts>[1],
    input: Record<string, unknown>,
    [field, message]: [field: string, message: string],
  ): Promise<void> {
    const before = await everything(world.app)
    expect(await acts(world.fay, mutation, input)).toMatchObject({
      __typename: 'ValidationError',
      fields: [{ path: ['input', field], message }],
    })
    expect(await everything(world.app)).toEqual(before)
  }
  const holdOf = async (task: Named): Promise<string> => {
    const [hold] = await holdRows(world, task)
    return toPublicId('hld', hold?.id ?? '')
  }
  const budgetOf = (amount: string, currencyCode: string) => ({ budget: { amount, currencyCode } })

  test.each([
    ['KWD', '20.000', '5.124', '5.100', 'The last digit of an amount in KWD must be 0.'],
    ['MGA', '20000.00', '50.50', '50.00', 'An amount in MGA must have no fraction.'],
    // The fee of the rest, 4995.00, is 499.50.
    [
      'HUF',
      '5000.00',
      '5.00',
      '10.00',
      'The rest could not be paid to the tasker. An amount in HUF must have no fraction.',
    ],
  ])('refundHold, %s', async (currencyCode, budget, wrong, right, message) => {
    const task = await taskAtWork(world, budgetOf(budget, currencyCode))
    const refund = { holdId: await holdOf(task), reason: 'A scratch.' }
    await refuses('refundHold', { ...refund, amount: { amount: wrong, currencyCode } }, ['amount', message])
    expect(await acts(world.fay, 'refundHold', { ...refund, amount: { amount: right, currencyCode } })).toMatchObject({
      __typename: 'RefundPayload',
    })
  })

  test('refundHold, a least charge limits no refund', async () => {
    const task = await taskAtWork(world)
    const refund = { holdId: await holdOf(task), amount: { amount: '0.01', currencyCode: 'EUR' }, reason: 'A cent.' }
    expect(await acts(world.fay, 'refundHold', refund)).toMatchObject({ __typename: 'RefundPayload' })
  })

  test('reverseTransfer', async () => {
    const { transfer } = await transferDue(world, budgetOf('20.000', 'KWD'))
    await moneyMoves(world)
    const reversal = { transferId: transfer.id, reason: 'A scratch.' }
    const amount = (text: string) => ({ amount: { amount: text, currencyCode: 'KWD' } })
    const message = 'The last digit of an amount in KWD must be 0.'
    await refuses('reverseTransfer', { ...reversal, ...amount('1.001') }, ['amount', message])
    expect(await acts(world.fay, 'reverseTransfer', { ...reversal, ...amount('1.010') })).toMatchObject({
      __typename: 'ReversalPayload',
    })
  })

  test('refundHold and reverseTransfer refuse it without waiting for a lock', async () => {
    const { task, transfer } = await transferDue(world, budgetOf('20.000', 'KWD'))
    await moneyMoves(world)
    const more = { amount: { amount: '1.001', currencyCode: 'KWD' }, reason: 'A scratch.' }
    const holdId = await holdOf(task)
    await whileHolding(world.app, [LOCK_TASK, task.uuid], async () => {
      for (const answer of [
        await acts(world.fay, 'refundHold', { holdId, ...more }),
        await acts(world.fay, 'reverseTransfer', { transferId: transfer.id, ...more }),
      ])
        expect(answer).toMatchObject({ __typename: 'ValidationError' })
    })
  })

  test.each([
    // The fee of 10.010 is 1.001.
    ['10.010', 'The share less its fee could not be paid to the tasker. The last digit of an amount in KWD must be 0.'],
    // The fee of 0.011 is 0.001, which leaves 0.010, and 19.989 for the poster.
    ['0.011', 'The rest could not be refunded to the poster. The last digit of an amount in KWD must be 0.'],
  ])('resolveDispute, %s KWD for the tasker', async (amount, message) => {
    const task = await taskAtWork(world, budgetOf('20.000', 'KWD'))
    await world.ben.submits(task)
    const { id: disputeId } = await world.anna.disputes(task)
    const decision = { disputeId, note: 'Half of it is grey.' }
    await refuses('resolveDispute', { ...decision, toTasker: { amount, currencyCode: 'KWD' } }, ['toTasker', message])
    const fair = { amount: '10.000', currencyCode: 'KWD' }
    expect(await acts(world.fay, 'resolveDispute', { ...decision, toTasker: fair })).toMatchObject({
      __typename: 'DisputePayload',
    })
    await moneyMoves(world)
  })
})

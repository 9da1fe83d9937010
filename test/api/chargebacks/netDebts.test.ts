/** Debts of taskers taken out of their next transfers, where the operator has turned that on. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask } from '../../support/ask.ts'
import { chargedBack } from '../../support/chargebacks.ts'
import {
  acts,
  closeBooks,
  eventsOf,
  moneyMoves,
  moneyWorld,
  postingsOf,
  trailOf,
  transferDue,
  transferRow,
  type World,
} from '../../support/money.ts'
import { noMoney, refusedForGood, refusedForNow } from '../../support/scriptedProvider.ts'
import { type Actor, actor, type Named } from '../../support/story.ts'

let world: World
let fay: Actor

beforeAll(async () => {
  world = await moneyWorld()
  ;({ fay } = world)
})
afterAll(async () => {
  await closeBooks(world)
})

const reason = 'Owed.'

/** A tasker who owes 18.00 after a lost chargeback, and the poster of their next tasks. */
async function debtor() {
  const [una, tim] = [await actor(world.app, 'Una'), await actor(world.app, 'Tim')]
  const people = { ...world, anna: una, ben: tim }
  world.app.work.netDebts = false
  const { task } = await transferDue(people)
  await moneyMoves(world)
  await (await chargedBack(world, task)).becomes({ status: 'LOST' })
  world.app.work.netDebts = true
  return { task, tim, next: (price: string) => transferDue(people, { budget: { amount: price, currencyCode: 'EUR' } }) }
}

const owedBy = async (someone: Actor) => {
  const { viewer } = await ask<{ viewer: { balances: { owed: { amount: string }; paid: { amount: string } }[] } }>(
    someone,
    '{ viewer { balances { paid { amount } owed { amount } } } }',
  )
  return viewer.balances.map(({ paid, owed }) => [paid.amount, owed.amount])
}
const sentFor = ({ id }: Named) => world.provider.orders.filter(({ reference }) => reference === id)

describe('with NET_DEBTS', () => {
  test('a larger transfer pays the whole debt, visibly, and the rest is sent', async () => {
    const { task, tim, next } = await debtor()
    const later = await next('100.00')
    await moneyMoves(world)
    expect(sentFor(later.transfer)).toMatchObject([{ amount: { minorUnits: 7200n } }])
    expect(await transferRow(world, later.transfer)).toMatchObject({ status: 'SUCCEEDED', nettedMinor: 1800n })
    const query = 'query ($id: ID!) { transfer(id: $id) { net { amount } netted { amount } } }'
    expect(await ask(tim, query, { id: later.transfer.id })).toEqual({
      transfer: { net: { amount: '90.00' }, netted: { amount: '18.00' } },
    })
    expect(await owedBy(tim)).toEqual([['90.00', '0.00']])
    expect((await postingsOf(world, later.task)).slice(2)).toEqual([
      'debt.netted: DEBIT USER_PAYABLE 1800, CREDIT ADJUSTMENT 1800',
      'transfer.succeeded: DEBIT USER_PAYABLE 7200, CREDIT PROVIDER_CLEARING 7200',
    ])
    expect((await postingsOf(world, task)).at(-1)).toBe('debt.collected: DEBIT ADJUSTMENT 1800, CREDIT USER_DEBT 1800')
    expect(await trailOf(world, later.task)).toEqual({
      paidIn: 10000n,
      transferred: 9000n,
      fees: 1000n,
      balanced: true,
    })
    expect(await eventsOf(world, later.task)).toContain('transfer.debts_netted')
  })

  test('smaller transfers pay it in parts, and each sends at least one minor unit', async () => {
    const { tim, next } = await debtor()
    const first = await next('10.00')
    await moneyMoves(world)
    expect(sentFor(first.transfer)).toMatchObject([{ amount: { minorUnits: 1n } }])
    expect(await owedBy(tim)).toEqual([['18.01', '9.01']])
    const second = await next('20.00')
    await moneyMoves(world)
    expect(sentFor(second.transfer)).toMatchObject([{ amount: { minorUnits: 899n } }])
    expect(await owedBy(tim)).toEqual([['27.00', '0.00']])
  })

  test('a retry sends the same amount', async () => {
    const { next } = await debtor()
    const later = await next('100.00')
    world.provider.ordersGet(later.transfer.id, refusedForNow)
    await moneyMoves(world)
    await world.app.database.pool.query('update transfers set due_at = errand_now() where id = $1', [
      later.transfer.uuid,
    ])
    await moneyMoves(world)
    expect(sentFor(later.transfer).map(({ amount }) => amount.minorUnits)).toEqual([7200n, 7200n])
  })

  test('canceling the transfer restores the debt', async () => {
    const { tim, next } = await debtor()
    const later = await next('100.00')
    world.provider.ordersGet(later.transfer.id, refusedForGood)
    await moneyMoves(world)
    expect(await owedBy(tim)).toEqual([['18.00', '0.00']])
    await acts(fay, 'cancelTransfer', { transferId: later.transfer.id, reason })
    expect(await owedBy(tim)).toEqual([['18.00', '18.00']])
    expect(await transferRow(world, later.transfer)).toMatchObject({ status: 'CANCELED', nettedMinor: 0n })
    expect(await trailOf(world, later.task)).toMatchObject({ held: 10000n, balanced: true })
  })

  test('no more than was sent can be reversed, and a paid debt is not recovered again', async () => {
    const { tim, next } = await debtor()
    const later = await next('100.00')
    await moneyMoves(world)
    const reverses = (amount: string) =>
      acts(fay, 'reverseTransfer', {
        transferId: later.transfer.id,
        amount: { amount, currencyCode: 'EUR' },
        reason,
      })
    expect(await reverses('72.01')).toMatchObject({
      __typename: 'InsufficientFundsError',
      available: { amount: '72.00' },
    })
    expect(await reverses('72.00')).toMatchObject({ __typename: 'ReversalPayload' })
    await moneyMoves(world)
    expect(await owedBy(tim)).toEqual([['18.00', '0.00']])
    expect(await trailOf(world, later.task)).toMatchObject({ held: 7200n, transferred: 1800n, balanced: true })
  })

  test('a debt that a reversal left is taken, too', async () => {
    const { tim, next } = await debtor()
    const first = await next('100.00')
    await moneyMoves(world)
    const amount = { amount: '30.00', currencyCode: 'EUR' }
    const refused = await acts(fay, 'reverseTransfer', { transferId: first.transfer.id, amount, reason })
    world.provider.ordersGet((refused.reversal as Named).id, noMoney)
    await moneyMoves(world)
    expect(await owedBy(tim)).toEqual([['90.00', '30.00']])
    const second = await next('100.00')
    await moneyMoves(world)
    expect(sentFor(second.transfer)).toMatchObject([{ amount: { minorUnits: 6000n } }])
    expect(await owedBy(tim)).toEqual([['150.00', '0.00']])
  })

  test('two transfers at once take the debt once', async () => {
    const { tim, next } = await debtor()
    const [one, two] = [await next('100.00'), await next('100.00')]
    await Promise.all([moneyMoves(world), moneyMoves(world)])
    const sent = [...sentFor(one.transfer), ...sentFor(two.transfer)].map(({ amount }) => amount.minorUnits)
    expect(sent.sort()).toEqual([7200n, 9000n])
    expect(await owedBy(tim)).toEqual([['180.00', '0.00']])
  })
})

test('without it, the debt stays, and transfers are sent whole', async () => {
  const { tim, next } = await debtor()
  world.app.work.netDebts = false
  const later = await next('100.00')
  await moneyMoves(world)
  expect(sentFor(later.transfer)).toMatchObject([{ amount: { minorUnits: 9000n } }])
  expect(await owedBy(tim)).toEqual([['108.00', '18.00']])
})

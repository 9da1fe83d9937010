/** Reconciliation with Stripe's adapter: the balance transactions of a small world, with disputes, against our ledger. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { holdRows, moneyMoves, taskAtWork, transferDue } from '../../support/money.ts'
import { toPublicId } from '../../support/publicIds.ts'
import { kindsOf, moveMoney, reconcile, spanUntilNow } from '../../support/reconciliation.ts'
import type { Named } from '../../support/story.ts'
import { closeDispute, openDispute } from '../../support/stripe/disputes.ts'
import { type StripeWorld, stripeWorld } from '../../support/stripe/stripeWorld.ts'

const IN_TIME = { timeout: 20_000 }

let world: StripeWorld

beforeAll(async () => {
  world = await stripeWorld()
})
afterAll(async () => {
  await world.app.stop()
  await world.stripe.stop()
})

const found = async () => kindsOf((await reconcile(world, await spanUntilNow(world.app, 6))).differences)
const chargeOf = async (task: Named) => {
  const [hold] = await holdRows(world, task)
  const [movement] = world.stripe.book.movementsFor(toPublicId('hld', String(hold?.id)))
  return String(movement?.id)
}
const rowOf = (providerReference: string) =>
  world.app.prisma.chargeback.findUniqueOrThrow({ where: { providerReference } })
const idOf = async (providerReference: string) => toPublicId('cbk', (await rowOf(providerReference)).id)

async function disputed(task: Named): Promise<string> {
  const { id } = openDispute(world.stripe.book, await chargeOf(task))
  world.stripe.tell()
  await expect.poll(() => world.app.prisma.chargeback.count({ where: { providerReference: id } }), IN_TIME).toBe(1)
  return id
}

async function decided(dispute: string, status: 'won' | 'lost'): Promise<void> {
  closeDispute(world.stripe.book, dispute, status)
  world.stripe.tell()
  await expect.poll(async () => (await rowOf(dispute)).status, IN_TIME).toBe(status.toUpperCase())
}

test('finds nothing over the lives of disputes, then each fault that is planted', async () => {
  await moveMoney(world)
  const { task: paid } = await transferDue(world)
  await moneyMoves(world)
  const open = await disputed(await taskAtWork(world))
  const won = await disputed(await taskAtWork(world))
  const lost = await disputed(paid)
  expect(await found()).toEqual([])
  await decided(won, 'won')
  await decided(lost, 'lost')
  expect(await found()).toEqual([])

  const { book } = world.stripe
  const linesOf = (dispute: string) => [...book.lines.values()].filter(({ source }) => source === dispute)
  const [taken] = linesOf(open)
  if (taken) taken.amount -= 1
  // Stripe keeps the money of the won one.
  const [, returned] = linesOf(won)
  book.lines.delete(String(returned?.id))
  book.disputes.get(won)?.balance_transactions.pop()
  const again = book.post({ type: 'adjustment', source: lost, amount: -2000, currency: 'eur' })
  // A dispute that we never heard of.
  const unknown = openDispute(book, await chargeOf(await taskAtWork(world)))
  book.happened = []
  for (const line of linesOf(unknown.id)) line.created -= 3 * 3_600
  expect(book.lines.has(again)).toBe(true)
  expect(await found()).toEqual(
    [
      `AMOUNT ${await idOf(open)}`,
      `MISSING_AT_PROVIDER ${await idOf(won)}`,
      `DUPLICATE ${await idOf(lost)}`,
      'MISSING_HERE nothing',
      'MISSING_HERE nothing',
    ].sort(),
  )
}, 60_000)

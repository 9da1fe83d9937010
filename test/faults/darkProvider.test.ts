/** A server whose payment provider is dark, as the composition root connects it: the circuit opens, money waits, and all of it moves afterwards. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { closeBooks, moneyMoves, transferDue, transferRow } from '../support/money.ts'
import { type Named, timePasses } from '../support/story.ts'
import { type StripeWorld, stripeWorld } from '../support/stripe/stripeWorld.ts'

const FAILURES_TO_OPEN = 5
const PAUSE_MS = 30_000

let world: StripeWorld
let nowMs = 0

beforeAll(async () => {
  world = await stripeWorld({ now: () => nowMs })
})
afterAll(async () => {
  await closeBooks(world)
  await world.stripe.stop()
})

const statusOf = async (transfer: Named) => (await transferRow(world, transfer)).status

/** The value of the metric for transfers. */
async function metric(): Promise<string | undefined> {
  const text = await (await fetch(new URL('/metrics', world.webhookUrl))).text()
  return text.split('\n').find((line) => line.startsWith('errand_payment_circuit_open{call="transfer"}'))
}

/** Transfers that are due, one for each failure that the circuit bears. */
async function transfersDue(): Promise<Named[]> {
  const due: Named[] = []
  while (due.length < FAILURES_TO_OPEN) due.push((await transferDue(world)).transfer)
  return due
}

test.each([
  // Before each transfer its charge is read: nothing was ordered yet.
  ['to every request', () => true, 'PENDING'],
  ['to transfers', (path: string) => path === '/v1/transfers', 'IN_DOUBT'],
] as const)(
  'no answer %s: further transfers wait without an attempt, and all are paid later',
  async (_name, isDark, status) => {
    const { stripe, app } = world
    const first = await transfersDue()
    const later = (await transferDue(world)).transfer
    await app.prisma.transfer.update({ where: { id: later.uuid }, data: { dueAt: null } })
    expect(await metric()).toMatch(/ 0$/)
    const linesBefore = app.logLines.length

    stripe.fateOf = ({ path }) => ({
      answer: 'sent',
      webhooks: 1,
      ...(isDark(path) && { answer: 'lost', isDark: true }),
    })
    await moneyMoves(world)
    expect(await Promise.all(first.map(statusOf))).toEqual(first.map(() => status))
    expect(await metric()).toMatch(/ 1$/)
    expect(app.logLines.slice(linesBefore)).toContainEqual(
      expect.objectContaining({ call: 'transfer', msg: 'the payment provider fails; calls of this kind wait' }),
    )

    await app.prisma.transfer.update({ where: { id: later.uuid }, data: { dueAt: new Date(0) } })
    const requests = stripe.requests.length
    await moneyMoves(world)
    expect(stripe.requests).toHaveLength(requests)
    expect(await transferRow(world, later)).toMatchObject({ status: 'PENDING', retryCount: 0, failureCode: null })

    stripe.resetFates()
    nowMs += PAUSE_MS
    await timePasses(app, '30 seconds')
    await moneyMoves(world)
    // One of them was the probe; those beside it wait once more.
    expect(await metric()).toMatch(/ 0$/)
    await timePasses(app, '1 hour')
    await moneyMoves(world)
    for (const transfer of [...first, later]) {
      expect(await statusOf(transfer)).toBe('SUCCEEDED')
      expect(stripe.book.movementsFor(transfer.id)).toHaveLength(1)
    }
  },
)

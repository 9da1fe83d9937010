/** Chargebacks against approvals, payments and each other: one outcome, nothing leaves a frozen hold, a sound ledger. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { chargebackTimers } from '../../src/chargebacks/chargebackTimers.ts'
import { noticeChargeback } from '../../src/chargebacks/noticeChargeback.ts'
import { chargedBack } from '../support/chargebacks.ts'
import {
  acts,
  closeBooks,
  eventsOf,
  holdRows,
  moneyMoves,
  moneyWorld,
  taskAtWork,
  taskStatus,
  trailOf,
  transferDue,
  type World,
} from '../support/money.ts'
import { toPublicId } from '../support/publicIds.ts'
import { type Named, timePasses } from '../support/story.ts'

const ROUNDS = 6

let world: World

beforeAll(async () => {
  world = await moneyWorld()
})
afterAll(async () => {
  await closeBooks(world)
})

const holdOf = async (task: Named) => (await holdRows(world, task)).at(-1)
const countOf = async (task: Named, type: string) =>
  (await eventsOf(world, task)).filter((event) => event === type).length

/** Looks up chargebacks whose loss waited for a payment, until none waits. */
async function lossesAreBooked(): Promise<void> {
  await timePasses(world.app, '2 minutes')
  for (const timer of chargebackTimers(world.app.files)) await timer.runDue(world.app.work, 100)
}

test('noticed ten times at once, there is one chargeback and one event', async () => {
  const { app } = world
  for (let round = 0; round < ROUNDS; round++) {
    const task = await taskAtWork(world)
    const chargeback = await chargedBack(world, task, { chargeReference: null })
    const hold = await holdOf(task)
    world.provider.reports(chargeback.providerReference, {
      kind: 'known',
      chargeReference: toPublicId('hld', String(hold?.id)),
      amount: { minorUnits: 2000n, currencyCode: 'EUR' },
      providerFee: null,
      taken: { minorUnits: 2000n, currencyCode: 'EUR' },
      reason: 'fraudulent',
      status: 'NEEDS_RESPONSE',
      evidenceDueBy: null,
      openedAt: new Date(),
    })
    await Promise.all(Array.from({ length: 10 }, () => noticeChargeback(app.work, chargeback)))
    expect(await countOf(task, 'task.chargeback_opened')).toBe(1)
    expect(await app.prisma.chargeback.count({ where: { taskId: task.uuid } })).toBe(1)
  }
})

test('noticed or approved: the transfer is refused or waits, and is never sent', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const task = await taskAtWork(world)
    await world.ben.submits(task)
    const sent = world.provider.orders.length
    const [approved] = await Promise.all([
      world.anna.asks('approveWork', { taskId: task.id, idempotencyKey: randomUUID() }),
      chargedBack(world, task),
    ])
    expect(['ApproveWorkPayload', 'HoldFrozenError']).toContain(approved.__typename)
    await moneyMoves(world)
    expect(world.provider.orders).toHaveLength(sent)
    expect(await holdOf(task)).toMatchObject({ frozen: true })
    expect(await trailOf(world, task)).toMatchObject({ paidIn: 2000n, balanced: true })
  }
})

test('lost while the transfer is sent: paid and owed, or not paid and not owed', async () => {
  const owed = new Set<bigint>()
  for (let round = 0; round < 2 * ROUNDS; round++) {
    const { task, transfer } = await transferDue(world)
    const [chargeback] = await Promise.all([chargedBack(world, task, { status: 'LOST' }), moneyMoves(world)])
    await moneyMoves(world)
    await lossesAreBooked()
    const { status, debtMinor, fromHoldMinor } = await chargeback.row()
    const { status: paid } = await world.app.prisma.transfer.findUniqueOrThrow({ where: { id: transfer.uuid } })
    expect([status, paid, debtMinor, fromHoldMinor]).toEqual(
      paid === 'SUCCEEDED' ? ['LOST', paid, 1800n, 0n] : ['LOST', 'CANCELED', 0n, 2000n],
    )
    owed.add(debtMinor)
    expect(await trailOf(world, task)).toMatchObject({ paidIn: 2000n, balanced: true })
  }
  expect(owed.size).toBeGreaterThan(0)
})

test('lost while money is taken back: the loss is repaid, whichever was first', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const { task, transfer } = await transferDue(world)
    await moneyMoves(world)
    const amount = { amount: '18.00', currencyCode: 'EUR' }
    const [chargeback] = await Promise.all([
      chargedBack(world, task, { status: 'LOST' }),
      acts(world.fay, 'reverseTransfer', { transferId: transfer.id, amount, reason: 'Fraud.' }),
    ])
    await moneyMoves(world)
    await lossesAreBooked()
    expect((await chargeback.row()).status).toBe('LOST')
    // Taken from the hold, or recovered by the reversal: the same money either way.
    expect(await trailOf(world, task)).toEqual({ paidIn: 2000n, fees: 200n, refunded: 1800n, balanced: true })
    const [debt] = await world.app.database.rows<{ owed: bigint }>`
      /* testDebt */
      select coalesce(sum(balance_minor), 0)::bigint as owed
      from ledger_balances
      where task_id = ${task.uuid}
        and kind = 'USER_DEBT'`
    expect(debt?.owed).toBe(0n)
  }
})

test('lost while a refund is sent: the poster has the payment back once from us or from the bank', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const task = await world.anna.posts()
    await world.anna.funds(task)
    await world.anna.cancels(task)
    const [chargeback] = await Promise.all([chargedBack(world, task, { status: 'LOST' }), moneyMoves(world)])
    await moneyMoves(world)
    await lossesAreBooked()
    const [refund] = await world.app.prisma.refund.findMany({ where: { taskId: task.uuid } })
    const { fromHoldMinor } = await chargeback.row()
    expect([refund?.status, fromHoldMinor]).toEqual(
      refund?.status === 'SUCCEEDED' ? ['SUCCEEDED', 0n] : ['FAILED', 2000n],
    )
    expect(await trailOf(world, task)).toEqual({ paidIn: 2000n, refunded: 2000n, balanced: true })
    expect(await taskStatus(world, task)).toBe('CANCELED')
  }
})

test('won and lost reports at once: the first decision stays', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const task = await taskAtWork(world)
    const chargeback = await chargedBack(world, task)
    await Promise.all([chargeback.becomes({ status: 'WON' }), chargeback.becomes({ status: 'LOST' })])
    const { status } = await chargeback.row()
    expect(await countOf(task, 'task.chargeback_won')).toBe(status === 'WON' ? 1 : 0)
    expect(await countOf(task, 'task.chargeback_lost')).toBe(status === 'LOST' ? 1 : 0)
    expect(await holdOf(task)).toMatchObject({ frozen: false })
  }
})

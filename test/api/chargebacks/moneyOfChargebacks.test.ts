/** Chargebacks before, during and after the payout, won and lost: what is frozen, what is booked, and who owes what. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chargebackTimers } from '../../../src/chargebacks/chargebackTimers.ts'
import { noticeChargeback } from '../../../src/chargebacks/noticeChargeback.ts'
import { withTransaction } from '../../../src/db/transaction.ts'
import { claimTransfer, settleTransfer } from '../../../src/transfers/transfers/sendTransfer.ts'
import { ask } from '../../support/ask.ts'
import { chargedBack } from '../../support/chargebacks.ts'
import {
  acts,
  closeBooks,
  eventsOf,
  holdRows,
  moneyMoves,
  moneyWorld,
  postingsOf,
  refundRows,
  reversalRows,
  taskAtWork,
  taskStatus,
  trailOf,
  transferDue,
  transferRow,
  type World,
} from '../../support/money.ts'
import { toPublicId } from '../../support/publicIds.ts'
import { accepted, noMoney, refusedForGood, refusedForNow } from '../../support/scriptedProvider.ts'
import { type Actor, actor, historyOf, type Named, taskRowOf, timePasses, timersRun } from '../../support/story.ts'

let world: World
let anna: Actor
let ben: Actor
let fay: Actor

beforeAll(async () => {
  world = await moneyWorld()
  ;({ anna, ben, fay } = world)
})
afterAll(async () => {
  await closeBooks(world)
})

const euros = (amount: string) => ({ amount, currencyCode: 'EUR' })
const holdOf = async (task: Named) => (await holdRows(world, task)).at(-1)
const transfersOf = ({ uuid }: Named) =>
  world.app.prisma.transfer.findMany({ where: { taskId: uuid }, orderBy: { id: 'asc' } })

async function timersOfChargebacksRun(): Promise<number> {
  let count = 0
  for (const timer of chargebackTimers(world.app.files)) count += await timer.runDue(world.app.work, 100)
  return count
}

interface Balances {
  viewer: { balances: { owed: { amount: string }; paid: { amount: string }; pending: { amount: string } }[] }
}
const balancesOf = async (someone: Actor) =>
  (await ask<Balances>(someone, '{ viewer { balances { pending { amount } paid { amount } owed { amount } } } }'))
    .viewer.balances

describe('from the first notice', () => {
  test('the hold is frozen, and nothing leaves it', async () => {
    const task = await taskAtWork(world)
    await ben.submits(task)
    const chargeback = await chargedBack(world, task)
    expect(await holdOf(task)).toMatchObject({ status: 'HELD', frozen: true, remainingMinor: 2000n })
    expect(await chargeback.row()).toMatchObject({
      status: 'NEEDS_RESPONSE',
      amountMinor: 2000n,
      taskerId: ben.uuid,
      providerFeeMinor: 1500n,
      closedAt: null,
    })
    expect((await historyOf(world.app, task)).at(-1)).toBe('task.chargeback_opened 4')
    const approval = { taskId: task.id, idempotencyKey: randomUUID() }
    expect(await anna.asks('approveWork', approval)).toMatchObject({ __typename: 'HoldFrozenError' })
    const holdId = toPublicId('hld', String((await holdOf(task))?.id))
    expect(await acts(fay, 'refundHold', { holdId, amount: euros('1.00'), reason: 'No.' })).toMatchObject({
      __typename: 'HoldFrozenError',
    })
    await timePasses(world.app, '6 days')
    await timersRun(world.app)
    expect(await taskStatus(world, task)).toBe('SUBMITTED')
    await chargeback.becomes({ status: 'WON' })
    expect(await holdOf(task)).toMatchObject({ status: 'HELD', frozen: false })
    await timersRun(world.app)
    expect(await taskStatus(world, task)).toBe('COMPLETED')
    await moneyMoves(world)
    await timePasses(world.app, '-6 days')
    expect(await trailOf(world, task)).toEqual({ paidIn: 2000n, transferred: 1800n, fees: 200n, balanced: true })
  })

  test('work that another payment pays for is approved in time', async () => {
    const task = await anna.posts({ acceptanceMode: 'POSTER_CHOICE' })
    await anna.funds(task)
    // At more than is held: the first payment goes back, and a second one pays for the work.
    await anna.accepts(await ben.applies(task, { price: euros('30.00') }))
    const chargeback = await chargedBack(world, task)
    await anna.funds(task)
    await ben.submits(task)
    await timePasses(world.app, '6 days')
    await timersRun(world.app)
    expect(await taskStatus(world, task)).toBe('COMPLETED')
    await chargeback.becomes({ status: 'WON' })
    await moneyMoves(world)
    await timePasses(world.app, '-6 days')
    const trail = { paidIn: 5000n, transferred: 2700n, fees: 300n, refunded: 2000n, balanced: true }
    expect(await trailOf(world, task)).toEqual(trail)
  })

  test('any order and number of notices has the same result', async () => {
    const task = await taskAtWork(world)
    const chargeback = await chargedBack(world, task, { status: 'UNDER_REVIEW' })
    await chargeback.becomes({ status: 'NEEDS_RESPONSE' })
    expect(await chargeback.row()).toMatchObject({ status: 'UNDER_REVIEW' })
    await Promise.all([chargeback.becomes({ status: 'WON' }), chargeback.becomes({ status: 'WON' })])
    await chargeback.becomes({ status: 'UNDER_REVIEW' })
    expect(await chargeback.row()).toMatchObject({ status: 'WON' })
    await chargeback.becomes({ status: 'LOST' })
    expect(await chargeback.row()).toMatchObject({ status: 'WON', fromHoldMinor: 0n })
    expect(world.app.logLines.some(({ msg }) => String(msg).startsWith('the provider changed a chargeback'))).toBe(true)
    expect((await eventsOf(world, task)).filter((type) => type.startsWith('task.chargeback'))).toEqual([
      'task.chargeback_opened',
      'task.chargeback_under_review',
      'task.chargeback_won',
    ])
  })

  test('a decided one that we never heard of is applied whole', async () => {
    const task = await taskAtWork(world)
    const chargeback = await chargedBack(world, task, { status: 'LOST', providerFee: null })
    expect(await chargeback.row()).toMatchObject({ status: 'LOST', fromHoldMinor: 2000n })
    expect(await trailOf(world, task)).toEqual({ paidIn: 2000n, refunded: 2000n, balanced: true })
  })

  test('one about a payment whose answer was lost settles the payment first', async () => {
    const task = await anna.posts()
    await ben.accepts(task)
    const gone = { kind: 'unknown', message: 'Lost.' } as const
    world.provider.chargesGet(gone)
    await anna.does('fundTask', { taskId: task.id, paymentMethodId: 'pm_ok', idempotencyKey: randomUUID() })
    const hold = await holdOf(task)
    expect(hold).toMatchObject({ status: 'PENDING' })
    await expect(chargedBack(world, task)).rejects.toThrow('not known yet')
    world.provider.did(toPublicId('hld', String(hold?.id)), 'ch_late')
    await chargedBack(world, task)
    expect(await holdOf(task)).toMatchObject({ status: 'HELD', frozen: true })
    expect(await taskStatus(world, task)).toBe('ASSIGNED')
  })

  test('one that is not ours, or unknown to the provider, changes nothing; an unreachable provider is asked again', async () => {
    const { app, provider } = world
    const count = await app.prisma.chargeback.count()
    await noticeChargeback(app.work, { providerReference: 'dp_unknown' })
    const task = await taskAtWork(world)
    await chargedBack(world, task, { chargeReference: null })
    await chargedBack(world, task, { chargeReference: toPublicId('hld', randomUUID()) })
    await chargedBack(world, task, { chargeReference: 'ch_of_another_system' })
    expect(await app.prisma.chargeback.count()).toBe(count)
    provider.reports('dp_away', { kind: 'unreachable', message: 'Away.' })
    await expect(noticeChargeback(app.work, { providerReference: 'dp_away' })).rejects.toThrow('could not be read')
  })

  test('a lost webhook only delays: open chargebacks are looked up', async () => {
    const task = await taskAtWork(world)
    const chargeback = await chargedBack(world, task, { evidenceDueBy: null })
    world.provider.reports(chargeback.providerReference, {
      kind: 'known',
      chargeReference: toPublicId('hld', String((await holdOf(task))?.id)),
      amount: { minorUnits: 2000n, currencyCode: 'EUR' },
      providerFee: null,
      taken: { minorUnits: 0n, currencyCode: 'EUR' },
      reason: 'fraudulent',
      status: 'WON',
      evidenceDueBy: null,
      openedAt: new Date(),
    })
    await timersOfChargebacksRun()
    expect(await chargeback.row()).toMatchObject({ status: 'NEEDS_RESPONSE' })
    await timePasses(world.app, '25 hours')
    await timersOfChargebacksRun()
    expect(await chargeback.row()).toMatchObject({ status: 'WON', askAt: null })
    await timePasses(world.app, '-25 hours')
  })
})

describe('lost before the payout', () => {
  test('takes what is held, and cancels the work for which nothing is left', async () => {
    const task = await taskAtWork(world)
    await ben.submits(task)
    const chargeback = await chargedBack(world, task)
    await chargeback.becomes({ status: 'LOST' })
    expect(await chargeback.row()).toMatchObject({ status: 'LOST', fromHoldMinor: 2000n, debtMinor: 0n })
    expect(await holdOf(task)).toMatchObject({ status: 'REFUNDED', remainingMinor: 0n, frozen: false })
    expect((await postingsOf(world, task)).slice(1)).toEqual([
      'chargeback.lost: DEBIT TASK_HOLD 2000, CREDIT PROVIDER_CLEARING 2000',
      'chargeback.fee: DEBIT ADJUSTMENT 1500, CREDIT PROVIDER_CLEARING 1500',
    ])
    expect(await trailOf(world, task)).toEqual({ paidIn: 2000n, refunded: 2000n, balanced: true })
    expect(await taskRowOf(world.app, task)).toMatchObject({ status: 'CANCELED', autoApproveAt: null })
    expect((await historyOf(world.app, task)).at(-1)).toBe('task.chargeback_lost 5 SUBMITTED->CANCELED')
  })

  test('of a part leaves the rest for the work', async () => {
    const task = await taskAtWork(world)
    await ben.submits(task)
    const chargeback = await chargedBack(world, task, { minorUnits: 500n })
    await chargeback.becomes({ status: 'LOST' })
    expect(await holdOf(task)).toMatchObject({ status: 'HELD', remainingMinor: 1500n, frozen: false })
    await anna.approves(task)
    await moneyMoves(world)
    expect(await trailOf(world, task)).toEqual({
      paidIn: 2000n,
      transferred: 1350n,
      fees: 150n,
      refunded: 500n,
      balanced: true,
    })
  })

  test('of an open task leaves it unfunded; it can be funded again', async () => {
    const task = await anna.posts()
    await anna.funds(task)
    const chargeback = await chargedBack(world, task)
    expect(await chargeback.row()).toMatchObject({ taskerId: null })
    await chargeback.becomes({ status: 'LOST' })
    expect(await taskStatus(world, task)).toBe('OPEN')
    await ben.accepts(task)
    expect(await taskStatus(world, task)).toBe('AWAITING_FUNDS')
    await anna.funds(task)
    expect(await taskStatus(world, task)).toBe('ASSIGNED')
    expect(await trailOf(world, task)).toMatchObject({ paidIn: 4000n, held: 2000n, refunded: 2000n, balanced: true })
  })

  test('replaces a refund that waits, so that nobody is paid back twice', async () => {
    const task = await anna.posts()
    await anna.funds(task)
    const chargeback = await chargedBack(world, task, { minorUnits: 1500n })
    await anna.cancels(task)
    await moneyMoves(world)
    expect(await refundRows(world, task)).toMatchObject([{ status: 'PENDING', dueAt: null }])
    await chargeback.becomes({ status: 'LOST' })
    await moneyMoves(world)
    expect(await refundRows(world, task)).toMatchObject([
      { status: 'FAILED', failureCode: 'charged_back', amountMinor: 2000n },
      { status: 'SUCCEEDED', amountMinor: 500n },
    ])
    expect(await trailOf(world, task)).toEqual({ paidIn: 2000n, refunded: 2000n, balanced: true })
  })

  test('ends an open dispute with its task', async () => {
    const task = await taskAtWork(world)
    const dispute = await ben.disputes(task)
    const chargeback = await chargedBack(world, task)
    expect(
      await fay.asks('resolveDispute', {
        disputeId: dispute.id,
        toTasker: euros('5.00'),
        note: 'Half.',
        idempotencyKey: randomUUID(),
      }),
    ).toMatchObject({ __typename: 'HoldFrozenError' })
    await chargeback.becomes({ status: 'LOST' })
    const row = await world.app.prisma.dispute.findUniqueOrThrow({ where: { id: dispute.uuid } })
    expect(row).toMatchObject({ status: 'WITHDRAWN', overdueAt: null })
    expect(await taskStatus(world, task)).toBe('CANCELED')
    expect(await trailOf(world, task)).toEqual({ paidIn: 2000n, refunded: 2000n, balanced: true })
  })

  test('won thaws only when the dispute is over, too, in either order', async () => {
    for (const first of ['chargeback', 'dispute']) {
      const task = await taskAtWork(world)
      const dispute = await ben.disputes(task)
      const chargeback = await chargedBack(world, task)
      const steps = {
        chargeback: () => chargeback.becomes({ status: 'WON' }),
        dispute: () => ben.does('withdrawDispute', { disputeId: dispute.id }),
      }
      await (first === 'chargeback' ? steps.chargeback() : steps.dispute())
      expect(await holdOf(task)).toMatchObject({ frozen: true })
      await (first === 'chargeback' ? steps.dispute() : steps.chargeback())
      expect(await holdOf(task)).toMatchObject({ frozen: false })
    }
  })
})

describe('during the payout', () => {
  test('a transfer that waits is not sent; won, it is paid', async () => {
    const { task, transfer } = await transferDue(world)
    const chargeback = await chargedBack(world, task)
    const sent = world.provider.orders.length
    await moneyMoves(world)
    expect(world.provider.orders).toHaveLength(sent)
    expect(await transferRow(world, transfer)).toMatchObject({ status: 'PENDING', dueAt: null })
    await chargeback.becomes({ status: 'WON' })
    await moneyMoves(world)
    expect(await transferRow(world, transfer)).toMatchObject({ status: 'SUCCEEDED' })
  })

  test('lost, a transfer that waits is canceled, and nobody owes anything', async () => {
    const { task, transfer } = await transferDue(world)
    const chargeback = await chargedBack(world, task)
    await moneyMoves(world)
    await chargeback.becomes({ status: 'LOST' })
    await moneyMoves(world)
    expect(await transferRow(world, transfer)).toMatchObject({ status: 'CANCELED' })
    expect(await chargeback.row()).toMatchObject({ fromHoldMinor: 2000n, debtMinor: 0n })
    expect(await trailOf(world, task)).toEqual({ paidIn: 2000n, refunded: 2000n, balanced: true })
    expect(await taskStatus(world, task)).toBe('COMPLETED')
  })

  test('lost in part, the tasker is paid the rest by another transfer', async () => {
    const { task } = await transferDue(world)
    const chargeback = await chargedBack(world, task, { minorUnits: 500n })
    await chargeback.becomes({ status: 'LOST' })
    await moneyMoves(world)
    expect(await transfersOf(task)).toMatchObject([
      { status: 'CANCELED', grossMinor: 2000n },
      { status: 'SUCCEEDED', grossMinor: 1500n, netMinor: 1350n },
    ])
    expect(await trailOf(world, task)).toEqual({
      paidIn: 2000n,
      transferred: 1350n,
      fees: 150n,
      refunded: 500n,
      balanced: true,
    })
  })

  test.each([
    ['accepted', accepted('tr_late'), { status: 'SUCCEEDED' }, 1800n],
    ['refused for now', refusedForNow, { status: 'CANCELED' }, 0n],
    ['refused for good', refusedForGood, { status: 'CANCELED' }, 0n],
  ])(
    'lost while a transfer is being sent, it is booked after the answer: %s',
    async (_name, outcome, after, debtMinor) => {
      const { task, transfer } = await transferDue(world)
      const { app } = world
      const claim = await withTransaction(app.database, (tx) =>
        claimTransfer(tx, { transferId: transfer.uuid, traits: world.provider.traits }),
      )
      const chargeback = await chargedBack(world, task)
      await chargeback.becomes({ status: 'LOST' })
      expect(await chargeback.row()).toMatchObject({ status: 'NEEDS_RESPONSE' })
      expect(await holdOf(task)).toMatchObject({ frozen: true })
      const attempt = claim.attempt?.number ?? 0
      await withTransaction(app.database, (tx) => settleTransfer(tx, { transferId: transfer.uuid, attempt, outcome }))
      await timePasses(app, '2 minutes')
      await timersOfChargebacksRun()
      expect(await chargeback.row()).toMatchObject({ status: 'LOST', debtMinor })
      expect(await transferRow(world, transfer)).toMatchObject(after)
      await timePasses(app, '-2 minutes')
      await moneyMoves(world)
      expect(await trailOf(world, task)).toMatchObject({ paidIn: 2000n, balanced: true })
    },
  )
})

describe('lost after the payout', () => {
  /** A paid task of new people, so that balances are theirs alone. */
  async function paid() {
    const [una, tim] = [await actor(world.app, 'Una'), await actor(world.app, 'Tim')]
    const { task, transfer } = await transferDue({ ...world, anna: una, ben: tim })
    await moneyMoves(world)
    return { task, transfer, una, tim }
  }

  test('the rest is a loss, and the tasker owes what they were paid', async () => {
    const { task, transfer, tim } = await paid()
    const chargeback = await chargedBack(world, task)
    await chargeback.becomes({ status: 'LOST' })
    expect(await chargeback.row()).toMatchObject({
      fromHoldMinor: 0n,
      debtMinor: 1800n,
      debtTransferId: transfer.uuid,
      taskerId: tim.uuid,
    })
    expect((await postingsOf(world, task)).slice(3)).toEqual([
      'chargeback.lost: DEBIT ADJUSTMENT 2000, CREDIT PROVIDER_CLEARING 2000',
      'chargeback.fee: DEBIT ADJUSTMENT 1500, CREDIT PROVIDER_CLEARING 1500',
      'debt.left: DEBIT USER_DEBT 1800, CREDIT ADJUSTMENT 1800',
    ])
    expect(await balancesOf(tim)).toEqual([
      { pending: { amount: '0.00' }, paid: { amount: '18.00' }, owed: { amount: '18.00' } },
    ])
    expect(await trailOf(world, task)).toEqual({ paidIn: 2000n, transferred: 1800n, fees: 200n, balanced: true })
    expect(await taskStatus(world, task)).toBe('COMPLETED')
  })

  test('a reversal repays the loss, and leaves nothing to refund', async () => {
    const { task, transfer, tim } = await paid()
    const chargeback = await chargedBack(world, task)
    await chargeback.becomes({ status: 'LOST' })
    const reverses = (amount: string, returnFee = false) =>
      acts(fay, 'reverseTransfer', { transferId: transfer.id, amount: euros(amount), reason: 'Owed.', returnFee })
    await reverses('5.00')
    await moneyMoves(world)
    expect((await postingsOf(world, task)).slice(-2)).toEqual([
      'reversal.succeeded: DEBIT PROVIDER_CLEARING 500, CREDIT TASK_HOLD 500',
      'loss.recovered: DEBIT TASK_HOLD 500, CREDIT USER_DEBT 500',
    ])
    expect(await balancesOf(tim)).toMatchObject([{ paid: { amount: '13.00' }, owed: { amount: '13.00' } }])
    await reverses('13.00', true)
    await moneyMoves(world)
    expect(await reversalRows(world, transfer)).toMatchObject([
      { recoversMinor: 500n, recoversDebtMinor: 500n },
      { recoversMinor: 1444n, recoversDebtMinor: 1300n },
    ])
    expect(await balancesOf(tim)).toMatchObject([{ paid: { amount: '0.00' }, owed: { amount: '0.00' } }])
    expect(await holdOf(task)).toMatchObject({ remainingMinor: 0n })
    expect(await trailOf(world, task)).toMatchObject({ paidIn: 2000n, refunded: 1944n, balanced: true })
  })

  test('what was taken back before is not owed again', async () => {
    const { task, transfer, tim } = await paid()
    await acts(fay, 'reverseTransfer', { transferId: transfer.id, amount: euros('8.00'), reason: 'Part.' })
    await moneyMoves(world)
    const chargeback = await chargedBack(world, task)
    await chargeback.becomes({ status: 'LOST' })
    expect(await chargeback.row()).toMatchObject({ fromHoldMinor: 800n, debtMinor: 1000n })
    expect(await balancesOf(tim)).toMatchObject([{ paid: { amount: '10.00' }, owed: { amount: '10.00' } }])
  })

  test('a debt that a reversal left is not booked twice, and one payment clears both', async () => {
    const { task, transfer, tim } = await paid()
    const refused = await acts(fay, 'reverseTransfer', {
      transferId: transfer.id,
      amount: euros('8.00'),
      reason: 'Part.',
    })
    world.provider.ordersGet((refused.reversal as Named).id, noMoney)
    await moneyMoves(world)
    const chargeback = await chargedBack(world, task)
    await chargeback.becomes({ status: 'LOST' })
    expect(await chargeback.row()).toMatchObject({ fromHoldMinor: 0n, debtMinor: 1000n })
    expect(await balancesOf(tim)).toMatchObject([{ owed: { amount: '18.00' } }])
    await acts(fay, 'reverseTransfer', { transferId: transfer.id, amount: euros('18.00'), reason: 'All.' })
    await moneyMoves(world)
    expect(await balancesOf(tim)).toMatchObject([{ paid: { amount: '0.00' }, owed: { amount: '0.00' } }])
    expect(await trailOf(world, task)).toMatchObject({ balanced: true })
  })

  test('a reversal under way is awaited', async () => {
    const { task, transfer } = await paid()
    const asked = await acts(fay, 'reverseTransfer', {
      transferId: transfer.id,
      amount: euros('18.00'),
      reason: 'All.',
    })
    const chargeback = await chargedBack(world, task)
    await chargeback.becomes({ status: 'LOST' })
    expect(await chargeback.row()).toMatchObject({ status: 'NEEDS_RESPONSE' })
    expect(asked.__typename).toBe('ReversalPayload')
    await moneyMoves(world)
    await chargeback.becomes({ status: 'LOST' })
    expect(await chargeback.row()).toMatchObject({ fromHoldMinor: 1800n, debtMinor: 0n })
  })

  test('of a payment that was refunded already, the loss is the platform alone', async () => {
    const task = await anna.posts()
    await anna.funds(task)
    await anna.cancels(task)
    await moneyMoves(world)
    const chargeback = await chargedBack(world, task)
    expect(await holdOf(task)).toMatchObject({ status: 'REFUNDED', frozen: true })
    await chargeback.becomes({ status: 'LOST' })
    expect(await chargeback.row()).toMatchObject({ fromHoldMinor: 0n, debtMinor: 0n })
    expect(await trailOf(world, task)).toEqual({ paidIn: 2000n, refunded: 2000n, balanced: true })
  })

  test('two chargebacks of parts freeze until both are decided, and together take no more than was paid', async () => {
    const { task } = await paid()
    const [one, two] = [
      await chargedBack(world, task, { minorUnits: 1200n }),
      await chargedBack(world, task, { minorUnits: 800n }),
    ]
    await one.becomes({ status: 'LOST' })
    expect(await holdOf(task)).toMatchObject({ frozen: true })
    await two.becomes({ status: 'LOST' })
    expect(await holdOf(task)).toMatchObject({ frozen: false })
    expect([await one.row(), await two.row()]).toMatchObject([{ debtMinor: 1200n }, { debtMinor: 600n }])
  })
})

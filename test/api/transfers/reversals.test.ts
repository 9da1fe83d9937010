import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { withTransaction } from '../../../src/db/transaction.ts'
import { lookUpNow } from '../../../src/transfers/lookUpNow.ts'
import { claimReversal, sendReversal, settleReversal } from '../../../src/transfers/reversals/sendReversal.ts'
import { ask } from '../../support/ask.ts'
import {
  acts,
  closeBooks,
  eventsOf,
  holdRows,
  leasesRunOut,
  moneyMoves,
  moneyWorld,
  postingsOf,
  reversalRows,
  trailOf,
  transferDue,
  transferRow,
  uuidIn,
  type World,
} from '../../support/money.ts'
import { toPublicId } from '../../support/publicIds.ts'
import {
  accepted,
  failedLater,
  lost,
  noMoney,
  notSent,
  refusedForGood,
  refusedForNow,
} from '../../support/scriptedProvider.ts'
import { type Actor, actor, everything, type Named, timePasses } from '../../support/story.ts'

let world: World
let anna: Actor
let ben: Actor
let fay: Actor

beforeAll(async () => {
  world = await moneyWorld()
  anna = world.anna
  ben = world.ben
  fay = world.fay
})
afterAll(async () => {
  await closeBooks(world)
})

const euros = (amount: string) => ({ amount, currencyCode: 'EUR' })
const reason = 'The work was not done.'

/** A paid transfer: gross 20.00, fee 2.00, net 18.00. */
async function paid(fields: Record<string, unknown> = {}) {
  const due = await transferDue(world, fields)
  await moneyMoves(world)
  return due
}

const reverses = (transfer: Named, amount: string, more: Record<string, unknown> = {}) =>
  acts(fay, 'reverseTransfer', { transferId: transfer.id, amount: euros(amount), reason, ...more })

/** A due reversal of 5.00 of a paid transfer. */
async function reversalDue(amount = '5.00', more: Record<string, unknown> = {}) {
  const { task, transfer } = await paid()
  const { reversal } = await reverses(transfer, amount, more)
  const reversalId = uuidIn(reversal)
  return { task, transfer, reversalId, reference: toPublicId('rvs', reversalId) }
}

const reversalRow = (id: string) => world.app.prisma.reversal.findUniqueOrThrow({ where: { id } })
const sends = (reversalId: string) => sendReversal(world.app.work, { reversalId })

interface Balances {
  viewer: { balances: object[] }
}
const balancesOf = async (someone: Actor) =>
  (await ask<Balances>(someone, '{ viewer { balances { pending { amount } paid { amount } owed { amount } } } }'))
    .viewer.balances

describe('reverseTransfer', () => {
  test('takes a part back into the hold, from where it can be refunded', async () => {
    const { task, transfer } = await paid()
    expect(await reverses(transfer, '5.00')).toMatchObject({
      __typename: 'ReversalPayload',
      replayed: false,
      reversal: {
        status: 'PENDING',
        amount: { amount: '5.00' },
        feeReturned: { amount: '0.00' },
        failure: null,
        ledgerTransaction: null,
      },
      transfer: { status: 'SUCCEEDED', amountReversed: { amount: '0.00' }, reversals: [{}] },
    })
    await moneyMoves(world)
    expect(world.provider.orders.at(-1)).toMatchObject({
      kind: 'reversal',
      amount: { minorUnits: 500n, currencyCode: 'EUR' },
      transferReference: transfer.id,
    })
    expect((await postingsOf(world, task)).at(-1)).toBe(
      'reversal.succeeded: DEBIT PROVIDER_CLEARING 500, CREDIT TASK_HOLD 500',
    )
    expect(await trailOf(world, task)).toEqual({
      paidIn: 2000n,
      held: 500n,
      transferred: 1300n,
      fees: 200n,
      remaining: 500n,
      balanced: true,
    })
    expect(await transferRow(world, transfer)).toMatchObject({ status: 'SUCCEEDED', reversedMinor: 500n })
    const [hold] = await holdRows(world, task)
    expect(hold).toMatchObject({ status: 'HELD', remainingMinor: 500n, releasedMinor: 1500n })
    expect((await eventsOf(world, task)).slice(-2)).toEqual([
      'transfer.reversal_requested',
      'transfer.reversal_succeeded',
    ])
    await acts(fay, 'refundHold', { holdId: toPublicId('hld', String(hold?.id)), amount: euros('5.00'), reason })
    await moneyMoves(world)
    expect(await trailOf(world, task)).toEqual({
      paidIn: 2000n,
      transferred: 1300n,
      fees: 200n,
      refunded: 500n,
      balanced: true,
    })
  })

  test('makes the transfer REVERSED when all of it is, and returns the whole fee', async () => {
    const { task, transfer } = await paid()
    for (const amount of ['5.00', '6.50', '6.50']) {
      await reverses(transfer, amount, { returnFee: true })
      await moneyMoves(world)
    }
    const rows = await reversalRows(world, transfer)
    expect(rows.map(({ feeMinor }) => feeMinor)).toEqual([55n, 72n, 73n])
    expect(await transferRow(world, transfer)).toMatchObject({ status: 'REVERSED', reversedMinor: 1800n })
    expect(await trailOf(world, task)).toEqual({ paidIn: 2000n, held: 2000n, remaining: 2000n, balanced: true })
    expect(await reverses(transfer, '0.01')).toMatchObject({ __typename: 'IllegalTransitionError' })
  })

  test('computes the fee of each reversal again when it succeeds', async () => {
    const { transfer } = await paid()
    const first = await reverses(transfer, '0.01', { returnFee: true })
    const second = await reverses(transfer, '0.08', { returnFee: true })
    expect(second).toMatchObject({ reversal: { feeReturned: { amount: '0.01' } } })
    world.provider.ordersGet((first.reversal as Named).id, refusedForGood)
    await moneyMoves(world)
    expect(await reversalRows(world, transfer)).toMatchObject([
      { status: 'FAILED', feeMinor: 0n },
      { status: 'SUCCEEDED', feeMinor: 0n },
    ])
  })

  test('shows the tasker, the poster and staff the reversal and its posting', async () => {
    const { transfer } = await reversalDue()
    await moneyMoves(world)
    const query = `query ($id: ID!) { transfer(id: $id) {
      ledgerTransactions { kind }
      reversals { transfer { id } reason ledgerTransaction { kind subject { __typename } reverses { kind } } } } }`
    const seen = { transfer: { id: transfer.id }, reason }
    for (const party of [anna, ben]) {
      expect(await ask(party, query, { id: transfer.id })).toEqual({
        transfer: { ledgerTransactions: [], reversals: [{ ...seen, ledgerTransaction: null }] },
      })
    }
    expect(await ask(fay, query, { id: transfer.id })).toEqual({
      transfer: {
        ledgerTransactions: [
          { kind: 'transfer.created' },
          { kind: 'transfer.succeeded' },
          { kind: 'reversal.succeeded' },
        ],
        reversals: [
          {
            ...seen,
            ledgerTransaction: {
              kind: 'reversal.succeeded',
              subject: { __typename: 'Reversal' },
              reverses: { kind: 'transfer.succeeded' },
            },
          },
        ],
      },
    })
  })

  test('refuses, in this order, and changes nothing', async () => {
    const { transfer } = await paid()
    await reverses(transfer, '10.00')
    const before = await everything(world.app)
    expect(
      await acts(anna, 'reverseTransfer', { transferId: transfer.id, amount: euros('1.00'), reason }),
    ).toMatchObject({ code: 'FORBIDDEN' })
    expect(await reverses({ ...transfer, id: toPublicId('trf', randomUUID()) }, '1.00')).toMatchObject({
      __typename: 'NotFoundError',
    })
    for (const amount of ['0.00', '-1.00', '1.001']) {
      expect(await reverses(transfer, amount)).toMatchObject({ __typename: 'ValidationError' })
    }
    expect(await reverses(transfer, '1.00', { amount: { amount: '100.00', currencyCode: 'USD' } })).toMatchObject({
      __typename: 'ValidationError',
    })
    expect(await reverses(transfer, '8.01')).toMatchObject({
      __typename: 'InsufficientFundsError',
      available: { amount: '8.00' },
      required: { amount: '8.01' },
    })
    expect(await everything(world.app)).toEqual(before)
    expect(await reverses(transfer, '8.00')).toMatchObject({ __typename: 'ReversalPayload' })
  })

  test('refuses a transfer that is in doubt or not paid, and a conflict of interest first', async () => {
    const unpaid = await transferDue(world)
    expect(await reverses(unpaid.transfer, '99.00')).toMatchObject({ __typename: 'IllegalTransitionError' })
    world.provider.ordersGet(unpaid.transfer.id, lost)
    await moneyMoves(world)
    expect(await reverses(unpaid.transfer, '99.00')).toMatchObject({
      __typename: 'TransferInDoubtError',
      transfer: { id: unpaid.transfer.id },
    })
    const staff = await actor(world.app, 'Fred', 'FINANCE')
    const task = await staff.posts()
    await ben.accepts(task)
    await staff.funds(task)
    await ben.submits(task)
    const transfer = await staff.approves(task)
    expect(
      await acts(staff, 'reverseTransfer', { transferId: transfer.id, amount: euros('99.00'), reason }),
    ).toMatchObject({ __typename: 'ForbiddenError' })
  })

  test('replays the same key, and refuses it for another amount', async () => {
    const { transfer } = await paid()
    const idempotencyKey = randomUUID()
    const first = await reverses(transfer, '3.00', { idempotencyKey })
    expect(await reverses(transfer, '3.00', { idempotencyKey })).toEqual({ ...first, replayed: true })
    expect(await reverses(transfer, '4.00', { idempotencyKey })).toMatchObject({
      __typename: 'IdempotencyKeyReusedError',
    })
    expect(await reversalRows(world, transfer)).toHaveLength(1)
  })

  test('is in the audit log with its reason', async () => {
    const { transfer } = await reversalDue()
    expect(
      await world.app.prisma.auditRecord.findMany({ where: { action: 'transfer.reversed', subjectId: transfer.uuid } }),
    ).toMatchObject([{ actorId: fay.uuid, reason }])
  })
})

describe('a reversal', () => {
  test('is retried under another key if refused for now, and fails after six retries', async () => {
    const { transfer, reversalId, reference } = await reversalDue()
    world.provider.ordersGet(reference, ...Array.from({ length: 7 }, () => refusedForNow))
    await sends(reversalId)
    for (const [retries, minutes] of [1, 5, 15, 60, 240, 1_440].entries()) {
      expect(await reversalRow(reversalId)).toMatchObject({
        status: 'PENDING',
        retryCount: retries + 1,
        attemptCount: retries + 1,
        failureCode: 'not_now',
        failureRetryable: true,
      })
      expect(await sends(reversalId)).toBe(false)
      await timePasses(world.app, `${minutes * 1.1} minutes`)
      await sends(reversalId)
    }
    expect(await reversalRow(reversalId)).toMatchObject({
      status: 'FAILED',
      retryCount: 6,
      attemptCount: 7,
      debtMinor: 0n,
    })
    const keys = world.provider.orders
      .filter((order) => order.reference === reference)
      .map((order) => order.idempotencyKey)
    expect(new Set(keys).size).toBe(7)
    expect(await reverses(transfer, '18.00')).toMatchObject({ __typename: 'ReversalPayload' })
  })

  test('is looked up after a lost answer, and never sent twice', async () => {
    const { task, reversalId, reference } = await reversalDue()
    world.provider.ordersGet(reference, lost)
    world.provider.did(reference, 'trr_1')
    await sends(reversalId)
    expect(await reversalRow(reversalId)).toMatchObject({ status: 'IN_DOUBT', askCount: 0 })
    expect(await sends(reversalId)).toBe(false)
    await timePasses(world.app, '31 seconds')
    await moneyMoves(world)
    expect(await reversalRow(reversalId)).toMatchObject({ status: 'SUCCEEDED', providerReference: 'trr_1' })
    expect(world.provider.orders.filter((order) => order.reference === reference)).toHaveLength(1)
    expect((await eventsOf(world, task)).slice(-2)).toEqual([
      'transfer.reversal_in_doubt',
      'transfer.reversal_succeeded',
    ])
  })

  test('is sent again under the same key if the provider never had it', async () => {
    const { reversalId, reference } = await reversalDue()
    world.provider.ordersGet(reference, lost)
    await sends(reversalId)
    await lookUpNow(world.app.work, { kind: 'reversal', reference: String(reference) })
    expect(await reversalRow(reversalId)).toMatchObject({ status: 'PENDING', failureCode: 'never_received' })
    await timePasses(world.app, '2 minutes')
    await moneyMoves(world)
    expect(await reversalRow(reversalId)).toMatchObject({ status: 'SUCCEEDED', failureCode: null })
    const keys = world.provider.orders
      .filter((order) => order.reference === reference)
      .map((order) => order.idempotencyKey)
    expect(keys).toEqual([`${reference}-1`, `${reference}-1`])
  })

  test('waits for the pause that the provider advises, without using up a retry', async () => {
    const { reversalId, reference } = await reversalDue()
    world.provider.ordersGet(reference, notSent)
    await sends(reversalId)
    expect(await reversalRow(reversalId)).toMatchObject({ status: 'PENDING', retryCount: 0, failureCode: null })
    expect(await sends(reversalId)).toBe(false)
    await timePasses(world.app, '20 seconds')
    await sends(reversalId)
    expect(await reversalRow(reversalId)).toMatchObject({ status: 'SUCCEEDED', retryCount: 0 })
    const keys = world.provider.orders.slice(-2).map(({ idempotencyKey }) => idempotencyKey)
    expect(new Set(keys).size).toBe(1)
  })

  test('is refused if a look-up finds that it failed', async () => {
    const { reversalId, reference } = await reversalDue()
    world.provider.ordersGet(reference, lost)
    await sends(reversalId)
    world.provider.questionsGet(reference, failedLater)
    await timePasses(world.app, '30 seconds')
    await moneyMoves(world)
    expect(await reversalRow(reversalId)).toMatchObject({
      status: 'FAILED',
      failureCode: 'expired_card',
      debtMinor: 0n,
    })
  })

  test('is in doubt when its worker dies, and a late answer counts once', async () => {
    const { transfer, reversalId } = await reversalDue()
    const claim = (tx: Parameters<typeof claimReversal>[0]) => claimReversal(tx, { reversalId })
    expect(await withTransaction(world.app.database, claim)).toMatchObject({ number: 1 })
    expect(await withTransaction(world.app.database, claim)).toBeUndefined()
    await leasesRunOut(world)
    await moneyMoves(world)
    expect(await reversalRow(reversalId)).toMatchObject({ status: 'IN_DOUBT', leaseUntil: null })
    const settle = () =>
      withTransaction(world.app.database, (tx) =>
        settleReversal(tx, { reversalId, attempt: 1, outcome: accepted('trr_late') }),
      )
    expect(await settle()).toBe(true)
    expect(await settle()).toBe(false)
    expect(await transferRow(world, transfer)).toMatchObject({ reversedMinor: 500n })
  })

  test('is sent while the hold is frozen, because it brings money in', async () => {
    const { task, reversalId } = await reversalDue()
    await world.app.prisma.hold.updateMany({ where: { taskId: task.uuid }, data: { frozen: true } })
    await moneyMoves(world)
    expect(await reversalRow(reversalId)).toMatchObject({ status: 'SUCCEEDED' })
    await world.app.prisma.hold.updateMany({ where: { taskId: task.uuid }, data: { frozen: false } })
  })
})

describe('a reversal that is refused for want of money', () => {
  const debtor = async () => {
    const dan = await actor(world.app, 'Dan')
    const { task, transfer } = await transferDue({ ...world, ben: dan })
    await moneyMoves(world)
    return { dan, task, transfer }
  }
  const refusedFor = async (transfer: Named, amount: string) => {
    const { reversal } = await reverses(transfer, amount)
    world.provider.ordersGet((reversal as Named).id, noMoney)
    await moneyMoves(world)
  }

  test('leaves a debt, in the balances of the tasker and in the ledger', async () => {
    const { dan, task, transfer } = await debtor()
    await refusedFor(transfer, '5.00')
    expect(await reversalRows(world, transfer)).toMatchObject([
      { status: 'FAILED', failureCode: 'insufficient_funds', debtMinor: 500n },
    ])
    expect((await postingsOf(world, task)).at(-1)).toBe('debt.left: DEBIT USER_DEBT 500, CREDIT ADJUSTMENT 500')
    expect(await balancesOf(dan)).toEqual([
      { pending: { amount: '0.00' }, paid: { amount: '18.00' }, owed: { amount: '5.00' } },
    ])
    expect(await trailOf(world, task)).toEqual({ paidIn: 2000n, transferred: 1800n, fees: 200n, balanced: true })
    const { reversals } = (
      await ask<{ transfer: { reversals: object[] } }>(
        dan,
        'query ($id: ID!) { transfer(id: $id) { reversals { status failure { code } debt { amount } } } }',
        { id: transfer.id },
      )
    ).transfer
    expect(reversals).toEqual([{ status: 'FAILED', failure: { code: 'insufficient_funds' }, debt: { amount: '5.00' } }])
  })

  test('does not count a debt twice, and a later reversal collects it', async () => {
    const { dan, task, transfer } = await debtor()
    await refusedFor(transfer, '5.00')
    await refusedFor(transfer, '8.00')
    expect((await reversalRows(world, transfer)).map(({ debtMinor }) => debtMinor)).toEqual([500n, 300n])
    await reverses(transfer, '6.00')
    await moneyMoves(world)
    expect((await postingsOf(world, task)).slice(-2)).toEqual([
      'reversal.succeeded: DEBIT PROVIDER_CLEARING 600, CREDIT TASK_HOLD 600',
      'debt.collected: DEBIT ADJUSTMENT 600, CREDIT USER_DEBT 600',
    ])
    expect(await balancesOf(dan)).toEqual([
      { pending: { amount: '0.00' }, paid: { amount: '12.00' }, owed: { amount: '2.00' } },
    ])
  })
})

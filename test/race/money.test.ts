/** Races on money: each order is charged, paid or refunded exactly once, in whatever order the requests arrive. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expiringHolds } from '../../src/transfers/holds/holdTimers.ts'
import { lookUpNow } from '../../src/transfers/lookUpNow.ts'
import { moneyTimers } from '../../src/transfers/moneyTimers.ts'
import { sendRefund } from '../../src/transfers/refunds/sendRefund.ts'
import { sendReversal } from '../../src/transfers/reversals/sendReversal.ts'
import { sendTransfer } from '../../src/transfers/transfers/sendTransfer.ts'
import {
  acts,
  closeBooks,
  holdRows,
  leasesRunOut,
  moneyMoves,
  moneyWorld,
  postingsOf,
  refundRows,
  taskAtWork,
  taskStatus,
  trailOf,
  transferDue,
  transferRow,
  uuidIn,
  type World,
} from '../support/money.ts'
import { toPublicId } from '../support/publicIds.ts'
import { accepted, gate, lost, refusedForGood } from '../support/scriptedProvider.ts'
import { type Named, type Outcome, timePasses } from '../support/story.ts'

const MANY = 20
const ROUNDS = 5

let world: World

beforeAll(async () => {
  world = await moneyWorld()
})
afterAll(async () => {
  await closeBooks(world)
})

const together = <Result>(count: number, work: (index: number) => Promise<Result>): Promise<Result[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)))

const countByType = (outcomes: Outcome[]): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const { __typename } of outcomes) counts[__typename] = (counts[__typename] ?? 0) + 1
  return counts
}

async function awaitingTask(): Promise<Named> {
  const task = await world.anna.posts()
  await world.ben.accepts(task)
  return task
}

const ordersFor = (kind: string, reference: string) =>
  world.provider.orders.filter((order) => order.kind === kind && order.reference === reference)

const chargesOf = async (task: Named) => {
  const references = new Set((await holdRows(world, task)).map(({ id }) => toPublicId('hld', id)))
  return world.provider.orders.filter(({ kind, reference }) => kind === 'charge' && references.has(reference))
}

test('concurrent fundTask requests under one key charge once', async () => {
  const task = await awaitingTask()
  const input = { taskId: task.id, paymentMethodId: 'pm_ok', idempotencyKey: randomUUID() }
  const outcomes = await together(MANY, () => world.anna.asks('fundTask', input))
  const counts = countByType(outcomes)
  expect(outcomes.filter(({ replayed }) => replayed === false)).toHaveLength(1)
  expect((counts.FundTaskPayload ?? 0) + (counts.IdempotencyInProgressError ?? 0)).toBe(MANY)
  expect(await chargesOf(task)).toHaveLength(1)
  expect(await holdRows(world, task)).toHaveLength(1)
  expect(await world.anna.asks('fundTask', input)).toMatchObject({ replayed: true, hold: { status: 'HELD' } })
})

test('concurrent fundTask requests under different keys charge once', async () => {
  const task = await awaitingTask()
  const outcomes = await together(MANY, () =>
    world.anna.asks('fundTask', { taskId: task.id, paymentMethodId: 'pm_ok', idempotencyKey: randomUUID() }),
  )
  expect(countByType(outcomes)).toEqual({ FundTaskPayload: 1, IllegalTransitionError: MANY - 1 })
  expect(await chargesOf(task)).toHaveLength(1)
  expect(await trailOf(world, task)).toEqual({ paidIn: 2000n, held: 2000n, remaining: 2000n, balanced: true })
})

test('fundTask races cancelTask: the money is held or refunded', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const task = await awaitingTask()
    const [funded, canceled] = await Promise.all([
      world.anna.asks('fundTask', { taskId: task.id, paymentMethodId: 'pm_ok', idempotencyKey: randomUUID() }),
      world.anna.asks('cancelTask', { taskId: task.id }),
    ])
    await moneyMoves(world)
    const trail = await trailOf(world, task)
    if (canceled.__typename === 'TaskPayload') {
      expect(await taskStatus(world, task)).toBe('CANCELED')
      const isPaid = funded.__typename === 'FundTaskPayload'
      expect(trail).toEqual(isPaid ? { paidIn: 2000n, refunded: 2000n, balanced: true } : { balanced: true })
    } else {
      expect(canceled.__typename).toBe('IllegalTransitionError')
      expect(await taskStatus(world, task)).toBe('ASSIGNED')
      expect(trail).toEqual({ paidIn: 2000n, held: 2000n, remaining: 2000n, balanced: true })
    }
  }
})

test('the outcome of a charge races cancelTask: no money is lost', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const task = await awaitingTask()
    const { opened, open } = gate()
    world.provider.chargesGet(async () => {
      await opened
      return accepted(`charge_race_${round}`)
    })
    const funding = world.anna.asks('fundTask', {
      taskId: task.id,
      paymentMethodId: 'pm_ok',
      idempotencyKey: randomUUID(),
    })
    await expect.poll(() => holdRows(world, task)).toHaveLength(1)
    open()
    const [, canceled] = await Promise.all([funding, world.anna.asks('cancelTask', { taskId: task.id })])
    await moneyMoves(world)
    expect(await trailOf(world, task)).toEqual(
      canceled.__typename === 'TaskPayload'
        ? { paidIn: 2000n, refunded: 2000n, balanced: true }
        : { paidIn: 2000n, held: 2000n, remaining: 2000n, balanced: true },
    )
  }
})

test('webhooks race sweeps: a payment is held once', async () => {
  const task = await awaitingTask()
  world.provider.chargesGet(lost)
  await world.anna.asks('fundTask', { taskId: task.id, paymentMethodId: 'pm_ok', idempotencyKey: randomUUID() })
  const reference = world.provider.orders.at(-1)?.reference ?? ''
  world.provider.did(reference, 'charge_once')
  await timePasses(world.app, '30 seconds')
  const sweep = moneyTimers.find(({ name }) => name === 'paymentsInDoubt')
  await Promise.all([
    ...Array.from({ length: MANY }, () => lookUpNow(world.app.work, { kind: 'charge', reference })),
    ...Array.from({ length: MANY }, () => sweep?.runDue(world.app.work, 100)),
  ])
  expect(await postingsOf(world, task)).toHaveLength(1)
  expect(await taskStatus(world, task)).toBe('ASSIGNED')
})

test('concurrent sweeps repeat a charge that the provider never received only once', async () => {
  const task = await awaitingTask()
  world.provider.chargesGet(lost)
  await world.anna.asks('fundTask', { taskId: task.id, paymentMethodId: 'pm_ok', idempotencyKey: randomUUID() })
  await timePasses(world.app, '30 seconds')
  const sweep = moneyTimers.find(({ name }) => name === 'paymentsInDoubt')
  await together(MANY, async () => sweep?.runDue(world.app.work, 100))
  expect(await chargesOf(task)).toHaveLength(2)
  expect(await postingsOf(world, task)).toHaveLength(1)
})

test('concurrent sweeps warn once of a hold whose limit is near, also while its work is approved', async () => {
  const warningsOf = ({ uuid }: Named) =>
    world.app.prisma.event.count({ where: { taskId: uuid, type: 'task.hold_expiring' } })
  const waiting = await taskAtWork(world)
  const approved = await taskAtWork(world)
  await world.ben.submits(approved)
  await timePasses(world.app, '76 days')
  const sweep = () => expiringHolds.runDue(world.app.work, 100)
  await Promise.all([world.anna.approves(approved), ...Array.from({ length: MANY }, sweep)])
  await sweep()
  expect(await warningsOf(waiting)).toBe(1)
  expect(await warningsOf(approved)).toBeLessThanOrEqual(1)
  expect(await sweep()).toBe(0)
  await timePasses(world.app, '-76 days')
})

test('concurrent workers send one transfer once', async () => {
  const { task, transfer } = await transferDue(world)
  await together(MANY, () => sendTransfer(world.app.work, { transferId: transfer.uuid }))
  await moneyMoves(world)
  expect(ordersFor('transfer', transfer.id)).toHaveLength(1)
  expect(await transferRow(world, transfer)).toMatchObject({ status: 'SUCCEEDED', attempts: [{ number: 1 }] })
  expect(await postingsOf(world, task)).toHaveLength(3)
})

test('concurrent workers send one refund once', async () => {
  const task = await world.anna.posts()
  await world.anna.funds(task)
  await world.anna.cancels(task)
  const refundId = (await refundRows(world, task))[0]?.id ?? ''
  await together(MANY, () => sendRefund(world.app.work, { refundId }))
  await moneyMoves(world)
  expect(ordersFor('refund', toPublicId('rfd', refundId))).toHaveLength(1)
  expect(await refundRows(world, task)).toMatchObject([{ status: 'SUCCEEDED', attemptCount: 1 }])
})

test('concurrent retryTransfer requests and sweeps send one more attempt', async () => {
  const { transfer } = await transferDue(world)
  world.provider.ordersGet(transfer.id, refusedForGood)
  await moneyMoves(world)
  const outcomes = await Promise.all([
    ...Array.from({ length: MANY }, () =>
      acts(world.fay, 'retryTransfer', { transferId: transfer.id, reason: 'Again.' }),
    ),
    ...Array.from({ length: 4 }, () => moneyMoves(world).then((): Outcome => ({ __typename: 'Sweep' }))),
  ])
  await moneyMoves(world)
  expect(countByType(outcomes)).toEqual({ TransferPayload: 1, IllegalTransitionError: MANY - 1, Sweep: 4 })
  expect(ordersFor('transfer', transfer.id)).toHaveLength(2)
  expect((await transferRow(world, transfer)).status).toBe('SUCCEEDED')
})

test('cancelTransfer races a worker: the transfer is paid or canceled, never both', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const { task, transfer } = await transferDue(world)
    const [canceled] = await Promise.all([
      acts(world.fay, 'cancelTransfer', { transferId: transfer.id, reason: 'Stop.' }),
      sendTransfer(world.app.work, { transferId: transfer.uuid }),
    ])
    await moneyMoves(world)
    const isCanceled = canceled.__typename === 'TransferPayload'
    expect(ordersFor('transfer', transfer.id)).toHaveLength(isCanceled ? 0 : 1)
    expect(await trailOf(world, task)).toEqual(
      isCanceled
        ? { paidIn: 2000n, held: 2000n, remaining: 2000n, balanced: true }
        : { paidIn: 2000n, transferred: 1800n, fees: 200n, balanced: true },
    )
  }
})

test('a late answer races the expiry of the lease: the transfer is paid once', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const { task, transfer } = await transferDue(world)
    const { opened, open } = gate()
    world.provider.ordersGet(transfer.id, async () => {
      await opened
      return accepted(`transfer_race_${round}`)
    })
    const sending = sendTransfer(world.app.work, { transferId: transfer.uuid })
    await expect.poll(async () => (await transferRow(world, transfer)).status).toBe('PROCESSING')
    await leasesRunOut(world)
    open()
    await Promise.all([sending, moneyMoves(world), moneyMoves(world)])
    expect((await transferRow(world, transfer)).status).toBe('SUCCEEDED')
    expect(await postingsOf(world, task)).toHaveLength(3)
  }
})

test('resolveInDoubtTransfer races webhooks: the transfer is settled once', async () => {
  const { task, transfer } = await transferDue(world)
  world.provider.ordersGet(transfer.id, lost)
  await moneyMoves(world)
  world.provider.did(transfer.id, 'transfer_found')
  await Promise.all([
    ...Array.from({ length: MANY }, () =>
      acts(world.fay, 'resolveInDoubtTransfer', {
        transferId: transfer.id,
        finding: 'PROVIDER_HAS_IT',
        evidence: 'Seen.',
      }),
    ),
    ...Array.from({ length: MANY }, () => lookUpNow(world.app.work, { kind: 'transfer', reference: transfer.id })),
  ])
  expect((await transferRow(world, transfer)).status).toBe('SUCCEEDED')
  expect(await postingsOf(world, task)).toHaveLength(3)
})

test('a hundred concurrent part reversals take back no more than was paid', async () => {
  const { task, transfer } = await transferDue(world)
  await moneyMoves(world)
  const amount = { amount: '1.00', currencyCode: 'EUR' }
  const input = { transferId: transfer.id, amount, returnFee: true, reason: 'Not done.' }
  const [outcomes] = await Promise.all([
    together(100, () => acts(world.fay, 'reverseTransfer', input)),
    together(MANY, () => moneyMoves(world)),
  ])
  const counts = countByType(outcomes)
  // A late request finds the transfer REVERSED already.
  expect(counts.ReversalPayload).toBe(18)
  expect((counts.InsufficientFundsError ?? 0) + (counts.IllegalTransitionError ?? 0)).toBe(82)
  await moneyMoves(world)
  expect(await transferRow(world, transfer)).toMatchObject({ status: 'REVERSED', reversedMinor: 1800n })
  expect(await trailOf(world, task)).toEqual({ paidIn: 2000n, held: 2000n, remaining: 2000n, balanced: true })
  const sent = world.provider.orders.filter(({ kind }) => kind === 'reversal').map(({ reference }) => reference)
  expect(new Set(sent).size).toBe(sent.length)
})

test('concurrent workers, webhooks and expired leases send a reversal once', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const { task, transfer } = await transferDue(world)
    await moneyMoves(world)
    const input = { transferId: transfer.id, amount: { amount: '18.00', currencyCode: 'EUR' }, reason: 'Not done.' }
    const reversalId = uuidIn((await acts(world.fay, 'reverseTransfer', input)).reversal)
    const reference = toPublicId('rvs', reversalId)
    const { opened, open } = gate()
    world.provider.ordersGet(reference, async () => {
      await opened
      return accepted(`reversal_race_${round}`)
    })
    const sending = together(MANY, () => sendReversal(world.app.work, { reversalId }))
    await expect.poll(() => ordersFor('reversal', reference).length).toBe(1)
    await leasesRunOut(world)
    open()
    const lookUp = () => lookUpNow(world.app.work, { kind: 'reversal', reference })
    await Promise.all([sending, together(MANY, lookUp), moneyMoves(world)])
    expect(ordersFor('reversal', reference)).toHaveLength(1)
    expect((await transferRow(world, transfer)).status).toBe('REVERSED')
    expect(await postingsOf(world, task)).toHaveLength(4)
  }
})

test('concurrent refundHold requests refund no more than is available', async () => {
  const task = await taskAtWork(world)
  const [hold] = await holdRows(world, task)
  const input = {
    holdId: toPublicId('hld', hold?.id ?? ''),
    amount: { amount: '9.00', currencyCode: 'EUR' },
    reason: 'Agreed.',
  }
  const outcomes = await together(MANY, () => acts(world.fay, 'refundHold', input))
  expect(countByType(outcomes)).toEqual({ RefundPayload: 2, InsufficientFundsError: MANY - 2 })
  await moneyMoves(world)
  expect(await trailOf(world, task)).toEqual({
    paidIn: 2000n,
    held: 200n,
    refunded: 1800n,
    remaining: 200n,
    balanced: true,
  })
})

test('refundHold races approveWork: no more is paid out than was paid in', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const task = await taskAtWork(world)
    await world.ben.submits(task)
    const [hold] = await holdRows(world, task)
    await Promise.all([
      acts(world.fay, 'refundHold', {
        holdId: toPublicId('hld', hold?.id ?? ''),
        amount: { amount: '5.00', currencyCode: 'EUR' },
        reason: 'Agreed.',
      }),
      world.anna.approves(task),
    ])
    await moneyMoves(world)
    const refunded = (await refundRows(world, task)).length > 0
    expect(await trailOf(world, task)).toEqual(
      refunded
        ? { paidIn: 2000n, transferred: 1350n, fees: 150n, refunded: 500n, balanced: true }
        : { paidIn: 2000n, transferred: 1800n, fees: 200n, balanced: true },
    )
  }
})

test('concurrent approveWork requests create one transfer', async () => {
  const task = await taskAtWork(world)
  await world.ben.submits(task)
  const outcomes = await together(MANY, () =>
    world.anna.asks('approveWork', { taskId: task.id, idempotencyKey: randomUUID() }),
  )
  expect(countByType(outcomes)).toEqual({ ApproveWorkPayload: 1, IllegalTransitionError: MANY - 1 })
  await moneyMoves(world)
  expect(await world.app.prisma.transfer.count({ where: { taskId: task.uuid } })).toBe(1)
  expect(await trailOf(world, task)).toEqual({ paidIn: 2000n, transferred: 1800n, fees: 200n, balanced: true })
})

test('concurrent first payments in a currency share its ledger accounts', async () => {
  const tasks = await together(10, async () => {
    const task = await world.anna.posts({ budget: { amount: '50.00', currencyCode: 'NOK' } })
    return task
  })
  await Promise.all(tasks.map((task) => world.anna.funds(task)))
  expect(await world.app.prisma.ledgerAccount.count({ where: { currency: 'NOK', kind: 'PROVIDER_CLEARING' } })).toBe(1)
  for (const task of tasks) expect(await postingsOf(world, task)).toHaveLength(1)
})

/** Disputes against approvals, timers and each other: one outcome, one payment, a sound ledger. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { disputeTimers } from '../../src/disputes/disputeTimers.ts'
import {
  closeBooks,
  holdRows,
  moneyMoves,
  moneyWorld,
  refundRows,
  taskAtWork,
  trailOf,
  type World,
} from '../support/money.ts'
import { type Actor, actor, historyOf, type Named, taskRowOf, timePasses, timersRun } from '../support/story.ts'

const ROUNDS = 8

let world: World
let anna: Actor
let ben: Actor

beforeAll(async () => {
  world = await moneyWorld()
})
afterAll(async () => {
  await closeBooks(world)
})

/** Submitted work of new people, so that no support chat is shared. */
async function submitted(): Promise<Named> {
  ;[anna, ben] = [await actor(world.app, 'Anna'), await actor(world.app, 'Ben')]
  const task = await taskAtWork({ ...world, anna, ben })
  await ben.submits(task)
  return task
}

const transfersOf = ({ uuid }: Named) => world.app.prisma.transfer.findMany({ where: { taskId: uuid } })
const openCount = ({ uuid }: Named) => world.app.prisma.dispute.count({ where: { taskId: uuid, status: 'OPEN' } })
const countOf = async (task: Named, type: string) =>
  (await historyOf(world.app, task)).filter((event) => event.startsWith(`${type} `)).length
const reason = 'The paint is grey.'
const approves = (task: Named) => anna.asks('approveWork', { taskId: task.id, idempotencyKey: randomUUID() })
const decides = ({ id }: Named, amount: string, by = world.fay) =>
  by.asks('resolveDispute', {
    disputeId: id,
    toTasker: { amount, currencyCode: 'EUR' },
    note: 'Half.',
    idempotencyKey: randomUUID(),
  })

test('approved or disputed, never both', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const task = await submitted()
    const [approved, disputed] = await Promise.all([
      approves(task),
      ben.asks('openDispute', { taskId: task.id, reason }),
    ])
    const isApproved = approved.__typename === 'ApproveWorkPayload'
    expect((isApproved ? disputed : approved).__typename).toBe('IllegalTransitionError')
    expect((isApproved ? approved : disputed).__typename).toMatch(/Payload$/)
    expect((await taskRowOf(world.app, task)).status).toBe(isApproved ? 'COMPLETED' : 'DISPUTED')
    expect([await openCount(task), (await transfersOf(task)).length]).toEqual(isApproved ? [0, 1] : [1, 0])
    expect(await holdRows(world, task)).toMatchObject([{ frozen: !isApproved }])
  }
})

test('approved by time or disputed, never both', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const task = await submitted()
    await timePasses(world.app, '6 days')
    const [disputed] = await Promise.all([
      anna.asks('openDispute', { taskId: task.id, reason }),
      timersRun(world.app),
      timersRun(world.app),
    ])
    await timersRun(world.app)
    const isDisputed = disputed.__typename === 'DisputePayload'
    if (!isDisputed) expect(disputed).toMatchObject({ __typename: 'IllegalTransitionError', from: 'COMPLETED' })
    expect((await taskRowOf(world.app, task)).status).toBe(isDisputed ? 'DISPUTED' : 'COMPLETED')
    expect(await transfersOf(task)).toHaveLength(isDisputed ? 0 : 1)
    await timePasses(world.app, '-6 days')
  }
})

test('disputed by both sides at once, ten times, there is one dispute', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const task = await submitted()
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        (index % 2 ? anna : ben).asks('openDispute', { taskId: task.id, reason }),
      ),
    )
    expect(outcomes.filter(({ __typename }) => __typename === 'DisputePayload')).toHaveLength(1)
    expect(outcomes.filter(({ __typename }) => __typename === 'IllegalTransitionError')).toHaveLength(9)
    expect([await openCount(task), await countOf(task, 'task.dispute_opened')]).toEqual([1, 1])
  }
})

test('resolved or withdrawn, never both', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const task = await submitted()
    const dispute = await anna.disputes(task)
    const [resolved, withdrawn] = await Promise.all([
      decides(dispute, '5.00'),
      anna.asks('withdrawDispute', { disputeId: dispute.id }),
    ])
    const isResolved = resolved.__typename === 'DisputePayload'
    expect((isResolved ? withdrawn : resolved).__typename).toBe('IllegalTransitionError')
    expect((await taskRowOf(world.app, task)).status).toBe(isResolved ? 'COMPLETED' : 'SUBMITTED')
    expect([(await transfersOf(task)).length, (await refundRows(world, task)).length]).toEqual(
      isResolved ? [1, 1] : [0, 0],
    )
    expect(await holdRows(world, task)).toMatchObject([{ frozen: false }])
  }
})

test('resolved by two members of staff with different shares, one decision counts and is paid once', async () => {
  const flo = await actor(world.app, 'Flo', 'FINANCE')
  for (let round = 0; round < ROUNDS; round++) {
    const task = await submitted()
    const dispute = await ben.disputes(task)
    const outcomes = await Promise.all([
      decides(dispute, '5.00'),
      decides(dispute, '15.00', flo),
      decides(dispute, '0', flo),
    ])
    expect(outcomes.filter(({ __typename }) => __typename === 'DisputePayload')).toHaveLength(1)
    expect(outcomes.filter(({ __typename }) => __typename === 'IllegalTransitionError')).toHaveLength(2)
    await moneyMoves(world)
    const row = await world.app.prisma.dispute.findUniqueOrThrow({ where: { id: dispute.uuid } })
    const transfers = await transfersOf(task)
    const refunds = await refundRows(world, task)
    expect(transfers.reduce((sum, { grossMinor }) => sum + grossMinor, 0n)).toBe(row.toTaskerMinor)
    expect(refunds.reduce((sum, { amountMinor }) => sum + amountMinor, 0n)).toBe(row.toPosterMinor)
    expect(await trailOf(world, task)).toMatchObject({ paidIn: 2000n, balanced: true })
    expect(await countOf(task, 'task.dispute_resolved')).toBe(1)
  }
})

test('overdue as it is resolved: at most one event for each time, and none after the end', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const task = await submitted()
    const dispute = await ben.disputes(task)
    await timePasses(world.app, '3 days')
    const run = () => Promise.all(disputeTimers.map((timer) => timer.runDue(world.app.work, 100)))
    const [resolved] = await Promise.all([decides(dispute, '5.00'), run(), run()])
    await run()
    expect(resolved.__typename).toBe('DisputePayload')
    expect(await countOf(task, 'task.dispute_overdue')).toBeLessThanOrEqual(1)
    await timePasses(world.app, '-3 days')
  }
})

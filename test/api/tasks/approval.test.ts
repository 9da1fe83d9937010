/** Approval splits the held money exactly into gross, fee and net, in every currency and at every limit. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ask } from '../../support/ask.ts'
import {
  acts,
  closeBooks,
  holdRows,
  moneyMoves,
  moneyWorld,
  postingsOf,
  refundRows,
  taskAtWork,
  taskStatus,
  trailOf,
  transferDue,
  transferRow,
  type World,
} from '../../support/money.ts'
import { toPublicId } from '../../support/publicIds.ts'
import { refusedForGood } from '../../support/scriptedProvider.ts'
import { actor, expectRefusal, type Named, timePasses, timersRun } from '../../support/story.ts'

let world: World

beforeAll(async () => {
  world = await moneyWorld()
})
afterAll(async () => {
  await closeBooks(world)
})

test.each([
  // The minimum price: the fee plus one minor unit.
  ['EUR', '1.01', 101n, 100n, 1n],
  ['EUR', '9.99', 999n, 100n, 899n],
  ['EUR', '10.00', 1000n, 100n, 900n],
  // A tenth, rounded down to the minor unit.
  ['EUR', '10.09', 1009n, 100n, 909n],
  ['EUR', '10.10', 1010n, 101n, 909n],
  ['JPY', '2', 2n, 1n, 1n],
  ['JPY', '9', 9n, 1n, 8n],
  ['JPY', '10', 10n, 1n, 9n],
  ['JPY', '1239', 1239n, 123n, 1116n],
  ['KWD', '1.001', 1001n, 1000n, 1n],
  ['KWD', '9.999', 9999n, 1000n, 8999n],
  ['KWD', '10.000', 10000n, 1000n, 9000n],
  ['KWD', '12.345', 12345n, 1234n, 11111n],
  ['ISK', '1239', 1239n, 123n, 1116n],
  ['XOF', '10', 10n, 1n, 9n],
  ['HUF', '9.99', 999n, 100n, 899n],
  ['PKR', '12.39', 1239n, 123n, 1116n],
  ['CLF', '1.0001', 10001n, 10000n, 1n],
  ['CLF', '12.3456', 123456n, 12345n, 111111n],
  // The maximum amount of the input schemas.
  ['EUR', '10000000000000.00', 10n ** 15n, 10n ** 14n, 9n * 10n ** 14n],
])('%s %s is %d gross, %d fee, %d net', async (currencyCode, amount, gross, fee, net) => {
  const { task, transfer } = await transferDue(world, { budget: { amount, currencyCode } })
  expect(await transferRow(world, transfer)).toMatchObject({
    grossMinor: gross,
    feeMinor: fee,
    netMinor: net,
    currency: currencyCode,
  })
  await moneyMoves(world)
  expect(await postingsOf(world, task)).toEqual([
    `hold.funded: DEBIT PROVIDER_CLEARING ${gross}, CREDIT TASK_HOLD ${gross}`,
    `transfer.created: DEBIT TASK_HOLD ${gross}, CREDIT USER_PAYABLE ${net}, CREDIT PLATFORM_FEE ${fee}`,
    `transfer.succeeded: DEBIT USER_PAYABLE ${net}, CREDIT PROVIDER_CLEARING ${net}`,
  ])
  expect(await trailOf(world, task)).toEqual({ paidIn: gross, transferred: net, fees: fee, balanced: true })
  expect(await holdRows(world, task)).toMatchObject([{ status: 'RELEASED', remainingMinor: 0n, releasedMinor: gross }])
})

test('automatic approval after five days pays the same amounts', async () => {
  const task = await taskAtWork(world)
  await world.ben.submits(task)
  await timePasses(world.app, '5 days')
  await timersRun(world.app)
  expect(await taskStatus(world, task)).toBe('COMPLETED')
  await moneyMoves(world)
  expect(await trailOf(world, task)).toEqual({ paidIn: 2000n, transferred: 1800n, fees: 200n, balanced: true })
})

const holdIdOf = async (task: Named) => toPublicId('hld', (await holdRows(world, task))[0]?.id ?? '')

test.each([
  ['19.00', 100n, 10n],
  // floor(200 x 999 / 2000) = 99
  ['10.01', 999n, 99n],
  ['19.89', 11n, 1n],
  ['19.91', 9n, 0n],
])('of 20.00 less a refund of %s, it pays what remains with its share of the fee', async (amount, gross, fee) => {
  const { fay, ben, anna } = world
  const task = await taskAtWork(world)
  const refund = { holdId: await holdIdOf(task), amount: { amount, currencyCode: 'EUR' }, reason: 'Agreed.' }
  expect(await acts(fay, 'refundHold', refund)).toMatchObject({ __typename: 'RefundPayload' })
  await ben.submits(task)
  const transfer = await anna.approves(task)
  expect(await transferRow(world, transfer)).toMatchObject({ grossMinor: gross, feeMinor: fee, netMinor: gross - fee })
})

test('approval refunds held money above the agreed price', async () => {
  const { anna, ben } = world
  const task = await anna.posts({ acceptanceMode: 'POSTER_CHOICE' })
  await anna.funds(task)
  await anna.accepts(await ben.applies(task, { price: { amount: '12.00', currencyCode: 'EUR' } }))
  // The refund of the excess failed, so it is held again.
  const [excess] = await refundRows(world, task)
  world.provider.ordersGet(toPublicId('rfd', excess?.id ?? ''), refusedForGood)
  await moneyMoves(world)
  expect(await holdRows(world, task)).toMatchObject([{ remainingMinor: 2000n }])
  await ben.submits(task)
  const transfer = await anna.approves(task)
  expect(await transferRow(world, transfer)).toMatchObject({ grossMinor: 1200n, feeMinor: 120n, netMinor: 1080n })
  expect(await refundRows(world, task)).toMatchObject([{ status: 'FAILED' }, { amountMinor: 800n, status: 'PENDING' }])
  await moneyMoves(world)
  expect(await trailOf(world, task)).toEqual({
    paidIn: 2000n,
    transferred: 1080n,
    fees: 120n,
    refunded: 800n,
    balanced: true,
  })
  expect(await holdRows(world, task)).toMatchObject([{ status: 'RELEASED', remainingMinor: 0n, releasedMinor: 1200n }])
})

test('money of a refund that fails after approval is held again, and can be refunded again', async () => {
  const { anna, ben, fay } = world
  const task = await anna.posts({ acceptanceMode: 'POSTER_CHOICE' })
  await anna.funds(task)
  await anna.accepts(await ben.applies(task, { price: { amount: '12.00', currencyCode: 'EUR' } }))
  const [excess] = await refundRows(world, task)
  await ben.submits(task)
  await anna.approves(task)
  expect(await holdRows(world, task)).toMatchObject([{ status: 'RELEASED' }])
  world.provider.ordersGet(toPublicId('rfd', excess?.id ?? ''), refusedForGood)
  await moneyMoves(world)
  expect(await holdRows(world, task)).toMatchObject([{ status: 'HELD', remainingMinor: 800n, releasedMinor: 1200n }])
  const refund = {
    holdId: await holdIdOf(task),
    amount: { amount: '8.00', currencyCode: 'EUR' },
    reason: 'Once more.',
  }
  expect(await acts(fay, 'refundHold', refund)).toMatchObject({ hold: { status: 'RELEASED' } })
})

test('approval is refused while the money is frozen, and changes nothing', async () => {
  const { app, anna, ben } = world
  const task = await taskAtWork(world)
  await ben.submits(task)
  await app.database.pool.query('update holds set frozen = true where task_id = $1', [task.uuid])
  await expectRefusal(
    app,
    anna,
    'approveWork',
    { taskId: task.id, idempotencyKey: 'frozen' },
    { __typename: 'HoldFrozenError', code: 'HOLD_FROZEN' },
  )
})

test('after a change of tasker the second one is paid from the kept hold', async () => {
  const { app, anna, ben } = world
  const carl = await actor(app, 'Carl')
  const task = await taskAtWork(world)
  await ben.withdrawsFrom(task)
  await carl.accepts(task)
  expect(await taskStatus(world, task)).toBe('ASSIGNED')
  await carl.submits(task)
  const transfer = await anna.approves(task)
  await moneyMoves(world)
  expect(await transferRow(world, transfer)).toMatchObject({ status: 'SUCCEEDED', destinationId: carl.uuid })
  const balances = '{ viewer { balances { currencyCode pending { amount } paid { amount } } } }'
  expect(await ask(carl, balances)).toEqual({
    viewer: { balances: [{ currencyCode: 'EUR', pending: { amount: '0.00' }, paid: { amount: '18.00' } }] },
  })
})

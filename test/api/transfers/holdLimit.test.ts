/** The time for which the provider lets money be held, and the warning before its end. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SANDBOX_TRAITS } from '../../../src/payments/sandbox/sandboxTraits.ts'
import { expiringHolds } from '../../../src/transfers/holds/holdTimers.ts'
import {
  acts,
  holdRows,
  moneyMoves,
  moneyWorld,
  refundRows,
  taskAtWork,
  transferDue,
  type World,
} from '../../support/money.ts'
import { toPublicId } from '../../support/publicIds.ts'
import { lost, refusedForGood } from '../../support/scriptedProvider.ts'
import { type Actor, actor, type Named, timePasses } from '../../support/story.ts'

const DAY_MS = 24 * 3_600_000

let world: World

beforeAll(async () => {
  world = await moneyWorld()
})
afterAll(async () => {
  await world.app.stop()
})

const warnings = ({ uuid }: Named) =>
  world.app.prisma.event.findMany({ where: { taskId: uuid, type: 'task.hold_expiring' } })

const runs = () => expiringHolds.runDue(world.app.work, 100)

/** The days from the order of the only payment of a task to the end of its limit. */
async function daysOf(task: Named): Promise<number> {
  const [hold] = await holdRows(world, task)
  return (Number(hold?.holdableUntil) - Number(hold?.createdAt)) / DAY_MS
}

const refundsAll = async (task: Named) => {
  const [hold] = await holdRows(world, task)
  await acts(world.fay, 'refundHold', {
    holdId: toPublicId('hld', String(hold?.id)),
    amount: { amount: '20.00', currencyCode: 'EUR' },
    reason: 'The work is not needed.',
  })
}

test('90 days, and two years for a platform in the United States', async () => {
  const { services } = world.app
  expect(await daysOf(await taskAtWork(world))).toBe(90)
  services.platformCountry = 'US'
  expect(await daysOf(await taskAtWork(world))).toBe(730)
  services.platformCountry = 'DE'
  expect(await daysOf(await taskAtWork(world))).toBe(90)
  services.platformCountry = null
})

test('parties and finance staff see it once the payment has succeeded, and never without a limit', async () => {
  const { app, anna, ben, fay, provider } = world
  const task = await anna.posts()
  await ben.accepts(task)
  provider.chargesGet(lost)
  await anna.funds(task)
  expect(await holdRows(world, task)).toMatchObject([{ status: 'PENDING' }])
  const limitFor = async (someone: Actor) => {
    const { data } = await someone.send(`{ task(id: "${task.id}") { hold { holdableUntil } } }`)
    const found = data?.task as unknown as { hold: { holdableUntil: string | null } | null } | undefined
    return found?.hold?.holdableUntil
  }
  expect(await limitFor(anna)).toBeNull()
  await timePasses(app, '1 hour')
  await moneyMoves(world)
  const [row] = await holdRows(world, task)
  for (const someone of [anna, ben, fay]) expect(await limitFor(someone)).toBe(row?.holdableUntil?.toISOString())
  expect(await limitFor(await actor(app, 'Otto'))).toBeUndefined()
  provider.traits = { ...provider.traits, holdableDays: () => null }
  const unlimited = await taskAtWork(world)
  provider.traits = SANDBOX_TRAITS
  expect(await holdRows(world, unlimited)).toMatchObject([{ holdableUntil: null, expiryWarningAt: null }])
})

test('a warning 14 days before, once, while money is left in the hold', async () => {
  const { app, anna, ben, fay } = world
  await timePasses(app, '800 days')
  await runs()
  const task = await taskAtWork(world)
  const approved = (await transferDue(world)).task
  const refunded = await anna.posts()
  await anna.funds(refunded)
  await refundsAll(refunded)
  await timePasses(app, '75 days 23 hours')
  expect(await runs()).toBe(0)
  expect(await expiringHolds.nextDue(app.database)).toBeInstanceOf(Date)
  await timePasses(app, '1 hour')
  expect(await runs()).toBe(1)
  const [warning] = await warnings(task)
  expect(warning).toMatchObject({ actorId: null, statusAfter: null })
  expect(warning?.recipientIds.sort()).toEqual([anna.uuid, ben.uuid, fay.uuid].sort())
  await timePasses(app, '14 days')
  expect(await runs()).toBe(0)
  expect(await warnings(task)).toHaveLength(1)
  expect(await warnings(approved)).toEqual([])
  expect(await warnings(refunded)).toEqual([])
  expect(await expiringHolds.nextDue(app.database)).toBeNull()
})

test('money that returns to a hold after the time of its warning is warned of at once', async () => {
  const { app, provider, anna } = world
  const task = await anna.posts()
  await anna.funds(task)
  await anna.cancels(task)
  await timePasses(app, '80 days')
  expect(await runs()).toBe(0)
  const [refund] = await refundRows(world, task)
  provider.ordersGet(toPublicId('rfd', String(refund?.id)), refusedForGood)
  await moneyMoves(world)
  expect(await runs()).toBe(1)
  expect(await warnings(task)).toHaveLength(1)
})

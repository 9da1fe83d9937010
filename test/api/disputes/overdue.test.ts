/** A dispute that waits too long for a decision is recorded after 3 and 7 days, and counted for staff. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { disputeTimers } from '../../../src/disputes/disputeTimers.ts'
import { ask } from '../../support/ask.ts'
import { moneyWorld, taskAtWork, type World } from '../../support/money.ts'
import { actor, type Named, timePasses } from '../../support/story.ts'

let world: World

beforeAll(async () => {
  world = await moneyWorld()
})
afterAll(async () => {
  await world.app.stop()
})

const HEALTH = '{ disputeHealth { open overdue longOverdue oldestOpenedAt ok } }'
const timersRun = async () => {
  let count = 0
  for (const timer of disputeTimers) count += await timer.runDue(world.app.work, 100)
  return count
}
const overdueEvents = ({ uuid }: Named) =>
  world.app.prisma.event.findMany({
    where: { taskId: uuid, type: 'task.dispute_overdue' },
    orderBy: { sequence: 'asc' },
  })

test('after 3 and 7 days, once each, until it has ended', async () => {
  const { app, anna, ben, fay } = world
  const task = await taskAtWork(world)
  const flo = await actor(app, 'Flo', 'FINANCE')
  const own = await flo.posts()
  await ben.accepts(own)
  await flo.funds(own)
  expect(await ask(fay, HEALTH)).toEqual({
    disputeHealth: { open: 0, overdue: 0, longOverdue: 0, oldestOpenedAt: null, ok: true },
  })
  const dispute = await anna.disputes(task)
  const hers = await flo.disputes(own)
  await timePasses(app, '2 days 23 hours')
  expect(await timersRun()).toBe(0)
  expect(await disputeTimers[0]?.nextDue(app.database)).toBeInstanceOf(Date)
  await timePasses(app, '1 hour')
  expect(await timersRun()).toBe(2)
  expect(await timersRun()).toBe(0)
  const [event] = await overdueEvents(task)
  expect(event).toMatchObject({ actorId: null, statusAfter: null })
  expect(event?.recipientIds.sort()).toEqual([anna.uuid, ben.uuid, fay.uuid, flo.uuid].sort())
  // Flo has a conflict of interest in her own task: she is a recipient as its poster only.
  expect((await overdueEvents(own))[0]?.recipientIds.sort()).toEqual([flo.uuid, ben.uuid, fay.uuid].sort())
  expect(await ask(fay, HEALTH)).toMatchObject({ disputeHealth: { open: 2, overdue: 2, longOverdue: 0, ok: false } })
  await flo.does('withdrawDispute', { disputeId: hers.id })
  await timePasses(app, '4 days')
  expect(await timersRun()).toBe(1)
  expect(await overdueEvents(task)).toHaveLength(2)
  expect(await ask(fay, HEALTH)).toMatchObject({ disputeHealth: { open: 1, overdue: 1, longOverdue: 1 } })
  await timePasses(app, '30 days')
  expect(await timersRun()).toBe(0)
  await anna.does('withdrawDispute', { disputeId: dispute.id })
  expect(await disputeTimers[0]?.nextDue(app.database)).toBeNull()
  expect(await ask(fay, HEALTH)).toMatchObject({ disputeHealth: { open: 0, ok: true } })
  expect(await ask(anna, HEALTH)).toEqual({ disputeHealth: null })
})

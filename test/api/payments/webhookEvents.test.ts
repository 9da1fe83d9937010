/** Events of the provider through the server's door: each is processed once, whenever and however often it is delivered. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Notice } from '../../../src/payments/port/provider.ts'
import { oldWebhooks } from '../../../src/payments/webhooks/processOnce.ts'
import {
  closeBooks,
  moneyMoves,
  moneyWorld,
  refundRows,
  transferDue,
  transferRow,
  type World,
} from '../../support/money.ts'
import { toPublicId } from '../../support/publicIds.ts'
import { failedLater, gate, lost } from '../../support/scriptedProvider.ts'
import { timePasses } from '../../support/story.ts'

let world: World
let url: string

beforeAll(async () => {
  world = await moneyWorld()
  url = await world.app.listen()
  // A body that is a notice in JSON is genuine, anything else is forged.
  world.provider.readWebhook = async ({ body }) => {
    const text = body.toString()
    return text.startsWith('{') ? (JSON.parse(text) as Notice) : undefined
  }
})
afterAll(async () => {
  await closeBooks(world)
})
beforeEach(() => {
  world.provider.questions.length = 0
})

async function deliver(notice: Notice | string, path = '/webhooks/payments'): Promise<number> {
  const body = typeof notice === 'string' ? notice : JSON.stringify(notice)
  const response = await fetch(url + path, { method: 'POST', body })
  await response.body?.cancel()
  return response.status
}

const events = () => world.app.prisma.webhookReceived.findMany({ orderBy: { receivedAt: 'asc' } })
const eventOf = (eventId: string) => world.app.prisma.webhookReceived.findFirst({ where: { eventId } })

/** A transfer whose answer was lost. */
async function transferInDoubt() {
  const due = await transferDue(world)
  world.provider.ordersGet(due.transfer.id, lost)
  await moneyMoves(world)
  return { ...due, about: { kind: 'transfer' as const, reference: due.transfer.id } }
}

test('an event is processed by a look-up, and its repetition does nothing', async () => {
  const { transfer, about } = await transferInDoubt()
  world.provider.did(transfer.id, 'transfer_done')
  const notice = { eventId: 'evt_repeated', about }
  expect(await deliver(notice)).toBe(200)
  expect((await transferRow(world, transfer)).status).toBe('SUCCEEDED')
  expect(await eventOf('evt_repeated')).toMatchObject({
    provider: 'sandbox',
    processedAt: expect.any(Date),
    leaseUntil: null,
  })
  expect(await deliver(notice)).toBe(200)
  expect(await deliver(notice, '/webhooks/payments/sandbox')).toBe(200)
  expect(world.provider.questions).toHaveLength(1)
})

test('of two deliveries at once, one is processed; the other is answered 503, so that nothing is lost if the first fails', async () => {
  const { transfer, about } = await transferInDoubt()
  const { opened, open } = gate()
  world.provider.questionsGet(transfer.id, async () => {
    await opened
    return { kind: 'has', providerReference: 'transfer_done' }
  })
  const notice = { eventId: 'evt_concurrent', about }
  const first = deliver(notice)
  await expect.poll(() => world.provider.questions.length).toBe(1)
  expect(await deliver(notice)).toBe(503)
  expect(await eventOf('evt_concurrent')).toMatchObject({ processedAt: null })
  open()
  expect(await first).toBe(200)
  expect(await deliver(notice)).toBe(200)
  expect(world.provider.questions).toHaveLength(1)
})

test('twenty deliveries at once are processed once', async () => {
  const { transfer, about } = await transferInDoubt()
  world.provider.did(transfer.id, 'transfer_done')
  const statuses = await Promise.all(Array.from({ length: 20 }, () => deliver({ eventId: 'evt_crowd', about })))
  expect(statuses).toContain(200)
  expect(statuses.every((status) => status === 200 || status === 503)).toBe(true)
  expect(world.provider.questions).toHaveLength(1)
  expect((await transferRow(world, transfer)).status).toBe('SUCCEEDED')
})

test('an event whose processing failed, or whose server died, is processed by a later delivery', async () => {
  const { transfer, about } = await transferInDoubt()
  const notice = { eventId: 'evt_failing', about }
  world.provider.questionsGet(transfer.id, () => Promise.reject(new Error('A fault.')))
  expect(await deliver(notice)).toBe(500)
  expect(await eventOf('evt_failing')).toMatchObject({ processedAt: null, leaseUntil: null })
  world.app.logLines.length = 0
  world.provider.questionsGet(transfer.id, { kind: 'unreachable', message: 'No answer.' })
  expect(await deliver(notice)).toBe(503)
  expect(await eventOf('evt_failing')).toMatchObject({ processedAt: null, leaseUntil: null })
  // A server that dies leaves its lease.
  await world.app.database.pool.query(
    `update webhooks_received set lease_until = clock_timestamp() + interval '1 minute' where event_id = 'evt_failing'`,
  )
  expect(await deliver(notice)).toBe(503)
  await world.app.database.pool.query(
    `update webhooks_received set lease_until = clock_timestamp() where event_id = 'evt_failing'`,
  )
  world.provider.did(transfer.id, 'transfer_done')
  expect(await deliver(notice)).toBe(200)
  expect((await transferRow(world, transfer)).status).toBe('SUCCEEDED')
})

test('events in any order lead to the state that the provider reports', async () => {
  const { task } = await transferDue(world, {})
  await moneyMoves(world)
  const open = await world.anna.posts()
  await world.anna.funds(open)
  await world.anna.cancels(open)
  await moneyMoves(world)
  const [refund] = await refundRows(world, open)
  const reference = toPublicId('rfd', refund?.id ?? '')
  world.provider.questionsGet(reference, failedLater, failedLater)
  const about = { kind: 'refund' as const, reference }
  // The news that it failed comes before the news that it was made.
  expect(await deliver({ eventId: 'evt_failed', about })).toBe(200)
  expect(await deliver({ eventId: 'evt_created', about })).toBe(200)
  expect(await refundRows(world, open)).toMatchObject([{ status: 'FAILED' }])
  expect(await refundRows(world, task)).toEqual([])
})

test('a forged event and one about nothing of ours are not recorded; the first is refused', async () => {
  const before = (await events()).length
  expect(await deliver('forged')).toBe(400)
  expect(await deliver({ eventId: 'evt_other', about: null })).toBe(200)
  expect(await events()).toHaveLength(before)
  expect(await deliver({ eventId: 'evt_unknown', about: { kind: 'charge', reference: 'hld_nonsense' } })).toBe(200)
  expect(world.provider.questions).toEqual([])
})

test('the webhooks of a provider that this server does not use are not found', async () => {
  expect(await deliver({ eventId: 'evt_stray', about: null }, '/webhooks/payments/stripe')).toBe(404)
  expect(await deliver({ eventId: 'evt_stray', about: null }, '/webhooks/payments/')).toBe(404)
})

test('ids of events are deleted after 35 days', async () => {
  const count = (await events()).length
  expect(count).toBeGreaterThan(0)
  await timePasses(world.app, '34 days')
  expect(await oldWebhooks.runDue(world.app.work, 100)).toBe(0)
  await timePasses(world.app, '2 days')
  expect(await oldWebhooks.runDue(world.app.work, 1)).toBe(1)
  expect(await oldWebhooks.runDue(world.app.work, 100)).toBe(count - 1)
  expect(await events()).toEqual([])
})

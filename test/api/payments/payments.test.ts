/** Payments end to end in each mode of the provider: the status of the transfer, and one movement at the provider despite retries. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { allJobs } from '../../../src/background/jobs.ts'
import { startWorker } from '../../../src/background/worker.ts'
import type { Repetition } from '../../../src/domain/repeat.ts'
import type { ProviderMode } from '../../../src/payments/sandbox/sandbox.sql.ts'
import { SIGNATURE_HEADER, signWebhook } from '../../../src/payments/sandbox/webhookSignature.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'
import { type Actor, actor, type Named } from '../../support/story.ts'

const IN_TIME = { timeout: 45_000 }
const DAY_MS = 86_400_000
// Tolerance between due time and execution: an error would be off by minutes, a slow machine is off by seconds.
const SLACK_MS = 15_000

let app: TestApp
let anna: Actor
let ben: Actor
let ada: Actor
let worker: Repetition
let url: string

beforeAll(async () => {
  app = await startApp()
  // From here on the provider's webhooks arrive, as in a real server.
  url = await app.listen()
  anna = await actor(app, 'Anna')
  ben = await actor(app, 'Ben')
  ada = await actor(app, 'Ada', 'ADMIN')
})
afterAll(async () => {
  await app.stop()
})
beforeEach(async () => {
  await setMode('ACCEPT')
  worker = startWorker({ connectionString: app.connectionString, work: app.work, jobs: allJobs, timers: app.timers })
})
afterEach(async () => {
  await worker.stop()
})

async function setMode(mode: ProviderMode): Promise<void> {
  const answer = await ada.send(
    'mutation ($mode: SandboxProviderMode!) { setSandboxProvider(input: { mode: $mode }) { __typename } }',
    { mode },
  )
  expect(answer.data?.setSandboxProvider).toEqual({ __typename: 'SandboxPayload' })
}

async function advance(by: string): Promise<void> {
  const answer = await ada.send(
    'mutation ($by: Duration!) { advanceSandboxClock(input: { by: $by }) { __typename } }',
    { by },
  )
  expect(answer.data?.advanceSandboxClock).toEqual({ __typename: 'SandboxPayload' })
}

/** A task with submitted work and held money. */
async function submittedTask(): Promise<Named> {
  const task = await anna.posts()
  await ben.accepts(task)
  await anna.funds(task)
  await ben.submits(task)
  return task
}

async function statusOf({ id }: Named): Promise<string> {
  const answer = await ada.send('query ($id: ID!) { node(id: $id) { ... on Transfer { status } } }', { id })
  return ((answer.data?.node ?? {}) as { status: string }).status
}

const untilStatus = (transfer: Named, status: string) => expect.poll(() => statusOf(transfer), IN_TIME).toBe(status)

const movementsFor = ({ id }: Named) => app.database.rows<{ amountMinor: bigint }>`
  /* testMovements */
  select amount_minor
  from sandbox.movements
  where our_reference = ${id}`

/** Expects at most one movement for each order, and a balanced money trail for each task. */
async function expectBalance(): Promise<void> {
  const duplicates = await app.database.rows`
    /* testDuplicates */
    select our_reference
    from sandbox.movements
    group by our_reference
    having count(*) > 1`
  expect(duplicates).toEqual([])
  const unbalanced = await app.database.rows`
    /* testTrails */
    select tasks.id
    from tasks
    cross join lateral money_trail(tasks.id) trail
    where not trail.balanced`
  expect(unbalanced).toEqual([])
}

test.each(['ACCEPT', 'DELAY', 'DUPLICATE_WEBHOOK'] as const)('%s pays once', async (mode) => {
  const task = await submittedTask()
  await setMode(mode)
  const transfer = await anna.approves(task)
  await untilStatus(transfer, 'SUCCEEDED')
  expect(await movementsFor(transfer)).toEqual([{ amountMinor: 1800n }])
  await expectBalance()
})

test('REFUSE moves no money; the retry, under another key, pays once', async () => {
  const task = await submittedTask()
  await setMode('REFUSE')
  const transfer = await anna.approves(task)
  await untilStatus(transfer, 'RETRYING')
  await advance('PT2M')
  expect(await statusOf(transfer)).toBe('RETRYING')
  expect(await movementsFor(transfer)).toEqual([])
  await setMode('ACCEPT')
  await advance('PT10M')
  expect(await statusOf(transfer)).toBe('SUCCEEDED')
  expect(await movementsFor(transfer)).toEqual([{ amountMinor: 1800n }])
  await expectBalance()
})

test('REFUSE for two days uses all six retries; then the transfer is FAILED', async () => {
  const task = await submittedTask()
  await setMode('REFUSE')
  const transfer = await anna.approves(task)
  await advance('P2D')
  expect(await statusOf(transfer)).toBe('FAILED')
  const attempts = await app.prisma.transferAttempt.count({ where: { transferId: transfer.uuid } })
  expect(attempts).toBe(7)
  expect(await movementsFor(transfer)).toEqual([])
  await expectBalance()
})

test('REFUSE_FOR_GOOD fails at once, without a retry', async () => {
  const task = await submittedTask()
  await setMode('REFUSE_FOR_GOOD')
  const transfer = await anna.approves(task)
  await untilStatus(transfer, 'FAILED')
  await setMode('ACCEPT')
  await advance('P2D')
  expect(await statusOf(transfer)).toBe('FAILED')
  expect(await movementsFor(transfer)).toEqual([])
  await expectBalance()
})

test('DROP_RESPONSE leaves the transfer in doubt; the look-up finds that it was paid', async () => {
  const task = await submittedTask()
  await setMode('DROP_RESPONSE')
  const transfer = await anna.approves(task)
  await untilStatus(transfer, 'IN_DOUBT')
  await advance('PT1M')
  expect(await statusOf(transfer)).toBe('SUCCEEDED')
  expect(await movementsFor(transfer)).toEqual([{ amountMinor: 1800n }])
  await expectBalance()
})

test('DARK for longer than the provider keeps keys: the transfer stays in doubt and is never sent again', async () => {
  const task = await submittedTask()
  await setMode('DARK')
  const transfer = await anna.approves(task)
  await untilStatus(transfer, 'IN_DOUBT')
  await advance('PT30H')
  expect(await statusOf(transfer)).toBe('IN_DOUBT')
  await setMode('ACCEPT')
  await advance('PT1H')
  expect(await statusOf(transfer)).toBe('SUCCEEDED')
  expect(await movementsFor(transfer)).toEqual([{ amountMinor: 1800n }])
  await expectBalance()
})

test('a webhook settles a transfer in doubt at once; a forged one does nothing', async () => {
  const task = await submittedTask()
  await setMode('DROP_RESPONSE')
  const transfer = await anna.approves(task)
  await untilStatus(transfer, 'IN_DOUBT')
  const body = Buffer.from(JSON.stringify({ id: 'evt_hint', kind: 'transfer', reference: transfer.id }))
  expect(await post(body, signWebhook({ secret: 'guessed', body }, new Date()))).toBe(400)
  expect(await statusOf(transfer)).toBe('IN_DOUBT')
  const row = await app.database.row<{
    secret: string
  }>`/* testSecret */ select webhook_secret as secret from sandbox.provider`
  const signature = signWebhook({ secret: row?.secret ?? '', body }, new Date())
  expect(await post(body, signature)).toBe(200)
  expect(await statusOf(transfer)).toBe('SUCCEEDED')
  expect(await post(body, signature)).toBe(200)
  expect(await movementsFor(transfer)).toEqual([{ amountMinor: 1800n }])
  await expectBalance()
})

async function post(body: Buffer, signature: string): Promise<number> {
  const headers = { [SIGNATURE_HEADER]: signature }
  const response = await fetch(`${url}/webhooks/payments`, { method: 'POST', body: new Uint8Array(body), headers })
  return response.status
}

test('work is approved automatically after five days, and the tasker is paid at that time', async () => {
  const task = await submittedTask()
  const later = await anna.posts({ deadline: new Date(await nowPlus(6 * DAY_MS)).toISOString() })
  await advance('P7D')
  const { submittedAt } = await app.prisma.task.findUniqueOrThrow({ where: { id: task.uuid } })
  const events = await app.prisma.event.findMany({
    where: { OR: [{ taskId: { in: [task.uuid, later.uuid] } }] },
    orderBy: { sequence: 'asc' },
  })
  const at = (type: string) => events.findIndex((event) => event.type === type)
  expect(at('task.completed')).toBeLessThan(at('transfer.succeeded'))
  expect(at('transfer.succeeded')).toBeLessThan(at('task.expired'))
  const paid = events[at('transfer.succeeded')]
  const late = (paid?.occurredAt.getTime() ?? 0) - (submittedAt?.getTime() ?? 0) - 5 * DAY_MS
  expect(late).toBeGreaterThanOrEqual(0)
  expect(late).toBeLessThan(SLACK_MS)
  await expectBalance()
})

async function nowPlus(milliseconds: number): Promise<number> {
  const answer = await ada.send('{ sandbox { now } }')
  return Date.parse(((answer.data?.sandbox ?? {}) as { now: string }).now) + milliseconds
}

/** Charges and refunds in each mode of the sandbox provider: one movement at the provider, even if answers are lost. */
import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { allJobs } from '../../../src/background/jobs.ts'
import { startWorker } from '../../../src/background/worker.ts'
import type { Repetition } from '../../../src/domain/repeat.ts'
import type { ProviderMode } from '../../../src/payments/sandbox/sandbox.sql.ts'
import { ask } from '../../support/ask.ts'
import { toPublicId } from '../../support/publicIds.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'
import { type Actor, actor, type Named, type Outcome } from '../../support/story.ts'

let app: TestApp
let anna: Actor
let ben: Actor
let ada: Actor
let worker: Repetition

beforeAll(async () => {
  app = await startApp()
  anna = await actor(app, 'Anna')
  ben = await actor(app, 'Ben')
  ada = await actor(app, 'Ada', 'ADMIN')
})
afterAll(async () => {
  const health = await ask<{ ledgerHealth: object }>(ada, '{ ledgerHealth { ok } }')
  await app.stop()
  expect(health).toEqual({ ledgerHealth: { ok: true } })
})
beforeEach(async () => {
  await setMode('ACCEPT')
  worker = startWorker({ connectionString: app.connectionString, work: app.work, jobs: allJobs, timers: app.timers })
})
afterEach(async () => {
  await worker.stop()
})

const setMode = (mode: ProviderMode) =>
  ask(ada, 'mutation ($mode: SandboxProviderMode!) { setSandboxProvider(input: { mode: $mode }) { __typename } }', {
    mode,
  })

const advance = (by: string) =>
  ask(ada, 'mutation ($by: Duration!) { advanceSandboxClock(input: { by: $by }) { __typename } }', { by })

async function awaitingTask(): Promise<Named> {
  const task = await anna.posts()
  await ben.accepts(task)
  return task
}

const funds = (task: Named, fields: object = {}): Promise<Outcome> =>
  anna.asks('fundTask', { taskId: task.id, paymentMethodId: 'pm_ok', idempotencyKey: randomUUID(), ...fields })

const statusOf = async ({ uuid }: Named) => (await app.prisma.task.findUniqueOrThrow({ where: { id: uuid } })).status
const holdsOf = ({ uuid }: Named) => app.prisma.hold.findMany({ where: { taskId: uuid }, orderBy: { id: 'asc' } })
const refundsOf = ({ uuid }: Named) => app.prisma.refund.findMany({ where: { taskId: uuid } })

/** The movements at the provider for a task, in minor units. */
async function movementsOf(task: Named): Promise<{ kind: string; amountMinor: bigint }[]> {
  const references = [
    ...(await holdsOf(task)).map(({ id }) => toPublicId('hld', id)),
    ...(await refundsOf(task)).map(({ id }) => toPublicId('rfd', id)),
  ]
  return app.database.rows`
    /* testMovementsOf */
    select kind::text, amount_minor
    from sandbox.movements
    where our_reference = any(${references})
    order by created_at`
}

const CHARGE = { kind: 'charge', amountMinor: 2000n }
const REFUND = { kind: 'refund', amountMinor: 2000n }

test.each(['ACCEPT', 'DELAY', 'DUPLICATE_WEBHOOK'] as const)('%s charges once', async (mode) => {
  const task = await awaitingTask()
  await setMode(mode)
  expect(await funds(task)).toMatchObject({ hold: { status: 'HELD' }, task: { status: 'ASSIGNED' } })
  expect(await movementsOf(task)).toEqual([CHARGE])
})

test.each([
  ['REFUSE', 'pm_ok'],
  ['REFUSE_FOR_GOOD', 'pm_ok'],
  ['ACCEPT', 'pm_refused'],
] as const)('%s of %s moves no money, and the next attempt pays', async (mode, paymentMethodId) => {
  const task = await awaitingTask()
  await setMode(mode)
  expect(await funds(task, { paymentMethodId })).toMatchObject({ __typename: 'PaymentRefusedError' })
  expect(await movementsOf(task)).toEqual([])
  await setMode('ACCEPT')
  expect(await funds(task)).toMatchObject({ task: { status: 'ASSIGNED' } })
  expect(await movementsOf(task)).toEqual([CHARGE])
})

test('DROP_RESPONSE leaves the hold PENDING, and a look-up finds the money', async () => {
  const task = await awaitingTask()
  await setMode('DROP_RESPONSE')
  expect(await funds(task)).toMatchObject({ hold: { status: 'PENDING' }, task: { status: 'AWAITING_FUNDS' } })
  await advance('PT1M')
  expect(await statusOf(task)).toBe('ASSIGNED')
  expect(await movementsOf(task)).toEqual([CHARGE])
})

test('DARK leaves the hold PENDING until the provider answers again', async () => {
  const task = await awaitingTask()
  await setMode('DARK')
  await funds(task)
  await advance('PT3H')
  expect(await holdsOf(task)).toMatchObject([{ status: 'PENDING' }])
  await setMode('ACCEPT')
  await advance('PT1H')
  expect(await statusOf(task)).toBe('ASSIGNED')
  expect(await movementsOf(task)).toEqual([CHARGE])
})

test('DARK until after the funding window: the charge is found, and held for the open task', async () => {
  const task = await awaitingTask()
  await setMode('DARK')
  await funds(task)
  await advance('P2D')
  expect(await statusOf(task)).toBe('OPEN')
  await setMode('ACCEPT')
  await advance('PT1H')
  expect(await holdsOf(task)).toMatchObject([{ status: 'HELD', remainingMinor: 2000n }])
  expect(await movementsOf(task)).toEqual([CHARGE])
})

test('DARK until after the task was canceled: the charge is found, and refunded', async () => {
  const task = await awaitingTask()
  await setMode('DARK')
  await funds(task)
  await anna.cancels(task)
  await advance('PT1H')
  await setMode('ACCEPT')
  await advance('PT2H')
  expect(await holdsOf(task)).toMatchObject([{ status: 'REFUNDED' }])
  expect(await refundsOf(task)).toMatchObject([{ status: 'SUCCEEDED' }])
  expect(await movementsOf(task)).toEqual([CHARGE, REFUND])
})

test.each(['REFUSE', 'DROP_RESPONSE', 'DARK', 'DELAY', 'DUPLICATE_WEBHOOK'] as const)(
  '%s refunds once',
  async (mode) => {
    const task = await awaitingTask()
    await funds(task)
    await ben.withdrawsFrom(task)
    await setMode(mode)
    await anna.cancels(task)
    await advance('PT2M')
    await setMode('ACCEPT')
    await advance('PT2H')
    expect(await refundsOf(task)).toMatchObject([{ status: 'SUCCEEDED' }])
    expect(await movementsOf(task)).toEqual([CHARGE, REFUND])
  },
)

test('REFUSE_FOR_GOOD leaves the money held', async () => {
  const task = await anna.posts()
  await funds(task)
  await setMode('REFUSE_FOR_GOOD')
  await anna.cancels(task)
  await advance('PT1M')
  expect(await refundsOf(task)).toMatchObject([{ status: 'FAILED' }])
  expect(await holdsOf(task)).toMatchObject([{ status: 'HELD', remainingMinor: 2000n }])
  expect(await movementsOf(task)).toEqual([CHARGE])
})

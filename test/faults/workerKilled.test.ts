/** A worker that is killed while it waits for the payment provider, and while it expires many tasks. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { sendTransfer } from '../../src/transfers/transfers/sendTransfer.ts'
import { sandboxChargeback } from '../support/chargebacks.ts'
import { acts, transferRow, uuidIn } from '../support/money.ts'
import { toPublicId } from '../support/publicIds.ts'
import { startApp, type TestApp } from '../support/servers/app.ts'
import {
  type Actor,
  actor,
  applicationRowsOf,
  everything,
  type Named,
  taskRowOf,
  timePasses,
  waitsForLock,
} from '../support/story.ts'

const WORKER_OWNER = join(import.meta.dirname, '../support/servers/workerOwner.ts')
// Includes the expiry of a lease, and the start of a process on a busy machine.
const IN_TIME = { timeout: 50_000 }

let app: TestApp
let anna: Actor
let ben: Actor
let ada: Actor
let fay: Actor
const children: ChildProcess[] = []

beforeAll(async () => {
  app = await startApp()
  anna = await actor(app, 'Anna')
  ben = await actor(app, 'Ben')
  ada = await actor(app, 'Ada', 'ADMIN')
  fay = await actor(app, 'Fay', 'FINANCE')
})
afterAll(async () => {
  await app.stop()
})
afterEach(async () => {
  await Promise.all(children.splice(0).map(kill))
})

function startWorkerProcess(): ChildProcess {
  const child = spawn(process.execPath, ['--import', 'tsx', WORKER_OWNER, app.connectionString], {
    stdio: ['ignore', 'ignore', 'ignore'],
  })
  children.push(child)
  return child
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

const setMode = (mode: string) => ada.send(`mutation { setSandboxProvider(input: { mode: ${mode} }) { __typename } }`)

const movements = () => app.database.rows<{ kind: string; ourReference: string }>`
  /* testMovements */
  select kind::text, our_reference
  from sandbox.movements
  order by kind, id`

/** Returns the number of transactions whose latest statement is this one. */
async function transactionsWith(statement: string): Promise<number> {
  const { rowCount } = await app.database.pool.query(
    'select from pg_stat_activity where xact_start is not null and query like $1 and datname = current_database()',
    [`%/* ${statement} */%`],
  )
  return rowCount ?? 0
}

/** Posted, accepted, paid in, and submitted. */
async function submitted(): Promise<Named> {
  const task = await anna.posts()
  await ben.accepts(task)
  await anna.funds(task)
  await ben.submits(task)
  return task
}

test('killed while a transfer, a reversal and a refund are at the provider: each is executed once, and completes', async () => {
  const paidTask = await submitted()
  const paid = await anna.approves(paidTask)
  await sendTransfer(app.work, { transferId: paid.uuid })
  const due = await submitted()
  const dropped = await anna.posts({ acceptanceMode: 'POSTER_CHOICE' })
  await anna.funds(dropped)

  await setMode('DELAY')
  const transfer = await anna.approves(due)
  const amount = { amount: '8.00', currencyCode: 'EUR' }
  const asked = { transferId: paid.id, amount, returnFee: true, reason: 'Half was done.' }
  const reversalId = uuidIn((await acts(fay, 'reverseTransfer', asked)).reversal)
  await anna.cancels(dropped)
  const refund = await app.prisma.refund.findFirstOrThrow({ where: { taskId: dropped.uuid } })
  const first = startWorkerProcess()
  const all = ['charge', 'charge', 'charge', 'refund', 'reversal', 'transfer', 'transfer']
  const made = async () => (await movements()).map(({ kind }) => kind).sort()
  await expect.poll(made, IN_TIME).toEqual(all)
  await kill(first)
  const statuses = async () => [
    (await app.prisma.transfer.findUniqueOrThrow({ where: { id: transfer.uuid } })).status,
    (await app.prisma.reversal.findUniqueOrThrow({ where: { id: reversalId } })).status,
    (await app.prisma.refund.findUniqueOrThrow({ where: { id: refund.id } })).status,
  ]
  expect(await statuses()).toEqual(['PROCESSING', 'PROCESSING', 'PROCESSING'])

  await setMode('ACCEPT')
  startWorkerProcess()
  await expect.poll(statuses, IN_TIME).toEqual(['IN_DOUBT', 'IN_DOUBT', 'IN_DOUBT'])
  const answer = await ada.send('mutation { advanceSandboxClock(input: { by: "PT1M" }) { __typename } }')
  expect(answer.data?.advanceSandboxClock).toEqual({ __typename: 'SandboxPayload' })
  await expect.poll(statuses, IN_TIME).toEqual(['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED'])
  expect(await made()).toEqual(all)
  // 18.00 were paid for 20.00: 8.00 come back, and 0.88 of the fee.
  expect(await transferRow({ app }, paid)).toMatchObject({ status: 'SUCCEEDED', reversedMinor: 800n })
  expect(await app.prisma.hold.findFirstOrThrow({ where: { taskId: paidTask.uuid } })).toMatchObject({
    status: 'HELD',
    remainingMinor: 888n,
  })
  const left = await app.database.rows`/* testJobs */ select id from graphile_worker.jobs where locked_at is not null`
  expect(left).toEqual([])
}, 180_000)

test('killed while many tasks expire: either none or all have expired', async () => {
  const deadline = new Date(Date.now() + 365 * 24 * 3_600_000).toISOString()
  const tasks = await Promise.all(Array.from({ length: 20 }, () => anna.posts({ deadline })))
  for (const task of tasks) await ben.applies(task)
  const before = await everything(app)
  await timePasses(app, '366 days')
  const holder = await app.database.pool.connect()
  try {
    // Idle for as long as a process needs to start on a busy machine.
    await holder.query('begin; set local idle_in_transaction_session_timeout = 0; lock table events in share mode')
    const first = startWorkerProcess()
    // Applications are closed and tasks expired at this point, in a transaction that never commits.
    await waitsForLock(app, 'insertEvents')
    await kill(first)
  } finally {
    // Rolls back.
    holder.release(true)
  }
  await expect.poll(() => transactionsWith('insertEvents'), IN_TIME).toBe(0)
  expect(await everything(app)).toEqual(before)

  startWorkerProcess()
  await expect.poll(async () => (await taskRowOf(app, tasks[0] as Named)).status, IN_TIME).toBe('EXPIRED')
  for (const task of tasks) {
    expect(await taskRowOf(app, task)).toMatchObject({ status: 'EXPIRED', version: 2 })
    expect(await applicationRowsOf(app, task)).toMatchObject([{ status: 'CLOSED', version: 2 }])
    expect(await app.prisma.event.count({ where: { taskId: task.uuid, type: 'task.expired' } })).toBe(1)
  }
}, 180_000)

test('killed while evidence is at the provider: the provider has it once, and it is not sent as another submission', async () => {
  const task = await submitted()
  const { id: holdId } = await app.prisma.hold.findFirstOrThrow({ where: { taskId: task.uuid } })
  const chargebackId = await sandboxChargeback(app, toPublicId('hld', holdId))
  const { payments } = app.services
  const { chargebacks } = payments
  if (!chargebacks) throw new Error('The sandbox has no chargebacks.')
  // Leaves the submission to the worker.
  const submitEvidence = async () => ({ kind: 'not_sent', message: 'Later.', retryAfterMs: 0 }) as const
  const later = { ...payments, chargebacks: { ...chargebacks, submitEvidence } }
  Object.assign(app.services, { payments: later })
  Object.assign(app.work, { payments: later })
  const evidence = { chargebackId, statement: 'It was painted.', submit: true }
  expect(await acts(fay, 'submitChargebackEvidence', evidence)).toMatchObject({ __typename: 'ChargebackPayload' })
  Object.assign(app.services, { payments })
  Object.assign(app.work, { payments })

  await setMode('DELAY')
  const first = startWorkerProcess()
  const row = () => app.prisma.chargeback.findFirstOrThrow({ where: { taskId: task.uuid } })
  const atProvider = async () => {
    const { rows } = await app.database.pool.query('select status, submitted_at from sandbox.chargebacks')
    return rows[0]
  }
  await expect.poll(async () => (await atProvider()).status, IN_TIME).toBe('UNDER_REVIEW')
  await kill(first)
  expect(await row()).toMatchObject({ status: 'NEEDS_RESPONSE', evidenceLeaseUntil: expect.any(Date) })
  const received = await atProvider()

  await setMode('ACCEPT')
  startWorkerProcess()
  await expect.poll(async () => (await row()).status, IN_TIME).toBe('UNDER_REVIEW')
  expect(await row()).toMatchObject({ evidenceDueAt: null, evidenceLeaseUntil: null, evidenceFailureCode: null })
  expect(await atProvider()).toEqual(received)
}, 180_000)

import { afterAll, beforeAll, expect, test } from 'vitest'
import { withTransaction } from '../../../src/db/transaction.ts'
import { lookUpNow } from '../../../src/transfers/lookUpNow.ts'
import { claimTransfer, sendTransfer, settleTransfer } from '../../../src/transfers/transfers/sendTransfer.ts'
import { wakeTransfersOf } from '../../../src/transfers/transfers/wakeTransfers.ts'
import { ask } from '../../support/ask.ts'
import {
  closeBooks,
  eventsOf,
  leasesRunOut,
  moneyMoves,
  moneyWorld,
  postingsOf,
  trailOf,
  transferDue,
  transferRow,
  type World,
} from '../../support/money.ts'
import {
  accepted,
  failedLater,
  gate,
  lost,
  notSent,
  refusedForGood,
  refusedForNow,
} from '../../support/scriptedProvider.ts'
import { actor, type Named, timePasses } from '../../support/story.ts'

const MINUTE_MS = 60_000

let world: World

beforeAll(async () => {
  world = await moneyWorld()
})
afterAll(async () => {
  await closeBooks(world)
})

const statusOf = async (transfer: Named) => (await transferRow(world, transfer)).status
const keysOf = (transfer: Named) =>
  world.provider.orders.filter(({ reference }) => reference === transfer.id).map(({ idempotencyKey }) => idempotencyKey)

/** A transfer that was sent without an answer. */
async function transferInDoubt() {
  const due = await transferDue(world)
  world.provider.ordersGet(due.transfer.id, lost)
  await moneyMoves(world)
  return due
}

test('pays the tasker net of the fee, once', async () => {
  const { task, transfer } = await transferDue(world)
  expect(await statusOf(transfer)).toBe('PENDING')
  await moneyMoves(world)
  expect(world.provider.orders.at(-1)).toMatchObject({
    kind: 'transfer',
    reference: transfer.id,
    amount: { minorUnits: 1800n, currencyCode: 'EUR' },
    accountReference: world.ben.id,
    taskReference: task.id,
    chargeReference: expect.stringMatching(/^charge_/),
  })
  expect(await transferRow(world, transfer)).toMatchObject({
    status: 'SUCCEEDED',
    grossMinor: 2000n,
    feeMinor: 200n,
    netMinor: 1800n,
    providerReference: expect.stringMatching(/^transfer_/),
    dueAt: null,
    leaseUntil: null,
    failureCode: null,
    attempts: [{ number: 1, outcome: 'ACCEPTED', endedAt: expect.any(Date) }],
  })
  expect(await postingsOf(world, task)).toEqual([
    'hold.funded: DEBIT PROVIDER_CLEARING 2000, CREDIT TASK_HOLD 2000',
    'transfer.created: DEBIT TASK_HOLD 2000, CREDIT USER_PAYABLE 1800, CREDIT PLATFORM_FEE 200',
    'transfer.succeeded: DEBIT USER_PAYABLE 1800, CREDIT PROVIDER_CLEARING 1800',
  ])
  expect((await eventsOf(world, task)).slice(-3)).toEqual([
    'transfer.created',
    'transfer.processing',
    'transfer.succeeded',
  ])
  await timePasses(world.app, '3 days')
  await moneyMoves(world)
  expect(keysOf(transfer)).toHaveLength(1)
})

test('is retried six times under a new key each time if refused for now, and then fails', async () => {
  const { task, transfer } = await transferDue(world)
  const waits = [1, 5, 15, 60, 240, 1_440]
  world.provider.ordersGet(transfer.id, ...Array.from({ length: 7 }, () => refusedForNow))
  await moneyMoves(world)
  for (const [retries, minutes] of waits.entries()) {
    const row = await transferRow(world, transfer)
    expect(row).toMatchObject({
      status: 'RETRYING',
      retryCount: retries + 1,
      failureCode: 'not_now',
      failureRetryable: true,
    })
    // Counted from the end of the attempt, with at most a tenth of jitter, and never earlier.
    const waitMs = (row.dueAt?.getTime() ?? 0) - (row.attempts.at(-1)?.endedAt?.getTime() ?? 0)
    expect(waitMs).toBeGreaterThanOrEqual(minutes * MINUTE_MS)
    expect(waitMs).toBeLessThanOrEqual(minutes * MINUTE_MS * 1.1)
    await moneyMoves(world)
    expect(keysOf(transfer)).toHaveLength(retries + 1)
    await timePasses(world.app, `${minutes * 1.1} minutes`)
    await moneyMoves(world)
  }
  expect(await transferRow(world, transfer)).toMatchObject({ status: 'FAILED', retryCount: 6, dueAt: null })
  expect(new Set(keysOf(transfer)).size).toBe(7)
  const events = await eventsOf(world, task)
  expect(events.filter((type) => type === 'transfer.retrying')).toHaveLength(6)
  expect(events.at(-1)).toBe('transfer.failed')
  // The tasker is still owed it.
  expect(await trailOf(world, task)).toEqual({ paidIn: 2000n, payable: 1800n, fees: 200n, balanced: true })
  await timePasses(world.app, '3 days')
  await moneyMoves(world)
  expect(keysOf(transfer)).toHaveLength(7)
})

test('fails at once if refused for good', async () => {
  const { transfer } = await transferDue(world)
  world.provider.ordersGet(transfer.id, refusedForGood)
  await moneyMoves(world)
  expect(await transferRow(world, transfer)).toMatchObject({
    status: 'FAILED',
    retryCount: 0,
    failureCode: 'never',
    failureMessage: 'Never.',
    failureRetryable: false,
    attempts: [{ outcome: 'REFUSED', providerMessage: 'Never.' }],
  })
})

test('is in doubt if the answer is lost, and is not sent again; a look-up finds that it was made', async () => {
  const { task, transfer } = await transferInDoubt()
  expect(await transferRow(world, transfer)).toMatchObject({
    status: 'IN_DOUBT',
    attempts: [{ outcome: 'UNKNOWN', providerMessage: 'The answer was lost.' }],
  })
  world.provider.did(transfer.id, 'transfer_found')
  await moneyMoves(world)
  expect(await statusOf(transfer)).toBe('IN_DOUBT')
  await timePasses(world.app, '30 seconds')
  await moneyMoves(world)
  expect(await transferRow(world, transfer)).toMatchObject({
    status: 'SUCCEEDED',
    providerReference: 'transfer_found',
    attempts: [{ outcome: 'ACCEPTED' }],
  })
  expect(keysOf(transfer)).toHaveLength(1)
  expect((await eventsOf(world, task)).slice(-2)).toEqual(['transfer.in_doubt', 'transfer.succeeded'])
})

test('is sent again under the same key if the provider never received it', async () => {
  const { transfer } = await transferInDoubt()
  await timePasses(world.app, '30 seconds')
  await moneyMoves(world)
  expect(await transferRow(world, transfer)).toMatchObject({
    status: 'RETRYING',
    retryCount: 1,
    failureCode: 'never_received',
    attempts: [{ outcome: 'NOT_SENT' }],
  })
  await timePasses(world.app, '66 seconds')
  await moneyMoves(world)
  expect(await transferRow(world, transfer)).toMatchObject({ status: 'SUCCEEDED', failureCode: null })
  const keys = keysOf(transfer)
  expect(keys).toHaveLength(2)
  expect(new Set(keys).size).toBe(1)
})

test('is looked up after 30 s, 1, 2, 5 and 15 minutes, then hourly without limit', async () => {
  const { transfer } = await transferInDoubt()
  const waits = ['30 seconds', '1 minute', '2 minutes', '5 minutes', '15 minutes', '1 hour', '1 hour', '1 hour']
  for (const wait of waits) {
    const before = world.provider.questions.length
    world.provider.questionsGet(transfer.id, { kind: 'unreachable', message: 'No answer.' })
    await timePasses(world.app, wait)
    await moneyMoves(world)
    expect(world.provider.questions).toHaveLength(before + 1)
    expect(await statusOf(transfer)).toBe('IN_DOUBT')
  }
  world.provider.did(transfer.id, 'transfer_at_last')
  await timePasses(world.app, '1 hour')
  await moneyMoves(world)
  expect(await statusOf(transfer)).toBe('SUCCEEDED')
  expect(keysOf(transfer)).toHaveLength(1)
})

test('is in doubt if its worker died, and never sent again without a look-up', async () => {
  const { transfer } = await transferDue(world)
  const { attempt } = await withTransaction(world.app.database, (tx) =>
    claimTransfer(tx, { transferId: transfer.uuid, traits: world.provider.traits }),
  )
  expect(attempt).toMatchObject({ number: 1 })
  await timePasses(world.app, '1 day')
  await moneyMoves(world)
  // The lease runs on real time, so moving our clock does not end it.
  expect(await statusOf(transfer)).toBe('PROCESSING')
  await leasesRunOut(world)
  await moneyMoves(world)
  expect(await transferRow(world, transfer)).toMatchObject({
    status: 'IN_DOUBT',
    attempts: [{ outcome: 'UNKNOWN' }],
  })
  expect(keysOf(transfer)).toHaveLength(0)
})

test('waits for the pause that the provider advises, under the same key, without using up a retry', async () => {
  const { task, transfer } = await transferDue(world)
  world.provider.ordersGet(transfer.id, notSent, notSent)
  await moneyMoves(world)
  for (const attempts of [1, 2]) {
    const waiting = await transferRow(world, transfer)
    expect(waiting).toMatchObject({ status: 'PENDING', retryCount: 0, leaseUntil: null, failureCode: null })
    expect(waiting.attempts).toHaveLength(attempts)
    expect(waiting.attempts.at(-1)).toMatchObject({ outcome: 'NOT_SENT', providerMessage: 'Too many requests.' })
    await moneyMoves(world)
    expect(keysOf(transfer)).toHaveLength(attempts)
    await timePasses(world.app, '20 seconds')
    await moneyMoves(world)
  }
  expect(await transferRow(world, transfer)).toMatchObject({ status: 'SUCCEEDED', retryCount: 0 })
  expect(new Set(keysOf(transfer)).size).toBe(1)
  expect(await postingsOf(world, task)).toHaveLength(3)
  // One event for each attempt, and the last one has its outcome as well.
  expect((await eventsOf(world, task)).filter((type) => type.startsWith('transfer.'))).toEqual([
    'transfer.created',
    'transfer.processing',
    'transfer.processing',
    'transfer.processing',
    'transfer.succeeded',
  ])
})

test('is retried under another key if a look-up finds that the provider refused it for now, else it fails', async () => {
  const forNow = await transferInDoubt()
  const forGood = await transferInDoubt()
  world.provider.questionsGet(forNow.transfer.id, { ...failedLater, isFinal: false })
  world.provider.questionsGet(forGood.transfer.id, failedLater)
  await timePasses(world.app, '30 seconds')
  await moneyMoves(world)
  expect(await transferRow(world, forNow.transfer)).toMatchObject({
    status: 'RETRYING',
    retryCount: 1,
    failureCode: 'expired_card',
    attempts: [{ outcome: 'REFUSED' }],
  })
  expect(await transferRow(world, forGood.transfer)).toMatchObject({ status: 'FAILED', failureRetryable: false })
  await timePasses(world.app, '66 seconds')
  await moneyMoves(world)
  expect(await statusOf(forNow.transfer)).toBe('SUCCEEDED')
  expect(new Set(keysOf(forNow.transfer)).size).toBe(2)
})

test('is not looked up by a webhook once its outcome is known', async () => {
  const { transfer } = await transferDue(world)
  await moneyMoves(world)
  const before = world.provider.questions.length
  await lookUpNow(world.app.work, { kind: 'transfer', reference: transfer.id })
  expect(world.provider.questions).toHaveLength(before)
})

/** A transfer in doubt whose worker is only slow. */
async function slowAttempt() {
  const due = await transferDue(world)
  const { attempt } = await withTransaction(world.app.database, (tx) =>
    claimTransfer(tx, { transferId: due.transfer.uuid, traits: world.provider.traits }),
  )
  await leasesRunOut(world)
  await moneyMoves(world)
  expect(await statusOf(due.transfer)).toBe('IN_DOUBT')
  const answersWith = (outcome: Parameters<typeof settleTransfer>[1]['outcome']) =>
    withTransaction(world.app.database, (tx) =>
      settleTransfer(tx, { transferId: due.transfer.uuid, attempt: attempt?.number ?? 0, outcome }),
    )
  return { ...due, answersWith }
}

test('applies a late answer while it is in doubt', async () => {
  const paid = await slowAttempt()
  expect(await paid.answersWith(accepted('transfer_late'))).toBe(true)
  expect(await transferRow(world, paid.transfer)).toMatchObject({
    status: 'SUCCEEDED',
    providerReference: 'transfer_late',
    attempts: [{ outcome: 'ACCEPTED' }],
  })
  const refused = await slowAttempt()
  expect(await refused.answersWith(refusedForNow)).toBe(true)
  expect(await statusOf(refused.transfer)).toBe('RETRYING')
  // Certainly not sent: the look-up finds the same.
  const unsent = await slowAttempt()
  expect(await unsent.answersWith(notSent)).toBe(true)
  expect(await statusOf(unsent.transfer)).toBe('IN_DOUBT')
  const unknown = await slowAttempt()
  expect(await unknown.answersWith(lost)).toBe(true)
  expect(await statusOf(unknown.transfer)).toBe('IN_DOUBT')
})

test('ignores a late answer once it has moved on', async () => {
  const { transfer, answersWith } = await slowAttempt()
  world.provider.did(transfer.id, 'transfer_first')
  await timePasses(world.app, '30 seconds')
  await moneyMoves(world)
  const paid = await transferRow(world, transfer)
  expect(paid.status).toBe('SUCCEEDED')
  for (const outcome of [accepted('transfer_second'), refusedForNow, refusedForGood, lost]) {
    expect(await answersWith(outcome)).toBe(false)
  }
  expect(await transferRow(world, transfer)).toEqual(paid)
})

test('ignores a late answer to an attempt that was followed by another', async () => {
  const { transfer, answersWith } = await slowAttempt()
  await timePasses(world.app, '30 seconds')
  await moneyMoves(world)
  await timePasses(world.app, '66 seconds')
  world.provider.ordersGet(transfer.id, lost)
  await sendTransfer(world.app.work, { transferId: transfer.uuid })
  const second = await transferRow(world, transfer)
  expect(second).toMatchObject({ status: 'IN_DOUBT', attempts: [{ number: 1 }, { number: 2 }] })
  expect(await answersWith(refusedForGood)).toBe(false)
  expect(await transferRow(world, transfer)).toEqual(second)
})

test('applies the finding "never" only to the attempt that was looked up', async () => {
  const { transfer } = await transferInDoubt()
  const { opened, open } = gate()
  world.provider.questionsGet(transfer.id, async () => {
    await opened
    return { kind: 'never' }
  })
  const slowLookUp = lookUpNow(world.app.work, { kind: 'transfer', reference: transfer.id })
  await timePasses(world.app, '30 seconds')
  await moneyMoves(world)
  await timePasses(world.app, '66 seconds')
  world.provider.ordersGet(transfer.id, lost)
  await sendTransfer(world.app.work, { transferId: transfer.uuid })
  open()
  await slowLookUp
  expect(await transferRow(world, transfer)).toMatchObject({ status: 'IN_DOUBT', retryCount: 1 })
})

test('follows a webhook while it is being sent, and ignores the answer that arrives after it', async () => {
  const { task, transfer } = await transferDue(world)
  const { opened, open } = gate()
  world.provider.ordersGet(transfer.id, async () => {
    await opened
    return accepted('transfer_hinted')
  })
  const sending = sendTransfer(world.app.work, { transferId: transfer.uuid })
  await expect.poll(() => statusOf(transfer)).toBe('PROCESSING')
  // The finding "never" does not count while it is being sent.
  await lookUpNow(world.app.work, { kind: 'transfer', reference: transfer.id })
  expect(await statusOf(transfer)).toBe('PROCESSING')
  world.provider.did(transfer.id, 'transfer_hinted')
  await lookUpNow(world.app.work, { kind: 'transfer', reference: transfer.id })
  expect(await statusOf(transfer)).toBe('SUCCEEDED')
  open()
  await sending
  expect(await postingsOf(world, task)).toHaveLength(3)
})

test.each([
  ['is not ready for payouts', `payout_readiness = 'RESTRICTED'`, `payout_readiness = 'READY'`],
  ['is suspended', 'suspended_at = errand_now()', 'suspended_at = null'],
])('waits without a due time while the tasker %s, and continues when that ends', async (_what, block, unblock) => {
  const { app, ben } = world
  const { task, transfer } = await transferDue(world)
  const change = (how: string) => app.database.pool.query(`update users set ${how} where id = $1`, [ben.uuid])
  await change(block)
  await moneyMoves(world)
  expect(await transferRow(world, transfer)).toMatchObject({ status: 'PENDING', dueAt: null, attempts: [] })
  expect((await eventsOf(world, task)).at(-1)).toBe('transfer.waiting')
  await timePasses(app, '2 days')
  await moneyMoves(world)
  expect(keysOf(transfer)).toEqual([])
  await change(unblock)
  await withTransaction(app.database, (tx) => wakeTransfersOf(tx, { userId: ben.uuid }))
  await moneyMoves(world)
  expect(await statusOf(transfer)).toBe('SUCCEEDED')
})

test('waits if the tasker is not ready at a retry, and keeps its remaining retries', async () => {
  const { app, ben } = world
  const { transfer } = await transferDue(world)
  world.provider.ordersGet(transfer.id, refusedForNow)
  await moneyMoves(world)
  await app.database.pool.query(`update users set payout_readiness = 'REJECTED' where id = $1`, [ben.uuid])
  await timePasses(app, '66 seconds')
  await moneyMoves(world)
  expect(await transferRow(world, transfer)).toMatchObject({ status: 'PENDING', dueAt: null, retryCount: 1 })
  await app.database.pool.query(`update users set payout_readiness = 'READY' where id = $1`, [ben.uuid])
  await withTransaction(app.database, (tx) => wakeTransfersOf(tx, { userId: ben.uuid }))
  await moneyMoves(world)
  expect(await transferRow(world, transfer)).toMatchObject({ status: 'SUCCEEDED', attempts: [{}, {}] })
})

test('waits while its hold is frozen', async () => {
  const { app } = world
  const { task, transfer } = await transferDue(world)
  await app.database.pool.query('update holds set frozen = true where task_id = $1', [task.uuid])
  await moneyMoves(world)
  expect(await transferRow(world, transfer)).toMatchObject({ status: 'PENDING', dueAt: null, attempts: [] })
  const { node } = await ask<{ node: object }>(
    world.ben,
    'query ($id: ID!) { node(id: $id) { ... on Transfer { frozen status } } }',
    { id: transfer.id },
  )
  expect(node).toEqual({ frozen: true, status: 'PENDING' })
})

const TRANSFER = /* GraphQL */ `
  query ($id: ID!) {
    transfer(id: $id) {
      status
      gross { amount } fee { amount } net { amount } amountReversed { amount currencyCode }
      destination { id } task { id }
      attempts { number outcome providerMessage }
      failure { code message retryable }
      nextRetryAt frozen succeededAt
      ledgerTransactions { kind }
    }
  }
`

test('is visible to its parties and staff only', async () => {
  const { anna, ben, fay, app } = world
  const { task, transfer } = await transferDue(world)
  world.provider.ordersGet(transfer.id, refusedForNow)
  await moneyMoves(world)
  const seen = {
    status: 'RETRYING',
    gross: { amount: '20.00' },
    fee: { amount: '2.00' },
    net: { amount: '18.00' },
    amountReversed: { amount: '0.00', currencyCode: 'EUR' },
    destination: { id: ben.id },
    task: { id: task.id },
    attempts: [{ number: 1, outcome: 'REFUSED', providerMessage: 'Not now.' }],
    failure: { code: 'not_now', message: 'Not now.', retryable: true },
    nextRetryAt: expect.any(String),
    frozen: false,
    succeededAt: null,
    ledgerTransactions: [],
  }
  for (const party of [anna, ben]) expect(await ask(party, TRANSFER, { id: transfer.id })).toEqual({ transfer: seen })
  expect(await ask(fay, TRANSFER, { id: transfer.id })).toEqual({
    transfer: { ...seen, ledgerTransactions: [{ kind: 'transfer.created' }] },
  })
  const stranger = await actor(app, 'Stranger')
  const agent = await actor(app, 'Agent', 'AGENT')
  for (const other of [stranger, agent]) {
    expect(await ask(other, TRANSFER, { id: transfer.id })).toEqual({ transfer: null })
    expect(await ask(other, 'query ($id: ID!) { node(id: $id) { id } }', { id: transfer.id })).toEqual({ node: null })
  }
})

const LIST = /* GraphQL */ `
  query ($filter: TransferFilter, $first: Int, $after: String) {
    transfers(filter: $filter, first: $first, after: $after) {
      nodes { id status }
      pageInfo { hasNextPage endCursor }
    }
  }
`

test('transfers lists all transfers to finance staff, by filter and page, and is null to others', async () => {
  const { anna, ben, fay } = world
  const { task, transfer } = await transferDue(world)
  interface List {
    transfers: { nodes: { id: string; status: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string } }
  }
  const list = (filter: object, page: object = {}) => ask<List>(fay, LIST, { filter, ...page })
  expect((await list({ taskId: task.id })).transfers.nodes).toEqual([{ id: transfer.id, status: 'PENDING' }])
  expect((await list({ taskId: task.id, status: ['SUCCEEDED'] })).transfers.nodes).toEqual([])
  expect((await list({ taskId: 'tsk_nonsense' })).transfers.nodes).toEqual([])
  expect((await list({ userId: anna.id })).transfers.nodes).toEqual([])
  expect((await list({ providerReference: 'transfer_late' })).transfers.nodes).toHaveLength(1)
  expect((await list({ createdBefore: '2000-01-01T00:00:00.000Z' })).transfers.nodes).toEqual([])
  const all = (await list({ userId: ben.id }, { first: 100 })).transfers.nodes
  const first = (await list({ userId: ben.id }, { first: 2 })).transfers
  expect(first.nodes).toEqual(all.slice(0, 2))
  const second = (await list({ userId: ben.id }, { first: 2, after: first.pageInfo.endCursor })).transfers
  expect(second.nodes).toEqual(all.slice(2, 4))
  expect(await ask(ben, LIST)).toEqual({ transfers: null })
  // The tasker has their own list.
  const own = await ask<{ viewer: { transfers: { nodes: object[] } } }>(
    ben,
    '{ viewer { transfers(first: 100) { nodes { id status } } } }',
  )
  expect(own.viewer.transfers.nodes).toEqual(all)
  expect(await ask(anna, '{ viewer { transfers { nodes { id } } } }')).toEqual({ viewer: { transfers: { nodes: [] } } })
})

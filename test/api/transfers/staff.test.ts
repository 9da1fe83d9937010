import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { withTransaction } from '../../../src/db/transaction.ts'
import { claimTransfer } from '../../../src/transfers/transfers/sendTransfer.ts'
import {
  acts,
  closeBooks,
  eventsOf,
  holdRows,
  moneyMoves,
  moneyWorld,
  postingsOf,
  trailOf,
  transferDue,
  transferRow,
  type World,
} from '../../support/money.ts'
import { lost, refusedForGood, refusedForNow } from '../../support/scriptedProvider.ts'
import { type Actor, actor, everything, type Named } from '../../support/story.ts'

type StaffMutation = Parameters<typeof acts>[1]

let world: World
let fay: Actor

beforeAll(async () => {
  world = await moneyWorld()
  fay = world.fay
})
afterAll(async () => {
  await closeBooks(world)
})

const why = { reason: 'The tasker called.' }
const evidence = { evidence: 'Seen in the dashboard of the provider.' }

async function failedTransfer() {
  const due = await transferDue(world)
  world.provider.ordersGet(due.transfer.id, refusedForGood)
  await moneyMoves(world)
  return due
}

async function transferInDoubt() {
  const due = await transferDue(world)
  world.provider.ordersGet(due.transfer.id, lost)
  await moneyMoves(world)
  return due
}

const auditOf = ({ uuid }: Named) =>
  world.app.prisma.auditRecord.findMany({ where: { subjectId: uuid }, orderBy: { id: 'asc' } })

/** Expects this refusal, and an unchanged database. */
async function refuses(someone: Actor, mutation: StaffMutation, input: Record<string, unknown>, refusal: object) {
  const before = await everything(world.app)
  expect(await acts(someone, mutation, input)).toMatchObject(refusal)
  expect(await everything(world.app)).toEqual(before)
}

test('retryTransfer retries a failed transfer at once, under another key and with the whole schedule of retries', async () => {
  const { task, transfer } = await failedTransfer()
  const firstKey = (await transferRow(world, transfer)).providerKey
  const answer = await acts(fay, 'retryTransfer', { transferId: transfer.id, ...why })
  expect(answer).toMatchObject({ __typename: 'TransferPayload', replayed: false, transfer: { status: 'RETRYING' } })
  expect(await transferRow(world, transfer)).toMatchObject({ retryCount: 0 })
  await moneyMoves(world)
  expect(await transferRow(world, transfer)).toMatchObject({
    status: 'SUCCEEDED',
    attempts: [{ outcome: 'REFUSED' }, { outcome: 'ACCEPTED' }],
  })
  expect(world.provider.orders.at(-1)?.idempotencyKey).toBe(firstKey)
  expect(world.provider.orders.at(-2)?.idempotencyKey).not.toBe(firstKey)
  expect((await eventsOf(world, task)).slice(-4)).toEqual([
    'transfer.failed',
    'transfer.retrying',
    'transfer.processing',
    'transfer.succeeded',
  ])
  expect(await auditOf(transfer)).toMatchObject([
    { action: 'transfer.retried', actorId: fay.uuid, reason: why.reason, subjectType: 'trf' },
  ])
})

test('retryTransfer runs once under one key', async () => {
  const { transfer } = await failedTransfer()
  const input = { transferId: transfer.id, idempotencyKey: randomUUID(), ...why }
  await acts(fay, 'retryTransfer', input)
  expect(await acts(fay, 'retryTransfer', input)).toMatchObject({ replayed: true })
  expect(await auditOf(transfer)).toHaveLength(1)
})

test('retryTransfer refuses while the tasker cannot be paid or the money is frozen', async () => {
  const { app, ben } = world
  const { task, transfer } = await failedTransfer()
  const set = (how: string) => app.database.pool.query(`update users set ${how} where id = $1`, [ben.uuid])
  const input = { transferId: transfer.id, ...why }
  await set(`payout_readiness = 'RESTRICTED'`)
  await refuses(fay, 'retryTransfer', input, { __typename: 'PayoutNotReadyError', code: 'PAYOUT_NOT_READY' })
  await set(`payout_readiness = 'READY', suspended_at = errand_now()`)
  await refuses(fay, 'retryTransfer', input, { __typename: 'PayoutNotReadyError' })
  await set('suspended_at = null')
  await app.database.pool.query('update holds set frozen = true where task_id = $1', [task.uuid])
  await refuses(fay, 'retryTransfer', input, { __typename: 'HoldFrozenError' })
})

test('cancelTransfer returns net and fee to the hold, from where they can only be refunded', async () => {
  const { task, transfer } = await failedTransfer()
  const answer = await acts(fay, 'cancelTransfer', { transferId: transfer.id, ...why })
  expect(answer).toMatchObject({ transfer: { status: 'CANCELED' } })
  expect((await postingsOf(world, task)).at(-1)).toBe(
    'transfer.canceled: DEBIT USER_PAYABLE 1800, DEBIT PLATFORM_FEE 200, CREDIT TASK_HOLD 2000',
  )
  const [hold] = await holdRows(world, task)
  expect(hold).toMatchObject({ status: 'HELD', remainingMinor: 2000n, releasedMinor: 0n })
  expect(await trailOf(world, task)).toEqual({ paidIn: 2000n, held: 2000n, remaining: 2000n, balanced: true })
  expect((await eventsOf(world, task)).at(-1)).toBe('transfer.canceled')
  expect(await auditOf(transfer)).toMatchObject([{ action: 'transfer.canceled', reason: why.reason }])
})

test.each(['PENDING', 'RETRYING'])('cancelTransfer cancels a %s transfer', async (status) => {
  const { transfer } = await transferDue(world)
  if (status === 'RETRYING') {
    world.provider.ordersGet(transfer.id, refusedForNow)
    await moneyMoves(world)
  }
  expect((await transferRow(world, transfer)).status).toBe(status)
  await acts(fay, 'cancelTransfer', { transferId: transfer.id, ...why })
  await moneyMoves(world)
  expect(await transferRow(world, transfer)).toMatchObject({ status: 'CANCELED', dueAt: null })
})

test('resolveInDoubtTransfer accepts PROVIDER_HAS_IT on evidence', async () => {
  const { task, transfer } = await transferInDoubt()
  const lookUps = world.provider.questions.length
  const answer = await acts(fay, 'resolveInDoubtTransfer', {
    transferId: transfer.id,
    finding: 'PROVIDER_HAS_IT',
    ...evidence,
  })
  expect(answer).toMatchObject({ __typename: 'TransferPayload', transfer: { status: 'SUCCEEDED' } })
  expect(world.provider.questions).toHaveLength(lookUps)
  expect((await postingsOf(world, task)).at(-1)).toBe(
    'transfer.succeeded: DEBIT USER_PAYABLE 1800, CREDIT PROVIDER_CLEARING 1800',
  )
  const event = await world.app.prisma.event.findFirst({
    where: { transferId: transfer.uuid },
    orderBy: { sequence: 'desc' },
  })
  expect(event).toMatchObject({ type: 'transfer.succeeded', actorId: fay.uuid, reason: evidence.evidence })
  expect(await auditOf(transfer)).toMatchObject([{ action: 'transfer.resolved', reason: evidence.evidence }])
})

test('resolveInDoubtTransfer accepts PROVIDER_NEVER_HAD_IT only if a look-up confirms it', async () => {
  const { transfer } = await transferInDoubt()
  const input = { transferId: transfer.id, finding: 'PROVIDER_NEVER_HAD_IT', idempotencyKey: randomUUID(), ...evidence }
  world.provider.questionsGet(transfer.id, { kind: 'unreachable', message: 'No answer.' })
  await refuses(fay, 'resolveInDoubtTransfer', input, {
    __typename: 'TransferInDoubtError',
    transfer: { id: transfer.id, status: 'IN_DOUBT' },
  })
  world.provider.questionsGet(transfer.id, { kind: 'has', providerReference: 'transfer_had' })
  await refuses(fay, 'resolveInDoubtTransfer', input, { __typename: 'TransferInDoubtError' })
  const before = await transferRow(world, transfer)
  expect(await acts(fay, 'resolveInDoubtTransfer', input)).toMatchObject({
    replayed: false,
    transfer: { status: 'RETRYING' },
  })
  const lookUps = world.provider.questions.length
  expect(await acts(fay, 'resolveInDoubtTransfer', input)).toMatchObject({ replayed: true })
  expect(world.provider.questions).toHaveLength(lookUps)
  expect(await transferRow(world, transfer)).toMatchObject({
    providerKey: before.providerKey,
    retryCount: 1,
    attempts: [{ outcome: 'NOT_SENT' }],
  })
})

test('a transfer in doubt can be neither retried nor canceled', async () => {
  const { transfer } = await transferInDoubt()
  for (const mutation of ['retryTransfer', 'cancelTransfer'] as const) {
    await refuses(fay, mutation, { transferId: transfer.id, ...why }, { __typename: 'TransferInDoubtError' })
  }
})

test('every other status refuses the mutations that it does not allow', async () => {
  const { transfer } = await transferDue(world)
  const act = { transferId: transfer.id, ...why }
  const resolve = { transferId: transfer.id, finding: 'PROVIDER_HAS_IT', ...evidence }
  const illegal = { __typename: 'IllegalTransitionError' }
  await refuses(fay, 'retryTransfer', act, illegal)
  await refuses(fay, 'resolveInDoubtTransfer', resolve, illegal)
  await withTransaction(world.app.database, (tx) =>
    claimTransfer(tx, { transferId: transfer.uuid, traits: world.provider.traits }),
  )
  expect((await transferRow(world, transfer)).status).toBe('PROCESSING')
  for (const mutation of ['retryTransfer', 'cancelTransfer'] as const) await refuses(fay, mutation, act, illegal)
  await refuses(fay, 'resolveInDoubtTransfer', resolve, illegal)
  const paid = await transferDue(world)
  await moneyMoves(world)
  for (const mutation of ['retryTransfer', 'cancelTransfer'] as const) {
    await refuses(fay, mutation, { transferId: paid.transfer.id, ...why }, illegal)
  }
})

test('these mutations are for finance staff, and never on a task of their own', async () => {
  const { app, anna, ben } = world
  const agent = await actor(app, 'Agent', 'AGENT')
  const poster = await actor(app, 'Poster', 'FINANCE')
  const tasker = await actor(app, 'Tasker', 'ADMIN')
  const { transfer } = await transferDue({ ...world, anna: poster, ben: tasker })
  const cases: [StaffMutation, Record<string, unknown>][] = [
    ['retryTransfer', { transferId: transfer.id, ...why }],
    ['cancelTransfer', { transferId: transfer.id, ...why }],
    ['resolveInDoubtTransfer', { transferId: transfer.id, finding: 'PROVIDER_NEVER_HAD_IT', ...evidence }],
  ]
  for (const [mutation, input] of cases) {
    for (const someone of [anna, ben, agent, poster, tasker]) {
      await refuses(someone, mutation, input, { __typename: 'ForbiddenError' })
    }
    await refuses(fay, mutation, { ...input, transferId: 'trf_malformed' }, { __typename: 'NotFoundError' })
    await refuses(
      fay,
      mutation,
      { ...input, transferId: transfer.id.replace(/.{4}$/, '0000') },
      {
        __typename: 'NotFoundError',
      },
    )
    const blank = 'reason' in input ? { reason: ' ' } : { evidence: ' ' }
    await refuses(fay, mutation, { ...input, ...blank }, { __typename: 'ValidationError' })
  }
})

/** The stories of money with Stripe's adapter: a whole server, its timers, and webhooks of both formats over HTTP. */
import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { refuseOtherProvider } from '../../../src/refuseOtherProvider.ts'
import { ask } from '../../support/ask.ts'
import {
  acts,
  closeBooks,
  holdRows,
  moneyMoves,
  postingsOf,
  refundRows,
  taskAtWork,
  taskStatus,
  trailOf,
  transferDue,
  transferRow,
} from '../../support/money.ts'
import { toPublicId } from '../../support/publicIds.ts'
import { seededRandom } from '../../support/seededRandom.ts'
import { startApp } from '../../support/servers/app.ts'
import { actor, type Named, timePasses } from '../../support/story.ts'
import { openDispute } from '../../support/stripe/disputes.ts'
import { type EventFormat, eventBody, postEvent, signEvent } from '../../support/stripe/eventSender.ts'
import { authenticate } from '../../support/stripe/paymentIntents.ts'
import { changeAccount } from '../../support/stripe/people.ts'
import { settleRefund } from '../../support/stripe/refunds.ts'
import { WEBHOOK_SECRET } from '../../support/stripe/stripeServer.ts'
import {
  accountOf,
  finishOnboarding,
  openAccount,
  type StripeWorld,
  stripeWorld,
} from '../../support/stripe/stripeWorld.ts'

const IN_TIME = { timeout: 20_000 }
const SHUFFLE_SEED = 12

let world: StripeWorld

beforeAll(async () => {
  world = await stripeWorld()
})
afterAll(async () => {
  await closeBooks(world)
  await world.stripe.stop()
})
beforeEach(() => {
  world.stripe.mode = 'ACCEPT'
  world.stripe.formats = ['snapshot']
  world.stripe.webhookUrl = world.webhookUrl
})
afterEach(async () => {
  await world.stripe.webhooksAreSent()
})

const movements = (prefix: 'hld' | 'trf' | 'rvs' | 'rfd', uuid: string) =>
  world.stripe.book.movementsFor(toPublicId(prefix, uuid))

const amountsOf = (prefix: 'hld' | 'trf' | 'rvs' | 'rfd', uuid: string) =>
  movements(prefix, uuid).map(({ amountMinor }) => amountMinor)

const funds = (task: Named, paymentMethodId: string) =>
  world.anna.asks('fundTask', { taskId: task.id, paymentMethodId, idempotencyKey: randomUUID() })

const onlyHold = async (task: Named) => {
  const [hold] = await holdRows(world, task)
  if (!hold) throw new Error('The task has no hold.')
  return hold
}

const holdStatus = async (task: Named) => (await onlyHold(task)).status
const transferStatus = async (transfer: Named) => (await transferRow(world, transfer)).status

/** An open, accepted task whose poster must authenticate the payment. */
async function taskToAuthenticate() {
  const task = await world.anna.posts()
  await world.ben.accepts(task)
  expect(await funds(task, 'pm_card_authenticationRequired')).toMatchObject({ hold: { status: 'PENDING' } })
  const { clientSecret } = await onlyHold(task)
  return { task, clientSecret: String(clientSecret) }
}

describe.each([['snapshot'], ['thin'], ['snapshot', 'thin']] as EventFormat[][])('with events: %s', (...formats) => {
  beforeEach(() => {
    world.stripe.formats = formats
  })

  test('a task is funded, approved and paid, once each', async () => {
    const { task, transfer } = await transferDue(world)
    await moneyMoves(world)
    expect(await transferStatus(transfer)).toBe('SUCCEEDED')
    expect(amountsOf('hld', (await onlyHold(task)).id)).toEqual([2000n])
    expect(amountsOf('trf', transfer.uuid)).toEqual([1800n])
    expect(await trailOf(world, task)).toEqual({ paidIn: 2000n, transferred: 1800n, fees: 200n, balanced: true })
  })

  test('3-D Secure: the payer authenticates, and the webhook brings the money', async () => {
    const { task, clientSecret } = await taskToAuthenticate()
    expect(await taskStatus(world, task)).toBe('AWAITING_FUNDS')
    authenticate(world.stripe.book, clientSecret, true)
    world.stripe.tell()
    await expect.poll(() => holdStatus(task), IN_TIME).toBe('HELD')
    expect(await taskStatus(world, task)).toBe('ASSIGNED')
    expect(amountsOf('hld', (await onlyHold(task)).id)).toEqual([2000n])
  })

  test('3-D Secure: the payer fails, and can pay with another card', async () => {
    const { task, clientSecret } = await taskToAuthenticate()
    authenticate(world.stripe.book, clientSecret, false)
    world.stripe.tell()
    await expect.poll(() => holdStatus(task), IN_TIME).toBe('FAILED')
    expect(() => authenticate(world.stripe.book, clientSecret, true)).toThrow()
    await world.anna.funds(task)
    expect((await holdRows(world, task)).map(({ status }) => status).sort()).toEqual(['FAILED', 'HELD'])
  })

  test('a transfer whose answer was lost is settled by its webhook, doubled or not', async () => {
    const { transfer } = await transferDue(world)
    world.stripe.fateOf = ({ path }) => ({ answer: path === '/v1/transfers' ? 'lost' : 'sent', webhooks: 2 })
    try {
      await moneyMoves(world)
      await expect.poll(() => transferStatus(transfer), IN_TIME).toBe('SUCCEEDED')
    } finally {
      world.stripe.resetFates()
    }
    expect(amountsOf('trf', transfer.uuid)).toEqual([1800n])
  })

  test('a cancelled task is refunded; a refund that the bank sends back returns to the hold', async () => {
    const task = await world.anna.posts()
    await world.anna.funds(task)
    await world.anna.cancels(task)
    await moneyMoves(world)
    const [refund] = await refundRows(world, task)
    expect(refund?.status).toBe('SUCCEEDED')
    expect(amountsOf('rfd', String(refund?.id))).toEqual([2000n])
    settleRefund(world.stripe.book, String(refund?.providerReference), 'failed')
    world.stripe.tell()
    await expect.poll(async () => (await refundRows(world, task))[0]?.status, IN_TIME).toBe('FAILED')
    expect((await onlyHold(task)).remainingMinor).toBe(2000n)
    expect(await trailOf(world, task)).toMatchObject({ balanced: true })
  })

  test('a paid transfer is reversed in part', async () => {
    const { task, transfer } = await transferDue(world)
    await moneyMoves(world)
    const amount = { amount: '5.00', currencyCode: 'EUR' }
    const reason = 'The work was not done.'
    const { reversal } = await acts(world.fay, 'reverseTransfer', { transferId: transfer.id, amount, reason })
    await moneyMoves(world)
    const [row] = await world.app.prisma.reversal.findMany({ where: { transferId: transfer.uuid } })
    expect(reversal).toBeDefined()
    expect(row?.status).toBe('SUCCEEDED')
    expect(amountsOf('rvs', String(row?.id))).toEqual([500n])
    expect(await trailOf(world, task)).toMatchObject({ balanced: true })
  })

  test('a dispute is divided: the tasker and the poster get their parts', async () => {
    const task = await taskAtWork(world)
    await world.ben.submits(task)
    const dispute = await world.anna.disputes(task)
    await world.fay.does('resolveDispute', {
      disputeId: dispute.id,
      toTasker: { amount: '10.00', currencyCode: 'EUR' },
      note: 'Half of it is grey.',
      idempotencyKey: randomUUID(),
    })
    await moneyMoves(world)
    const [transfer] = await world.app.prisma.transfer.findMany({ where: { taskId: task.uuid } })
    const [refund] = await refundRows(world, task)
    expect(amountsOf('trf', String(transfer?.id))).toEqual([900n])
    expect(amountsOf('rfd', String(refund?.id))).toEqual([1000n])
    expect(await trailOf(world, task)).toMatchObject({ balanced: true })
  })
})

describe('refusals', () => {
  test.each([
    ['a declined card', 'pm_refused', 'generic_decline'],
    ['an unknown payment method', 'pm_unknown', 'resource_missing'],
  ])('%s is data, and the task can be paid again', async (_name, method, providerCode) => {
    const task = await world.anna.posts()
    expect(await funds(task, method)).toMatchObject({ __typename: 'PaymentRefusedError' })
    expect((await onlyHold(task)).failureCode).toBe(providerCode)
    await world.anna.funds(task)
    expect(await trailOf(world, task)).toMatchObject({ paidIn: 2000n, balanced: true })
  })

  test('an account that is restricted in the middle delays the transfer; nothing is lost or paid twice', async () => {
    const { transfer } = await transferDue(world)
    const account = accountOf(world.stripe, world.ben.id)
    // Nothing tells of it before the transfer is sent.
    changeAccount(world.stripe.book, account, { transfers: 'restricted', due: ['identity.individual.document'] })
    world.stripe.book.happened = []
    await moneyMoves(world)
    expect(await transferStatus(transfer)).toBe('PENDING')
    expect(amountsOf('trf', transfer.uuid)).toEqual([])
    finishOnboarding(world.stripe, account)
    await world.stripe.webhooksAreSent()
    await moneyMoves(world)
    expect(await transferStatus(transfer)).toBe('SUCCEEDED')
    expect(amountsOf('trf', transfer.uuid)).toEqual([1800n])
  })

  test('a person whose onboarding is not finished waits for their money, and is READY after it', async () => {
    const cleo = await actor(world.app, 'Cleo')
    const readiness = async () =>
      (await ask<{ viewer: { payoutReadiness: string } }>(cleo, '{ viewer { payoutReadiness } }')).viewer
        .payoutReadiness
    const account = await openAccount(world.stripe, cleo)
    expect(await openAccount(world.stripe, cleo)).toBe(account)
    expect(await readiness()).toBe('NOT_STARTED')
    const { transfer } = await transferDue({ ...world, ben: cleo })
    await moneyMoves(world)
    expect(await transferStatus(transfer)).toBe('PENDING')
    finishOnboarding(world.stripe, account)
    await expect.poll(readiness, IN_TIME).toBe('READY')
    await moneyMoves(world)
    expect(amountsOf('trf', transfer.uuid)).toEqual([1800n])
  })

  test('a rate limit is no attempt: the transfer is sent later under the same key', async () => {
    const { transfer } = await transferDue(world)
    world.stripe.fateOf = ({ path }) => ({
      answer: 'sent',
      webhooks: 1,
      ...(path === '/v1/transfers' && { before: 'rate_limited' as const }),
    })
    try {
      await moneyMoves(world)
    } finally {
      world.stripe.resetFates()
    }
    expect(amountsOf('trf', transfer.uuid)).toEqual([])
    await timePasses(world.app, '1 minute')
    await moneyMoves(world)
    expect(await transferStatus(transfer)).toBe('SUCCEEDED')
    expect(amountsOf('trf', transfer.uuid)).toEqual([1800n])
  })
})

describe('webhooks', () => {
  const post = (body: string, secret = WEBHOOK_SECRET, sentAt?: number) =>
    postEvent(world.webhookUrl, signEvent(body, secret, sentAt))

  test('forged and old ones are refused with 400', async () => {
    const body = eventBody({ type: 'transfer.created', object: { id: 'tr_1', object: 'transfer' } }, 'snapshot')
    expect(await post(body, 'whsec_guessed')).toBe(400)
    expect(await post(body, WEBHOOK_SECRET, Math.floor(Date.now() / 1000) - 400)).toBe(400)
  })

  test('those about objects that are not ours are taken, and change nothing', async () => {
    const metadata = { errand_reference: toPublicId('trf', randomUUID()) }
    for (const object of [
      { id: 'tr_1', object: 'transfer', metadata },
      { id: 'tr_2', object: 'transfer', metadata: { errand_reference: 'nonsense' } },
      { id: 'tr_3', object: 'transfer', metadata: {} },
      { id: 'acct_1', object: 'account' },
      { id: 'cus_1', object: 'customer' },
    ])
      expect(await post(eventBody({ type: 'transfer.created', object }, 'snapshot'))).toBe(200)
  })

  test('one that comes before our own commit changes nothing twice', async () => {
    const { transfer } = await transferDue(world)
    world.stripe.mode = 'DELAY'
    world.stripe.delayMs = 1_000
    await moneyMoves(world)
    expect(await transferStatus(transfer)).toBe('SUCCEEDED')
    expect(amountsOf('trf', transfer.uuid)).toEqual([1800n])
    const postings = (await postingsOf(world, await taskOf(transfer))).filter((posting) =>
      posting.startsWith('transfer.succeeded'),
    )
    expect(postings).toHaveLength(1)
  })

  test('kept back, shuffled and doubled, they change nothing that is settled', async () => {
    world.stripe.webhookUrl = null
    world.stripe.unsent.length = 0
    const { task, transfer } = await transferDue(world)
    await moneyMoves(world)
    const events = world.stripe.unsent.flatMap((one) => [eventBody(one, 'snapshot'), eventBody(one, 'thin')])
    expect(events.length).toBeGreaterThan(4)
    const before = await trailOf(world, task)
    const random = seededRandom(SHUFFLE_SEED)
    const shuffled = [...events, ...events].map((body) => ({ body, place: random() }))
    shuffled.sort((one, other) => one.place - other.place)
    for (const { body } of shuffled) expect(await post(body)).toBe(200)
    expect(await trailOf(world, task)).toEqual(before)
    expect(amountsOf('trf', transfer.uuid)).toEqual([1800n])
  })

  test('one about a dispute of the payer is taken', async () => {
    const task = await taskAtWork(world)
    const [movement] = movements('hld', (await onlyHold(task)).id)
    const dispute = openDispute(world.stripe.book, String(movement?.id))
    world.stripe.book.happened = []
    expect(await post(eventBody({ type: 'charge.dispute.created', object: dispute }, 'snapshot'))).toBe(200)
  })

  const taskOf = async ({ uuid }: Named): Promise<Named> => {
    const { taskId } = await world.app.prisma.transfer.findUniqueOrThrow({ where: { id: uuid } })
    return { uuid: taskId, id: toPublicId('tsk', taskId) }
  }
})

test('nothing of ours is open or locked while Stripe is slow', async () => {
  const task = await world.anna.posts()
  world.stripe.mode = 'DELAY'
  world.stripe.delayMs = 4_000
  const before = world.stripe.requests.length
  let isFunded = false
  const funded = world.anna.funds(task).finally(() => {
    isFunded = true
  })
  await expect.poll(() => world.stripe.requests.length, IN_TIME).toBeGreaterThan(before)
  const openTransactions = () => world.app.database.rows`
    /* testOpenTransactions */
    select state
    from pg_stat_activity
    where datname = current_database()
      and xact_start is not null
      and pid <> pg_backend_pid()`
  // Others come and go, such as the numbering of events. One of the rule would stay until Stripe answers.
  await expect.poll(openTransactions, { timeout: 3_000 }).toEqual([])
  expect(isFunded).toBe(false)
  await funded
})

test('a server on Stripe has no sandbox, and its clock does not move', async () => {
  expect(await ask(world.anna, '{ sandbox { now } }')).toEqual({ sandbox: null })
})

test('a database keeps its provider: a start with the other one is refused in one sentence', async () => {
  const stripe = { secretKey: 'sk_test_1', webhookSecrets: ['whsec_1'] }
  const { database } = world.app
  await expect(refuseOtherProvider({ stripe }, database)).resolves.toBeUndefined()
  await expect(refuseOtherProvider({ stripe: undefined }, database)).rejects.toThrow('has payments of Stripe')
  const app = await startApp()
  try {
    await expect(refuseOtherProvider({ stripe }, app.database)).resolves.toBeUndefined()
    const anna = await actor(app, 'Anna')
    await anna.funds(await anna.posts())
    await expect(refuseOtherProvider({ stripe }, app.database)).rejects.toThrow('has payments of the sandbox')
    await expect(refuseOtherProvider({ stripe: undefined }, app.database)).resolves.toBeUndefined()
  } finally {
    await app.stop()
  }
})

test('owed is paid: what our ledger says left is what left at Stripe, to the penny', async () => {
  await moneyMoves(world)
  const rows = await world.app.database.rows<{ id: string; netMinor: bigint }>`
    /* testPaidTransfers */
    select id, net_minor
    from transfers
    where status = 'SUCCEEDED'`
  const owed = rows.map(({ id, netMinor }) => [toPublicId('trf', id), netMinor])
  const paid = [...world.stripe.book.transfers.values()].map(({ metadata, amount }) => [
    metadata.errand_reference,
    BigInt(amount),
  ])
  expect(paid.sort()).toEqual(owed.sort())
  expect(paid.length).toBeGreaterThan(10)
})

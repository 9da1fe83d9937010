/** Payments that the poster's client has to authenticate (3-D Secure), at the sandbox: finished, failed, abandoned. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { moneyTimers } from '../../../src/transfers/moneyTimers.ts'
import { ask } from '../../support/ask.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'
import { type Actor, actor, type Named, timePasses } from '../../support/story.ts'

// The webhook comes over HTTP.
const POLL = { timeout: 10_000 }

let app: TestApp
let anna: Actor
let ben: Actor
let admin: Actor

beforeAll(async () => {
  app = await startApp()
  await app.listen()
  anna = await actor(app, 'Anna')
  ben = await actor(app, 'Ben')
  admin = await actor(app, 'Ada', 'ADMIN')
})
afterAll(async () => {
  await app.stop()
})

interface HoldSeen {
  id: string
  status: string
  clientSecret: string | null
  requiresAction: boolean
  actionDueBy: string | null
}

const HOLD = 'hold { id status clientSecret requiresAction actionDueBy }'

async function fund(task: Named, fields: Record<string, unknown> = {}): Promise<HoldSeen> {
  const input = { taskId: task.id, paymentMethodId: 'pm_authenticate', idempotencyKey: randomUUID(), ...fields }
  const document = `mutation ($input: FundTaskInput!) { fundTask(input: $input) { ... on FundTaskPayload { ${HOLD} } } }`
  return (await ask<{ fundTask: { hold: HoldSeen } }>(anna, document, { input })).fundTask.hold
}

/** A task that awaits funds, and its payment, which waits for Anna. */
async function waitingPayment(fields: Record<string, unknown> = {}) {
  const task = await anna.posts()
  await ben.accepts(task)
  const hold = await fund(task, fields)
  return { task, hold, clientSecret: hold.clientSecret ?? '' }
}

const seenBy = async (someone: Actor, { id }: Named) => {
  const document = `query ($id: ID!) { task(id: $id) { status ${HOLD} } }`
  return (await ask<{ task: { status: string; hold: HoldSeen } }>(someone, document, { id })).task
}

const authenticates = async (someone: Actor, clientSecret: string, succeeds: boolean) =>
  (
    await someone.send(
      `mutation ($input: AuthenticateSandboxPaymentInput!) {
        authenticateSandboxPayment(input: $input) { __typename ... on ValidationError { fields { path } } }
      }`,
      { input: { clientSecret, succeeds } },
    )
  ).data?.authenticateSandboxPayment

async function lookUps(): Promise<void> {
  for (const timer of moneyTimers) await timer.runDue(app.work, 100)
}

const movementsFor = ({ id }: HoldSeen) => app.database.rows<{ amountMinor: bigint }>`
  /* testMovements */
  select amount_minor
  from sandbox.movements
  where our_reference = ${id}`

async function setMode(mode: string): Promise<void> {
  const document =
    'mutation ($mode: SandboxProviderMode!) { setSandboxProvider(input: { mode: $mode }) { __typename } }'
  expect((await admin.send(document, { mode })).data?.setSandboxProvider).toEqual({ __typename: 'SandboxPayload' })
}

test('waits for the poster, who alone gets the secret, and is finished by a webhook', async () => {
  const { task, hold, clientSecret } = await waitingPayment()
  expect(hold).toMatchObject({ status: 'PENDING', requiresAction: true, clientSecret: expect.stringMatching(/^ch_/) })
  const dueInMs = Date.parse(hold.actionDueBy ?? '') - Date.now()
  expect(dueInMs).toBeGreaterThan(3_500_000)
  expect(dueInMs).toBeLessThanOrEqual(3_600_000)
  expect((await seenBy(ben, task)).hold).toMatchObject({ requiresAction: true, clientSecret: null })
  expect(await movementsFor(hold)).toEqual([])
  expect(await authenticates(anna, clientSecret, true)).toEqual({ __typename: 'SandboxPayload' })
  await expect
    .poll(() => seenBy(anna, task), POLL)
    .toMatchObject({
      status: 'ASSIGNED',
      hold: { status: 'HELD', requiresAction: false, actionDueBy: null },
    })
  expect(await movementsFor(hold)).toEqual([{ amountMinor: 2000n }])
})

test('fails when the authentication fails, and the poster can pay again', async () => {
  const { task, hold, clientSecret } = await waitingPayment()
  await authenticates(anna, clientSecret, false)
  await expect
    .poll(() => seenBy(anna, task), POLL)
    .toMatchObject({
      status: 'AWAITING_FUNDS',
      hold: { status: 'FAILED', requiresAction: false },
    })
  expect(await movementsFor(hold)).toEqual([])
  expect(await fund(task, { paymentMethodId: 'pm_ok' })).toMatchObject({ status: 'HELD', requiresAction: false })
})

test('refuses a secret under which nothing waits', async () => {
  const { clientSecret } = await waitingPayment()
  await authenticates(anna, clientSecret, false)
  const refusal = { __typename: 'ValidationError', fields: [{ path: ['input', 'clientSecret'] }] }
  expect(await authenticates(anna, clientSecret, true)).toEqual(refusal)
  expect(await authenticates(anna, `${clientSecret.slice(0, -1)}x`, true)).toEqual(refusal)
  expect(await authenticates(anna, 'guessed', true)).toEqual(refusal)
})

test('is found by a look-up when the webhook is lost', async () => {
  const { task, clientSecret } = await waitingPayment()
  await setMode('DROP_RESPONSE')
  await authenticates(anna, clientSecret, true)
  await setMode('ACCEPT')
  expect(await seenBy(anna, task)).toMatchObject({ hold: { status: 'PENDING' } })
  await timePasses(app, '30 seconds')
  await lookUps()
  expect(await seenBy(anna, task)).toMatchObject({ status: 'ASSIGNED', hold: { status: 'HELD' } })
})

test('is canceled when the poster has not authenticated it within an hour; nothing can be paid by it any more', async () => {
  const { task, hold, clientSecret } = await waitingPayment()
  for (const wait of ['30 seconds', '59 minutes']) {
    await timePasses(app, wait)
    await lookUps()
    expect(await seenBy(anna, task)).toMatchObject({ hold: { status: 'PENDING', requiresAction: true } })
  }
  await timePasses(app, '30 seconds')
  await lookUps()
  expect(await seenBy(anna, task)).toMatchObject({ status: 'AWAITING_FUNDS', hold: { status: 'FAILED' } })
  const row = await app.prisma.hold.findFirstOrThrow({ where: { taskId: task.uuid } })
  expect(row).toMatchObject({ failureCode: 'authentication_abandoned', authenticateBy: null, askAt: null })
  expect(await authenticates(anna, clientSecret, true)).toMatchObject({ __typename: 'ValidationError' })
  expect(await movementsFor(hold)).toEqual([])
  expect(await fund(task, { paymentMethodId: 'pm_ok' })).toMatchObject({ status: 'HELD' })
})

test('is held if the poster was faster than the end of the hour', async () => {
  const { task, clientSecret } = await waitingPayment()
  await timePasses(app, '61 minutes')
  await setMode('DROP_RESPONSE')
  await authenticates(anna, clientSecret, true)
  await setMode('ACCEPT')
  await lookUps()
  expect(await seenBy(anna, task)).toMatchObject({ status: 'ASSIGNED', hold: { status: 'HELD' } })
})

test('is canceled when its task ends, and refunded if the poster was faster', async () => {
  const abandoned = await waitingPayment()
  const paid = await waitingPayment()
  await anna.cancels(abandoned.task)
  await anna.cancels(paid.task)
  await authenticates(anna, paid.clientSecret, true)
  await timePasses(app, '30 seconds')
  await lookUps()
  expect(await seenBy(anna, abandoned.task)).toMatchObject({ status: 'CANCELED', hold: { status: 'FAILED' } })
  await expect
    .poll(() => seenBy(anna, paid.task), POLL)
    .toMatchObject({ status: 'CANCELED', hold: { status: 'REFUNDED' } })
})

test('saves a payment method only where the poster agreed, lists and removes it', async () => {
  const poster = await actor(app, 'Nell')
  const methods = async () =>
    (await poster.send('{ viewer { paymentMethods { id brand lastDigits expiryYear expiryMonth } } }')).data?.viewer
  const remove = async (paymentMethodId: string) =>
    (
      await poster.send(
        'mutation ($input: RemovePaymentMethodInput!) { removePaymentMethod(input: $input) { __typename ... on RemovePaymentMethodPayload { viewer { paymentMethods { id } } } ... on Error { retryable } } }',
        { input: { paymentMethodId } },
      )
    ).data?.removePaymentMethod
  const pays = async (fields: Record<string, unknown>) => {
    const input = { taskId: (await poster.posts()).id, idempotencyKey: randomUUID(), ...fields }
    await poster.send('mutation ($input: FundTaskInput!) { fundTask(input: $input) { __typename } }', { input })
  }
  expect(await methods()).toEqual({ paymentMethods: [] })
  expect(await remove('pm_ok')).toMatchObject({ __typename: 'NotFoundError' })
  await pays({ paymentMethodId: 'pm_ok' })
  expect(await methods()).toEqual({ paymentMethods: [] })
  await pays({ paymentMethodId: 'pm_ok', savePaymentMethod: true })
  expect(await methods()).toEqual({
    paymentMethods: [{ id: 'pm_ok', brand: 'visa', lastDigits: '4242', expiryYear: 2034, expiryMonth: 12 }],
  })
  await setMode('DARK')
  expect(await methods()).toEqual({ paymentMethods: null })
  expect(await remove('pm_ok')).toEqual({ __typename: 'ProviderUnavailableError', retryable: true })
  await setMode('ACCEPT')
  expect(await remove('pm_ok')).toEqual({ __typename: 'RemovePaymentMethodPayload', viewer: { paymentMethods: [] } })
  expect(await remove('pm_ok')).toMatchObject({ __typename: 'NotFoundError' })
})

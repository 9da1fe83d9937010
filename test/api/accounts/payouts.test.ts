/** Payees at a provider with onboarding: their accounts, the links, and readiness by webhook, look-up and refused transfer. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { payoutAccountsTimer } from '../../../src/accounts/payouts/lookUpReadiness.ts'
import { receiveWebhook } from '../../../src/http/webhooks.ts'
import { ask } from '../../support/ask.ts'
import { closeBooks, moneyMoves, moneyWorld, transferDue, transferRow, type World } from '../../support/money.ts'
import { notReady } from '../../support/scriptedProvider.ts'
import { type Actor, actor, type Named, timePasses } from '../../support/story.ts'

let world: World
let events = 0

beforeAll(async () => {
  world = await moneyWorld()
  world.provider.traits = { ...world.provider.traits, hasOnboarding: true }
})
afterAll(async () => {
  await closeBooks(world)
})

const ONBOARD = `mutation {
  startPayoutOnboarding(input: { returnUrl: "https://example.com/return" }) {
    __typename
    ... on PayoutOnboardingPayload { url expiresAt viewer { payoutReadiness } }
    ... on Error { code retryable }
  }
}`
const onboards = async (someone: Actor) => (await someone.send(ONBOARD)).data?.startPayoutOnboarding
const readinessOf = async (someone: Actor) =>
  (await ask<{ viewer: { payoutReadiness: string } }>(someone, '{ viewer { payoutReadiness } }')).viewer
const accountOf = ({ id }: Actor) => `acct_${id}`

/** Sets the readiness at the provider, and delivers its webhook. */
async function providerSays(
  someone: Actor,
  readiness: 'READY' | 'RESTRICTED' | 'PENDING_VERIFICATION',
): Promise<string> {
  const accountReference = accountOf(someone)
  world.provider.readiness.set(accountReference, readiness)
  const notice = { eventId: `evt_account_${++events}`, about: { kind: 'account' as const, accountReference } }
  world.provider.readWebhook = async () => notice
  return receiveWebhook(world.app.work, { body: Buffer.of(), headers: {} })
}

/** A tasker with an account that is READY. */
async function readyTasker(name: string): Promise<Actor> {
  const tasker = await actor(world.app, name)
  await onboards(tasker)
  await providerSays(tasker, 'READY')
  return tasker
}

const transferFor = (ben: Actor) => transferDue({ ...world, ben })
const stateOf = async (transfer: Named) => {
  const { status, dueAt, retryCount, attempts } = await transferRow(world, transfer)
  return { status, isDue: dueAt !== null, retryCount, attempts: attempts.length }
}

test('a new person is NOT_STARTED', async () => {
  const input = { email: 'new@payouts.test', password: 'a long password', displayName: 'Nia' }
  const answer = await world.anna.send(
    'mutation ($input: SignUpInput!) { signUp(input: $input) { ... on AuthPayload { viewer { payoutReadiness } } } }',
    { input },
  )
  expect(answer.data?.signUp).toEqual({ viewer: { payoutReadiness: 'NOT_STARTED' } })
})

test('onboarding opens one account and returns a link that expires', async () => {
  const tasker = await actor(world.app, 'Cleo')
  const link = {
    __typename: 'PayoutOnboardingPayload',
    url: `https://provider.test/${accountOf(tasker)}`,
    expiresAt: '2033-05-18T03:33:20.000Z',
    viewer: { payoutReadiness: 'NOT_STARTED' },
  }
  expect(await Promise.all([onboards(tasker), onboards(tasker)])).toEqual([link, link])
  expect(await onboards(tasker)).toEqual(link)
  const accounts = await world.app.prisma.payoutAccount.findMany({ where: { userId: tasker.uuid } })
  expect(accounts).toMatchObject([{ provider: 'sandbox', accountReference: accountOf(tasker) }])
})

test('a provider that does not answer, or rejects the account, is a typed refusal; nothing is stored', async () => {
  const tasker = await actor(world.app, 'Dora')
  world.provider.answers = false
  expect(await onboards(tasker)).toEqual({
    __typename: 'ProviderUnavailableError',
    code: 'PROVIDER_UNAVAILABLE',
    retryable: true,
  })
  world.provider.answers = true
  expect(await world.app.prisma.payoutAccount.count({ where: { userId: tasker.uuid } })).toBe(0)
  const { open } = world.provider.accounts
  world.provider.accounts.open = async () => ({ kind: 'refused', code: 'no_country', message: 'Not in this country.' })
  expect(await onboards(tasker)).toMatchObject({ __typename: 'ForbiddenError', code: 'FORBIDDEN' })
  world.provider.accounts.open = open
  expect(await onboards(tasker)).toMatchObject({ __typename: 'PayoutOnboardingPayload' })
})

test('a transfer waits without retries until a webhook says that the account is READY', async () => {
  const tasker = await actor(world.app, 'Eli')
  const { transfer } = await transferFor(tasker)
  await moneyMoves(world)
  expect(await stateOf(transfer)).toEqual({ status: 'PENDING', isDue: false, retryCount: 0, attempts: 0 })
  await onboards(tasker)
  expect(await providerSays(tasker, 'PENDING_VERIFICATION')).toBe('processed')
  expect(await readinessOf(tasker)).toEqual({ payoutReadiness: 'PENDING_VERIFICATION' })
  await timePasses(world.app, '3 days')
  await moneyMoves(world)
  expect(await stateOf(transfer)).toMatchObject({ status: 'PENDING', attempts: 0 })
  expect(await providerSays(tasker, 'READY')).toBe('processed')
  await moneyMoves(world)
  expect(await stateOf(transfer)).toMatchObject({ status: 'SUCCEEDED', attempts: 1 })
  expect(world.provider.orders.at(-1)).toMatchObject({ kind: 'transfer', accountReference: accountOf(tasker) })
})

test('a person who was READY at another provider waits for an account at this one', async () => {
  const tasker = await actor(world.app, 'Finn')
  await world.app.prisma.user.update({ where: { id: tasker.uuid }, data: { payoutReadiness: 'READY' } })
  const { transfer } = await transferFor(tasker)
  await moneyMoves(world)
  expect(await stateOf(transfer)).toMatchObject({ status: 'PENDING', isDue: false, attempts: 0 })
  await onboards(tasker)
  expect(await readinessOf(tasker)).toEqual({ payoutReadiness: 'NOT_STARTED' })
  await providerSays(tasker, 'READY')
  await moneyMoves(world)
  expect(await stateOf(transfer)).toMatchObject({ status: 'SUCCEEDED' })
})

test('an account that is restricted in the middle: the refused transfer waits, and continues once it is READY', async () => {
  const tasker = await readyTasker('Gus')
  const { transfer } = await transferFor(tasker)
  world.provider.readiness.set(accountOf(tasker), 'RESTRICTED')
  world.provider.ordersGet(transfer.id, notReady)
  await moneyMoves(world)
  expect(await stateOf(transfer)).toEqual({ status: 'PENDING', isDue: false, retryCount: 0, attempts: 1 })
  expect(await readinessOf(tasker)).toEqual({ payoutReadiness: 'RESTRICTED' })
  expect((await transferRow(world, transfer)).attempts).toMatchObject([
    { outcome: 'REFUSED', providerCode: 'account_not_ready', providerMessage: 'The account is restricted.' },
  ])
  await timePasses(world.app, '3 days')
  await moneyMoves(world)
  expect(await stateOf(transfer)).toMatchObject({ status: 'PENDING', attempts: 1 })
  await providerSays(tasker, 'READY')
  await moneyMoves(world)
  expect(await stateOf(transfer)).toMatchObject({ status: 'SUCCEEDED', attempts: 2 })
  const keys = world.provider.orders.flatMap(({ reference, idempotencyKey }) =>
    reference === transfer.id ? [idempotencyKey] : [],
  )
  expect(new Set(keys).size).toBe(2)
})

test('a refusal for want of readiness is retried by time if the account is READY all the same', async () => {
  const tasker = await readyTasker('Hal')
  const { transfer } = await transferFor(tasker)
  world.provider.ordersGet(transfer.id, notReady)
  await moneyMoves(world)
  expect(await stateOf(transfer)).toMatchObject({ status: 'RETRYING', retryCount: 1 })
})

test('a lost webhook is made up for by a look-up each hour, each day once READY', async () => {
  const tasker = await actor(world.app, 'Ida')
  await onboards(tasker)
  const looks = async (wait: string) => {
    await timePasses(world.app, wait)
    await payoutAccountsTimer.runDue(world.app.work, 100)
    return (await readinessOf(tasker)).payoutReadiness
  }
  world.provider.readiness.set(accountOf(tasker), 'RESTRICTED')
  expect(await looks('1 minute')).toBe('NOT_STARTED')
  expect(await looks('4 minutes')).toBe('RESTRICTED')
  world.provider.readiness.set(accountOf(tasker), 'READY')
  world.provider.answers = false
  expect(await looks('1 hour')).toBe('RESTRICTED')
  world.provider.answers = true
  expect(await looks('5 minutes')).toBe('READY')
  world.provider.readiness.set(accountOf(tasker), 'RESTRICTED')
  expect(await looks('23 hours')).toBe('READY')
  expect(await looks('1 hour')).toBe('RESTRICTED')
})

test('a webhook about an account that is not ours does nothing; one while the provider is silent is delivered again', async () => {
  const tasker = await readyTasker('Jon')
  world.provider.readWebhook = async () => ({
    eventId: 'evt_stranger',
    about: { kind: 'account', accountReference: 'acct_stranger' },
  })
  expect(await receiveWebhook(world.app.work, { body: Buffer.of(), headers: {} })).toBe('processed')
  world.provider.answers = false
  expect(await providerSays(tasker, 'RESTRICTED')).toBe('unfinished')
  expect(await readinessOf(tasker)).toEqual({ payoutReadiness: 'READY' })
  world.provider.answers = true
  expect(await receiveWebhook(world.app.work, { body: Buffer.of(), headers: {} })).toBe('processed')
  expect(await readinessOf(tasker)).toEqual({ payoutReadiness: 'RESTRICTED' })
})

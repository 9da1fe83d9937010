/** Failures of the payment provider beyond its modes: timeouts, exceptions, a lost database. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { boundedProvider } from '../../src/payments/port/boundedProvider.ts'
import type { Outcome, PaymentProvider } from '../../src/payments/port/provider.ts'
import { SANDBOX_TRAITS } from '../../src/payments/sandbox/sandboxTraits.ts'
import { lookUpOf, newCharge, newRefund, newTransfer } from '../support/orders.ts'
import { startApp, type TestApp } from '../support/servers/app.ts'
import { runStatement, urlOfDatabase } from '../support/servers/server.ts'

let app: TestApp

beforeAll(async () => {
  app = await startApp()
})
afterAll(async () => {
  await app.stop()
})

/** A provider that behaves in this way on every call. */
const providerThat = (behaves: () => Promise<never>): PaymentProvider => ({
  traits: SANDBOX_TRAITS,
  cancelCharge: behaves,
  accounts: { open: behaves, onboardingLink: behaves, readiness: behaves },
  paymentMethods: { openCustomer: behaves, list: behaves, detach: behaves },
  charge: behaves,
  transfer: behaves,
  reverse: behaves,
  refund: behaves,
  lookUp: behaves,
  async *book() {
    yield await behaves()
  },
  chargebacks: { read: behaves, submitEvidence: behaves },
  readWebhook: behaves,
})

test.each([
  ['never answers', () => new Promise<never>(() => {})],
  ['throws', () => Promise.reject(new Error('socket hang up'))],
])('with a provider that %s, orders are unknown and look-ups unreachable, in time', async (_name, behaves) => {
  const provider = boundedProvider(providerThat(behaves), { log: app.work.log, timeoutMs: 50 })
  const transfer = newTransfer()
  expect(await provider.transfer(transfer)).toMatchObject({ kind: 'unknown' })
  expect(await provider.charge(newCharge())).toMatchObject({ kind: 'unknown' })
  expect(await provider.refund(newRefund('ch_1'))).toMatchObject({ kind: 'unknown' })
  expect(await provider.lookUp(lookUpOf({ kind: 'transfer', ...transfer }))).toMatchObject({
    kind: 'unreachable',
  })
})

test('an answer in time is returned unchanged', async () => {
  const outcome: Outcome = { kind: 'refused', code: 'no', message: 'No.', isFinal: true }
  const answering = { ...providerThat(() => new Promise<never>(() => {})), transfer: async () => outcome }
  const provider = boundedProvider(answering, { log: app.work.log, timeoutMs: 10_000 })
  expect(await provider.transfer(newTransfer())).toBe(outcome)
})

test('when its connections are cut during orders, each order is carried out at most once, and the provider recovers', async () => {
  const { payments } = app.work
  const transfers = Array.from({ length: 40 }, newTransfer)
  const outcomes = Promise.all(transfers.map((transfer) => payments.transfer(transfer)))
  for (let cut = 0; cut < 5; cut++) await cutConnections()
  for (const outcome of await outcomes) expect(['accepted', 'unknown']).toContain(outcome.kind)
  for (const transfer of transfers) {
    await expect.poll(async () => (await payments.transfer(transfer)).kind).toBe('accepted')
  }
  // The provider has its own connections: our database may be reachable again a moment later.
  await expect.poll(() => app.database.reachable).toBe(true)
  const movements = await app.database.rows<{ ourReference: string }>`
    /* testMovements */
    select our_reference
    from sandbox.movements`
  expect(movements.map(({ ourReference }) => ourReference).sort()).toEqual(
    transfers.map(({ reference }) => reference).sort(),
  )
})

test('a movement of the provider is not rolled back with our transaction', async () => {
  const transfer = newTransfer()
  const client = await app.database.pool.connect()
  try {
    await client.query('begin')
    expect(await app.work.payments.transfer(transfer)).toMatchObject({ kind: 'accepted' })
    await client.query('rollback')
  } finally {
    client.release()
  }
  expect(await app.work.payments.lookUp(lookUpOf({ kind: 'transfer', ...transfer }))).toMatchObject({
    kind: 'has',
  })
})

/** Ends all connections to our database, as a restart of the server does, even in the middle of a statement. */
const cutConnections = () =>
  runStatement(
    urlOfDatabase(app.connectionString, 'postgres'),
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${new URL(app.connectionString).pathname.slice(1)}'`,
  )

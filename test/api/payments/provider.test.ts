/** What is special about the sandbox. `providerContract.test.ts` has what it shares with Stripe. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { MovementKind, PaymentProvider } from '../../../src/payments/port/provider.ts'
import type { ProviderMode } from '../../../src/payments/sandbox/sandbox.sql.ts'
import { createSandboxProvider } from '../../../src/payments/sandbox/sandboxProvider.ts'
import { lookUpOf, newCharge, newRefund, newReversal, newTransfer } from '../../support/orders.ts'
import { type Person, person, send } from '../../support/people.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'

interface Movement {
  id: string
  kind: MovementKind
  ourReference: string
  idempotencyKey: string
  amountMinor: bigint
  currency: string
}

let app: TestApp
let admin: Person
let provider: PaymentProvider

beforeAll(async () => {
  app = await startApp()
  admin = await person(app, 'Ada', 'ADMIN')
  provider = app.services.payments
})
afterAll(async () => {
  await app.stop()
})
beforeEach(() => setMode('ACCEPT'))

async function setMode(mode: ProviderMode): Promise<void> {
  const answer = await admin.send(
    'mutation ($mode: SandboxProviderMode!) { setSandboxProvider(input: { mode: $mode }) { ... on SandboxPayload { sandbox { provider } } } }',
    { mode },
  )
  expect(answer.data?.setSandboxProvider).toEqual({ sandbox: { provider: mode } })
}

async function advance(by: string): Promise<void> {
  const answer = await admin.send(
    'mutation ($by: Duration!) { advanceSandboxClock(input: { by: $by }) { __typename } }',
    { by },
  )
  expect(answer.data?.advanceSandboxClock).toEqual({ __typename: 'SandboxPayload' })
}

async function countCalls(): Promise<number> {
  const answer = await send(app, '{ sandbox { providerCalls } }')
  const { providerCalls } = (answer.data?.sandbox ?? {}) as { providerCalls: number }
  return providerCalls
}

const movementsFor = (reference: string) => app.database.rows<Movement>`
  /* testMovements */
  select id, kind, our_reference, idempotency_key, amount_minor, currency
  from sandbox.movements
  where our_reference = ${reference}
  order by id`

async function acceptedTransfer(): Promise<string> {
  const transfer = newTransfer()
  expect(await provider.transfer(transfer)).toMatchObject({ kind: 'accepted' })
  return transfer.reference
}

async function acceptedCharge(minorUnits: bigint): Promise<string> {
  const outcome = await provider.charge(newCharge({ minorUnits }))
  if (outcome.kind !== 'accepted') throw new Error(`The charge was ${outcome.kind}.`)
  return outcome.providerReference
}

test('a look-up of an unknown order finds nothing, even if another kind of order has that reference', async () => {
  const transfer = newTransfer()
  expect(await provider.lookUp(lookUpOf({ kind: 'transfer', ...transfer }))).toEqual({ kind: 'never' })
  await provider.transfer(transfer)
  expect(await provider.lookUp(lookUpOf({ kind: 'refund', ...transfer }))).toEqual({ kind: 'never' })
})

test('a charge has a client secret, which a look-up returns as well', async () => {
  const charge = newCharge()
  const outcome = await provider.charge(charge)
  const [movement] = await movementsFor(charge.reference)
  expect(outcome).toEqual({
    kind: 'accepted',
    providerReference: movement?.id,
    clientSecret: expect.stringContaining(`${movement?.id}_secret_`),
  })
  expect(await provider.lookUp(lookUpOf({ kind: 'charge', ...charge }))).toEqual({ ...outcome, kind: 'has' })
})

test('each refusal has the code of its reason', async () => {
  const [chargeReference, transferReference] = [await acceptedCharge(1000n), await acceptedTransfer()]
  const [more, dollars] = [{ minorUnits: 9999n }, { minorUnits: 1n, currencyCode: 'USD' }]
  const refusals = {
    card_declined: await provider.charge(newCharge({ paymentMethodId: 'pm_refused' })),
    no_such_payment_method: await provider.charge(newCharge({ paymentMethodId: 'pm_stolen' })),
    no_such_charge: await provider.refund(newRefund('ch_unknown')),
    amount_too_large: await provider.refund(newRefund(chargeReference, more)),
    wrong_currency: await provider.refund(newRefund(chargeReference, dollars)),
  }
  for (const [code, outcome] of Object.entries(refusals))
    expect(outcome).toMatchObject({ kind: 'refused', code, isFinal: true })
  expect(await provider.reverse(newReversal(transferReference, dollars))).toMatchObject({ code: 'wrong_currency' })
  await setMode('REFUSE')
  expect(await provider.transfer(newTransfer())).toMatchObject({ code: 'try_again_later', isFinal: false })
  await setMode('REFUSE_FOR_GOOD')
  expect(await provider.transfer(newTransfer())).toMatchObject({ code: 'not_permitted', isFinal: true })
})

test('DARK carries out the order that it does not answer', async () => {
  await setMode('DARK')
  const transfer = newTransfer()
  expect(await provider.transfer(transfer)).toMatchObject({ kind: 'unknown' })
  expect(await movementsFor(transfer.reference)).toHaveLength(1)
})

test('a key is kept for 24 hours of our clock; after that the same order moves money again', async () => {
  const transfer = newTransfer()
  await provider.transfer(transfer)
  await advance('PT23H59M')
  await provider.transfer(transfer)
  expect(await movementsFor(transfer.reference)).toHaveLength(1)
  await advance('PT1M')
  await provider.transfer(transfer)
  expect(await movementsFor(transfer.reference)).toHaveLength(2)
})

test('every call is counted, including look-ups and repeated orders', async () => {
  const before = await countCalls()
  const transfer = newTransfer()
  await provider.transfer(transfer)
  await provider.transfer(transfer)
  await provider.lookUp(lookUpOf({ kind: 'transfer', ...transfer }))
  expect(await countCalls()).toBe(before + 3)
})

test('the mode is the same for every server on the database', async () => {
  const { connectionString, work } = app
  const other = createSandboxProvider({ connectionString, webhookUrl: () => null, log: work.log })
  try {
    await setMode('REFUSE')
    expect(await other.transfer(newTransfer())).toMatchObject({ kind: 'refused' })
  } finally {
    await other.stop()
  }
})

test('movements cannot be updated or deleted', async () => {
  const transfer = newTransfer()
  await provider.transfer(transfer)
  await expect(
    app.database
      .run`/* testRewrite */ update sandbox.movements set amount_minor = 1 where our_reference = ${transfer.reference}`,
  ).rejects.toThrow()
  await expect(app.database.run`/* testDelete */ delete from sandbox.movements`).rejects.toThrow()
  expect(await movementsFor(transfer.reference)).toMatchObject([{ amountMinor: 1800n }])
})

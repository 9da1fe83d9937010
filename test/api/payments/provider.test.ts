/** The sandbox payment provider in each mode: its answers, and its books, which are right whatever it answers. */
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

test('ACCEPT carries out the order, records it, and finds it in a look-up', async () => {
  const charge = newCharge()
  const outcome = await provider.charge(charge)
  const movements = await movementsFor(charge.reference)
  expect(movements).toEqual([
    {
      id: expect.stringMatching(/^ch_/),
      kind: 'charge',
      ourReference: charge.reference,
      idempotencyKey: charge.idempotencyKey,
      amountMinor: 2000n,
      currency: 'EUR',
    },
  ])
  expect(outcome).toEqual({
    kind: 'accepted',
    providerReference: movements[0]?.id,
    clientSecret: expect.stringContaining(`${movements[0]?.id}_secret_`),
  })
  expect(await provider.lookUp(lookUpOf({ kind: 'charge', ...charge }))).toEqual({ ...outcome, kind: 'has' })
})

test('a look-up of an unknown order finds nothing, even if another kind of order has that reference', async () => {
  const transfer = newTransfer()
  expect(await provider.lookUp(lookUpOf({ kind: 'transfer', ...transfer }))).toEqual({ kind: 'never' })
  await provider.transfer(transfer)
  expect(await provider.lookUp(lookUpOf({ kind: 'refund', ...transfer }))).toEqual({ kind: 'never' })
})

test.each([
  ['REFUSE', { kind: 'refused', code: 'try_again_later', isFinal: false }],
  ['REFUSE_FOR_GOOD', { kind: 'refused', code: 'not_permitted', isFinal: true }],
] as const)('%s refuses every kind of order and moves no money', async (mode, refusal) => {
  const chargeReference = await acceptedCharge(2000n)
  const transferReference = await acceptedTransfer()
  await setMode(mode)
  const charge = newCharge()
  const transfer = newTransfer()
  const reversal = newReversal(transferReference)
  const refund = newRefund(chargeReference)
  expect(await provider.charge(charge)).toMatchObject(refusal)
  expect(await provider.transfer(transfer)).toMatchObject(refusal)
  expect(await provider.reverse(reversal)).toMatchObject(refusal)
  expect(await provider.refund(refund)).toMatchObject(refusal)
  for (const { reference } of [charge, transfer, reversal, refund]) expect(await movementsFor(reference)).toEqual([])
  expect(await provider.lookUp(lookUpOf({ kind: 'charge', ...charge }))).toEqual({ kind: 'never' })
})

test('DROP_RESPONSE carries out the order, loses the answer, and finds the order in a look-up', async () => {
  await setMode('DROP_RESPONSE')
  const transfer = newTransfer()
  expect(await provider.transfer(transfer)).toMatchObject({ kind: 'unknown' })
  expect(await movementsFor(transfer.reference)).toHaveLength(1)
  expect(await provider.lookUp(lookUpOf({ kind: 'transfer', ...transfer }))).toMatchObject({ kind: 'has' })
})

test('DARK carries out the order, and answers neither orders nor look-ups', async () => {
  await setMode('DARK')
  const transfer = newTransfer()
  expect(await provider.transfer(transfer)).toMatchObject({ kind: 'unknown' })
  expect(await provider.lookUp(lookUpOf({ kind: 'transfer', ...transfer }))).toMatchObject({
    kind: 'unreachable',
  })
  expect(await movementsFor(transfer.reference)).toHaveLength(1)
  await setMode('ACCEPT')
  expect(await provider.lookUp(lookUpOf({ kind: 'transfer', ...transfer }))).toMatchObject({ kind: 'has' })
})

test('DELAY carries out the order before it answers', async () => {
  await setMode('DELAY')
  const transfer = newTransfer()
  let isAnswered = false
  const answer = provider.transfer(transfer).finally(() => {
    isAnswered = true
  })
  await expect.poll(() => movementsFor(transfer.reference), { timeout: 10_000 }).toHaveLength(1)
  expect(isAnswered).toBe(false)
  expect(await answer).toMatchObject({ kind: 'accepted' })
})

test('a declined card and an unknown one are refused for good', async () => {
  const declined = newCharge({ paymentMethodId: 'pm_refused' })
  const unknown = newCharge({ paymentMethodId: 'pm_stolen' })
  expect(await provider.charge(declined)).toMatchObject({ kind: 'refused', code: 'card_declined', isFinal: true })
  expect(await provider.charge(unknown)).toMatchObject({
    kind: 'refused',
    code: 'no_such_payment_method',
    isFinal: true,
  })
  expect(await movementsFor(declined.reference)).toEqual([])
  expect(await movementsFor(unknown.reference)).toEqual([])
})

test('the same order under the same key is carried out once, and its answer replayed', async () => {
  const charge = newCharge()
  const first = await provider.charge(charge)
  expect(await provider.charge(charge)).toEqual(first)
  expect(await movementsFor(charge.reference)).toHaveLength(1)
})

test('twenty concurrent requests for one order move the money once', async () => {
  const transfer = newTransfer()
  const outcomes = await Promise.all(Array.from({ length: 20 }, () => provider.transfer(transfer)))
  const movements = await movementsFor(transfer.reference)
  expect(movements).toHaveLength(1)
  for (const outcome of outcomes) {
    expect(outcome).toEqual({ kind: 'accepted', providerReference: movements[0]?.id })
  }
})

test('after a lost answer, the same key returns that answer', async () => {
  await setMode('DROP_RESPONSE')
  const transfer = newTransfer()
  await provider.transfer(transfer)
  await setMode('ACCEPT')
  const [movement] = await movementsFor(transfer.reference)
  expect(await provider.transfer(transfer)).toEqual({ kind: 'accepted', providerReference: movement?.id })
  expect(await movementsFor(transfer.reference)).toHaveLength(1)
})

test('a refusal is stored under the key, so only another key gets another answer', async () => {
  await setMode('REFUSE')
  const transfer = newTransfer()
  const refused = await provider.transfer(transfer)
  await setMode('ACCEPT')
  expect(await provider.transfer(transfer)).toEqual(refused)
  expect(await movementsFor(transfer.reference)).toEqual([])
  const again = { ...transfer, idempotencyKey: `${transfer.reference}-2` }
  expect(await provider.transfer(again)).toMatchObject({ kind: 'accepted' })
  expect(await movementsFor(transfer.reference)).toHaveLength(1)
})

test('a key of another order is an error, and moves no money', async () => {
  const transfer = newTransfer()
  await provider.transfer(transfer)
  const other = { ...transfer, amount: { minorUnits: 1n, currencyCode: 'EUR' } }
  expect(await provider.transfer(other)).toEqual({
    kind: 'unknown',
    message: 'The idempotency key was used for another order.',
  })
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

test('reversals never exceed the transfer, one after the other or concurrently', async () => {
  const transferReference = await acceptedTransfer()
  const reverse = (minorUnits: bigint, currencyCode = 'EUR') =>
    provider.reverse(newReversal(transferReference, { minorUnits, currencyCode }))
  expect(await reverse(1801n)).toMatchObject({ code: 'amount_too_large' })
  expect(await reverse(600n, 'USD')).toMatchObject({ code: 'wrong_currency' })
  expect(await provider.reverse(newReversal('trf_unknown'))).toMatchObject({ code: 'no_such_transfer' })
  const outcomes = await Promise.all([reverse(600n), reverse(600n), reverse(600n), reverse(600n)])
  expect(outcomes.filter(({ kind }) => kind === 'accepted')).toHaveLength(3)
  expect(await reverse(1n)).toMatchObject({ kind: 'refused', isFinal: true })
})

test('EMPTY_ACCOUNTS refuses reversals alone, for want of money', async () => {
  const transferReference = await acceptedTransfer()
  await setMode('EMPTY_ACCOUNTS')
  await acceptedTransfer()
  const reversal = newReversal(transferReference)
  expect(await provider.reverse(reversal)).toMatchObject({ kind: 'refused', code: 'insufficient_funds', isFinal: true })
  expect(await movementsFor(reversal.reference)).toEqual([])
})

test.each(['DROP_RESPONSE', 'DARK'] as const)(
  '%s carries out a reversal once, and a look-up finds it',
  async (mode) => {
    const transferReference = await acceptedTransfer()
    await setMode(mode)
    const reversal = newReversal(transferReference)
    expect(await provider.reverse(reversal)).toMatchObject({ kind: 'unknown' })
    await setMode('ACCEPT')
    expect(await provider.lookUp(lookUpOf({ kind: 'reversal', ...reversal }))).toEqual({
      kind: 'has',
      providerReference: expect.stringMatching(/^trr_/),
    })
    expect(await movementsFor(reversal.reference)).toHaveLength(1)
  },
)

test('refunds never exceed the charge, one after the other or concurrently', async () => {
  const chargeReference = await acceptedCharge(1000n)
  expect(await provider.refund(newRefund(chargeReference, { minorUnits: 1001n }))).toMatchObject({
    code: 'amount_too_large',
  })
  expect(await provider.refund(newRefund(chargeReference, { minorUnits: 600n, currencyCode: 'USD' }))).toMatchObject({
    code: 'wrong_currency',
  })
  expect(await provider.refund(newRefund('ch_unknown'))).toMatchObject({ code: 'no_such_charge' })
  const parts = Array.from({ length: 6 }, () => newRefund(chargeReference, { minorUnits: 300n }))
  const outcomes = await Promise.all(parts.map((part) => provider.refund(part)))
  expect(outcomes.filter(({ kind }) => kind === 'accepted')).toHaveLength(3)
  expect(await provider.refund(newRefund(chargeReference, { minorUnits: 101n }))).toMatchObject({
    kind: 'refused',
    isFinal: true,
  })
  expect(await provider.refund(newRefund(chargeReference, { minorUnits: 100n }))).toMatchObject({ kind: 'accepted' })
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

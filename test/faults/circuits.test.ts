/** Circuits to the payment provider: open after repeated failures, closed by a probe; and what waits meanwhile is not lost. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { withCircuits } from '../../src/payments/port/circuits.ts'
import type { PaymentProvider } from '../../src/payments/port/provider.ts'
import { closeBooks, moneyMoves, moneyWorld, transferDue, transferRow, type World } from '../support/money.ts'
import { lookUpOf, newCharge, newTransfer } from '../support/orders.ts'
import { gate, lost, refusedForNow, ScriptedProvider } from '../support/scriptedProvider.ts'
import { timePasses } from '../support/story.ts'

let world: World

beforeAll(async () => {
  world = await moneyWorld()
})
afterAll(async () => {
  await closeBooks(world)
})

/** A scripted provider behind circuits, with a clock of its own. */
function guarded() {
  const inner = new ScriptedProvider()
  let nowMs = 0
  const provider = withCircuits(inner, { log: world.app.log, now: () => nowMs })
  const passes = (ms: number) => {
    nowMs += ms
  }
  const fails = async (times: number) => {
    for (let count = 0; count < times; count++) {
      const order = newTransfer()
      inner.ordersGet(order.reference, lost)
      await provider.transfer(order)
    }
  }
  return { inner, provider, passes, fails }
}

const openOnes = (provider: PaymentProvider) =>
  provider.circuits?.().flatMap(({ call, isOpen }) => (isOpen ? [call] : []))

test('opens for one kind of call after five failures in a row; orders of this kind are not sent', async () => {
  const { inner, provider, fails } = guarded()
  await fails(4)
  await provider.transfer(newTransfer())
  await fails(4)
  expect(openOnes(provider)).toEqual([])
  await fails(1)
  expect(openOnes(provider)).toEqual(['transfer'])
  const sent = inner.orders.length
  expect(await provider.transfer(newTransfer())).toMatchObject({ kind: 'not_sent', retryAfterMs: 30_000 })
  expect(inner.orders).toHaveLength(sent)
  expect(await provider.charge(newCharge())).toMatchObject({ kind: 'accepted' })
  expect(await provider.lookUp(lookUpOf({ kind: 'transfer', ...newTransfer() }))).toEqual({ kind: 'never' })
})

test('a refusal is an answer, not a failure', async () => {
  const { inner, provider } = guarded()
  for (let count = 0; count < 10; count++) {
    const order = newTransfer()
    inner.ordersGet(order.reference, refusedForNow)
    await provider.transfer(order)
  }
  expect(openOnes(provider)).toEqual([])
})

test('after the pause one probe is sent: it closes the circuit, or opens it for twice as long, at most five minutes', async () => {
  const { inner, provider, passes, fails } = guarded()
  await fails(5)
  for (const pauseMs of [60_000, 120_000, 240_000, 300_000, 300_000]) {
    passes(300_000)
    await fails(1)
    expect(await provider.transfer(newTransfer())).toMatchObject({ kind: 'not_sent', retryAfterMs: pauseMs })
  }
  passes(300_000)
  const { opened, open } = gate()
  const probe = newTransfer()
  inner.ordersGet(probe.reference, async () => {
    await opened
    return { kind: 'accepted', providerReference: 'transfer_probe' }
  })
  const probing = provider.transfer(probe)
  expect(await provider.transfer(newTransfer())).toMatchObject({ kind: 'not_sent' })
  open()
  expect(await probing).toMatchObject({ kind: 'accepted' })
  expect(openOnes(provider)).toEqual([])
  expect(await provider.transfer(newTransfer())).toMatchObject({ kind: 'accepted' })
})

test('look-ups that find nobody are unreachable while their circuit is open', async () => {
  const { inner, provider } = guarded()
  const question = lookUpOf({ kind: 'transfer', ...newTransfer() })
  const silence = { kind: 'unreachable', message: 'No answer.' } as const
  inner.questionsGet(question.reference, silence, silence, silence, silence, silence)
  for (let count = 0; count < 5; count++) await provider.lookUp(question)
  expect(await provider.lookUp(question)).toMatchObject({ kind: 'unreachable' })
  expect(inner.questions).toHaveLength(5)
})

test('a transfer waits while the circuit is open, and is paid once it is closed', async () => {
  const { provider, passes, fails } = guarded()
  await fails(5)
  const { transfer } = await transferDue(world)
  world.app.work.payments = provider
  await moneyMoves(world)
  expect(await transferRow(world, transfer)).toMatchObject({ status: 'PENDING', retryCount: 0 })
  passes(30_000)
  await timePasses(world.app, '30 seconds')
  await moneyMoves(world)
  expect(await transferRow(world, transfer)).toMatchObject({ status: 'SUCCEEDED', retryCount: 0 })
  world.app.work.payments = world.provider
})

test('during a call to the provider nothing of ours is locked or in a transaction', async () => {
  const { app } = world
  const { opened, open } = gate()
  const { transfer } = await transferDue(world)
  world.provider.ordersGet(transfer.id, async () => {
    await opened
    return { kind: 'accepted', providerReference: 'transfer_slow' }
  })
  const task = await world.anna.posts()
  world.provider.chargesGet(async () => {
    await opened
    return { kind: 'accepted', providerReference: 'charge_slow' }
  })
  const before = world.provider.orders.length
  const calls = [world.anna.funds(task), moneyMoves(world)]
  await expect.poll(() => world.provider.orders.length, { timeout: 10_000 }).toBe(before + 2)
  // The sequencer of events may be at work for a moment; a transaction around the call would last as long as the call.
  const atWork = () => app.database.rows<{ query: string }>`
    /* testActivity */
    select query
    from pg_stat_activity
    where datname = current_database()
      and pid <> pg_backend_pid()
      and state is distinct from 'idle'
      and backend_type = 'client backend'`
  const locks = () => app.database.rows<{ relation: string }>`
    /* testLocks */
    select relation::regclass::text as relation
    from pg_locks
    where database = (select oid from pg_database where datname = current_database())
      and locktype in ('relation', 'tuple')
      and pid <> pg_backend_pid()`
  await expect.poll(atWork, { timeout: 10_000 }).toEqual([])
  await expect.poll(locks, { timeout: 10_000 }).toEqual([])
  open()
  await Promise.all(calls)
})

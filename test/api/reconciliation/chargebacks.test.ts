/** Reconciliation over the lives of chargebacks: the provider moves their money weeks before our ledger does, or without it. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { noticeChargeback } from '../../../src/chargebacks/noticeChargeback.ts'
import { sandboxChargeback } from '../../support/chargebacks.ts'
import { holdRows, moneyMoves, taskAtWork, transferDue } from '../../support/money.ts'
import { toPublicId } from '../../support/publicIds.ts'
import {
  kindsOf,
  plant,
  reconcile,
  reconciliationWorld,
  spanUntilNow,
  uuidOf,
  type World,
} from '../../support/reconciliation.ts'
import { type Named, timePasses } from '../../support/story.ts'

let world: World

beforeAll(async () => {
  world = await reconciliationWorld()
})
afterAll(async () => {
  await world.app.stop()
})
// None of the movements before is in a span of an hour.
beforeEach(() => timePasses(world.app, '5 hours'))

const holdIdOf = async (task: Named) => toPublicId('hld', String((await holdRows(world, task)).at(-1)?.id))

async function paidTask(): Promise<Named> {
  const { task } = await transferDue(world)
  await moneyMoves(world)
  return task
}

/** A chargeback of a new task: its id, and the provider's reference. */
async function newChargeback(newTask: () => Promise<Named> = () => taskAtWork(world)) {
  const id = await sandboxChargeback(world.app, await holdIdOf(await newTask()))
  const { providerReference } = await world.app.prisma.chargeback.findUniqueOrThrow({ where: { id: uuidOf(id) } })
  return { id, providerReference }
}

/** The bank decides; our server is not told. */
async function bankDecides({ providerReference }: { providerReference: string }, isWon: boolean): Promise<void> {
  const answer = await world.app.services.sandboxControls?.decideChargeback({ providerReference, isWon })
  expect(answer?.kind).toBe('done')
}

async function decided(chargeback: { providerReference: string }, isWon: boolean): Promise<void> {
  await bankDecides(chargeback, isWon)
  await noticeChargeback(world.app.work, chargeback)
}

const found = async (hours?: number) =>
  kindsOf((await reconcile(world, await spanUntilNow(world.app, hours))).differences)

describe('invents nothing', () => {
  for (const [where, newTask] of [
    ['before the payout', () => taskAtWork(world)],
    ['after the payout', paidTask],
  ] as const)
    for (const isWon of [true, false])
      test(`over the life of one ${where} that is ${isWon ? 'won' : 'lost'}`, async () => {
        const chargeback = await newChargeback(newTask)
        expect(await found()).toEqual([])
        await timePasses(world.app, '2 hours')
        expect(await found(4)).toEqual([])
        await decided(chargeback, isWon)
        // The opening is outside of the span, and then within it.
        expect(await found()).toEqual([])
        expect(await found(4)).toEqual([])
      })

  test('for two hours after one that we have not heard of yet', async () => {
    const chargeReference = await holdIdOf(await taskAtWork(world))
    const order = { chargeReference, amount: undefined, reason: 'fraudulent' }
    const answer = await world.app.services.sandboxControls?.openChargeback(order)
    expect(answer?.kind).toBe('done')
    expect(await found()).toEqual([])
    await timePasses(world.app, '2 hours')
    // The amount and the fee.
    expect(await found(4)).toEqual(['MISSING_HERE nothing', 'MISSING_HERE nothing'])
    if (answer?.kind === 'done') await noticeChargeback(world.app.work, answer)
    expect(await found(4)).toEqual([])
  })

  test('of an inquiry that is won: it took no money', async () => {
    const chargeback = await newChargeback()
    await decided(chargeback, true)
    await plant(world.app, 'update sandbox.chargebacks set opened_at = $2, decided_at = $2 where id = $1', [
      chargeback.providerReference,
      new Date(0),
    ])
    expect(await found()).toEqual([])
  })
})

describe('finds', () => {
  const change = (set: string, { providerReference }: { providerReference: string }) =>
    plant(world.app, `update sandbox.chargebacks set ${set} where id = $1`, [providerReference])

  test('another amount, another currency and another fee', async () => {
    const [one, two, three] = [await newChargeback(), await newChargeback(), await newChargeback()]
    await change('amount_minor = amount_minor + 1', one)
    await change("currency = 'USD'", two)
    await change('fee_minor = fee_minor + 1', three)
    const expected = [`AMOUNT ${one.id}`, `CURRENCY ${two.id}`, `CURRENCY ${two.id}`, `AMOUNT ${three.id}`]
    expect(await found()).toEqual(expected.sort())
  })

  test('a lost one and its fee that the provider does not have', async () => {
    const chargeback = await newChargeback(paidTask)
    await decided(chargeback, false)
    await plant(world.app, 'delete from sandbox.chargebacks where id = $1', [chargeback.providerReference])
    const both = [`MISSING_AT_PROVIDER ${chargeback.id}`, `MISSING_AT_PROVIDER ${chargeback.id}`]
    expect(await found()).toEqual(both)
  })

  test('a lost one whose money is not taken, of a span after the opening', async () => {
    const chargeback = await newChargeback()
    await timePasses(world.app, '2 hours')
    await decided(chargeback, false)
    await change("status = 'UNDER_REVIEW', decided_at = null", chargeback)
    expect(await found()).toEqual([`STATUS ${chargeback.id}`, `STATUS ${chargeback.id}`])
  })

  test('a won one whose money has not come back', async () => {
    const chargeback = await newChargeback()
    await timePasses(world.app, '2 hours')
    await decided(chargeback, true)
    await change("status = 'UNDER_REVIEW', decided_at = null", chargeback)
    expect(await found()).toEqual([`MISSING_AT_PROVIDER ${chargeback.id}`])
  })

  test('money of a lost one that came back, and of a won one that we have not heard of for two hours', async () => {
    const [lost, open] = [await newChargeback(), await newChargeback()]
    await decided(lost, false)
    await change("status = 'WON'", lost)
    await bankDecides(open, true)
    const ofLost = [`STATUS ${lost.id}`, `STATUS ${lost.id}`]
    expect(await found()).toEqual(ofLost)
    await timePasses(world.app, '2 hours')
    expect(await found(4)).toEqual([...ofLost, `STATUS ${open.id}`, `STATUS ${open.id}`].sort())
  })

  test('a second line of one, but not its fee beside it', async () => {
    const { payments } = world.app.work
    const chargeback = await newChargeback()
    world.app.work.payments = {
      ...payments,
      async *book(span) {
        for await (const line of payments.book(span)) {
          yield line
          if (line.objectReference === chargeback.providerReference) yield { ...line, id: `${line.id}_again` }
        }
      },
    }
    try {
      expect(await found()).toEqual([`DUPLICATE ${chargeback.id}`, `DUPLICATE ${chargeback.id}`])
    } finally {
      world.app.work.payments = payments
    }
  })
})

/**
 * The contract of the port, for both providers: the same expectations of the sandbox and of Stripe's adapter, which speaks to a local
 * server with Stripe's wire format. Each provider's own book says what moved.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type {
  AnyOrder,
  ChargeOutcome,
  RefundOrder,
  ReversalOrder,
  TransferOrder,
} from '../../../src/payments/port/provider.ts'
import { lookUpOf, newCharge, newRefund, newReversal, newTransfer } from '../../support/orders.ts'
import { type ProviderUnderTest, sandboxUnderTest, stripeUnderTest } from '../../support/providers.ts'

const KINDS = ['charge', 'transfer', 'reversal', 'refund'] as const
type Kind = (typeof KINDS)[number]

describe.each([
  ['sandbox', sandboxUnderTest],
  ['Stripe', stripeUnderTest],
] as const)('%s', (_name, start) => {
  let on: ProviderUnderTest

  beforeAll(async () => {
    on = await start()
  })
  afterAll(() => on.stop())
  beforeEach(async () => {
    await on.setMode('ACCEPT')
    on.webhooks.length = 0
  })

  /** A charge that was paid in. */
  async function paidCharge(minorUnits = 2000n) {
    const order = newCharge({ minorUnits })
    const outcome = await on.provider.charge(order)
    if (outcome.kind !== 'accepted') throw new Error(`The charge was ${outcome.kind}.`)
    return { ...order, providerReference: outcome.providerReference }
  }

  /** A transfer from a charge that was paid in. */
  async function transferOrder(): Promise<TransferOrder> {
    const { taskReference, providerReference } = await paidCharge()
    return {
      ...newTransfer(),
      taskReference,
      chargeReference: providerReference,
      accountReference: await on.newPayee(),
    }
  }

  async function reversalOrder(minorUnits = 500n): Promise<ReversalOrder> {
    const transfer = await transferOrder()
    const outcome = await on.provider.transfer(transfer)
    if (outcome.kind !== 'accepted') throw new Error(`The transfer was ${outcome.kind}.`)
    const { taskReference, reference } = transfer
    const providerTransferReference = outcome.providerReference
    return { ...newReversal(reference, { minorUnits }), taskReference, providerTransferReference }
  }

  async function refundOrder(minorUnits = 500n): Promise<RefundOrder> {
    const { taskReference, providerReference } = await paidCharge()
    return { ...newRefund(providerReference, { minorUnits }), taskReference }
  }

  /** A new order of this kind that the provider can carry out. */
  async function orderOf(kind: Kind): Promise<AnyOrder> {
    if (kind === 'charge') return { kind, ...newCharge() }
    if (kind === 'transfer') return { kind, ...(await transferOrder()) }
    return kind === 'reversal' ? { kind, ...(await reversalOrder()) } : { kind, ...(await refundOrder()) }
  }

  function place(order: AnyOrder): Promise<ChargeOutcome> {
    const { kind: _, ...rest } = order
    if (order.kind === 'charge') return on.provider.charge({ ...order, ...rest })
    if (order.kind === 'transfer') return on.provider.transfer(order)
    return order.kind === 'reversal' ? on.provider.reverse(order) : on.provider.refund(order)
  }

  const lookUp = (order: AnyOrder) => on.provider.lookUp(lookUpOf(order))
  const movements = (order: AnyOrder) => on.movementsFor(order.reference)
  const again = (order: AnyOrder): AnyOrder => ({ ...order, idempotencyKey: `${order.reference}-2` })

  describe.each(KINDS)('a %s', (kind) => {
    test('is carried out, recorded with its key, and found', async () => {
      const order = await orderOf(kind)
      const outcome = await place(order)
      expect(outcome).toMatchObject({ kind: 'accepted', providerReference: expect.stringMatching(/^[a-z]+_/) })
      expect(await movements(order)).toEqual([
        {
          id: expect.any(String),
          kind,
          amountMinor: order.amount.minorUnits,
          idempotencyKey: order.idempotencyKey,
        },
      ])
      const { providerReference } = outcome as { providerReference: string }
      expect(await lookUp(order)).toMatchObject({ kind: 'has', providerReference })
    })

    test('that was never sent is not found', async () => {
      expect(await lookUp(await orderOf(kind))).toEqual({ kind: 'never' })
    })

    test('that is sent again under its key is answered the same, and moves money once', async () => {
      const order = await orderOf(kind)
      const { requestId: _, ...first } = await place(order)
      expect(await place(order)).toMatchObject(first)
      expect(await movements(order)).toHaveLength(1)
    })

    test('that is sent ten times at once moves money once', async () => {
      const order = await orderOf(kind)
      const outcomes = await Promise.all(Array.from({ length: 10 }, () => place(order)))
      expect(new Set(outcomes.map((outcome) => outcome.kind))).toEqual(new Set(['accepted']))
      expect(await movements(order)).toHaveLength(1)
    })

    test('is of unknown outcome if its key was used for another amount, and moves no money', async () => {
      const order = await orderOf(kind)
      await place(order)
      const amount = { ...order.amount, minorUnits: order.amount.minorUnits - 1n }
      expect(await place({ ...order, amount })).toMatchObject({ kind: 'unknown' })
      expect(await movements(order)).toHaveLength(1)
    })

    test.each([
      ['REFUSE', false],
      ['REFUSE_FOR_GOOD', true],
    ] as const)('is refused by %s; its key keeps the refusal, and another key pays', async (mode, isFinal) => {
      const order = await orderOf(kind)
      await on.setMode(mode)
      expect(await place(order)).toMatchObject({ kind: 'refused', isFinal, code: expect.any(String) })
      expect(['never', 'failed']).toContain((await lookUp(order)).kind)
      expect(await movements(order)).toEqual([])
      await on.setMode('ACCEPT')
      expect(await place(order)).toMatchObject({ kind: 'refused', isFinal })
      expect(await place(again(order))).toMatchObject({ kind: 'accepted' })
      expect(await movements(order)).toHaveLength(1)
      expect(await lookUp(again(order))).toMatchObject({ kind: 'has' })
    })

    test('whose answer is lost was carried out, is found, and moves no money again', async () => {
      const order = await orderOf(kind)
      await on.setMode('DROP_RESPONSE')
      expect(await place(order)).toMatchObject({ kind: 'unknown' })
      expect(await movements(order)).toHaveLength(1)
      expect(await lookUp(order)).toMatchObject({ kind: 'has' })
      await on.setMode('ACCEPT')
      expect(await place(order)).toMatchObject({ kind: 'accepted' })
      expect(await movements(order)).toHaveLength(1)
    })

    test('in the dark is unknown, or certainly not sent, and cannot be looked up; later it can', async () => {
      const order = await orderOf(kind)
      await on.setMode('DARK')
      const outcome = await place(order)
      expect(['unknown', 'not_sent']).toContain(outcome.kind)
      expect(await lookUp(order)).toMatchObject({ kind: 'unreachable' })
      await on.setMode('ACCEPT')
      expect(await lookUp(order)).toMatchObject({ kind: outcome.kind === 'unknown' ? 'has' : 'never' })
      expect(await place(order)).toMatchObject({ kind: 'accepted' })
      expect(await movements(order)).toHaveLength(1)
    })

    test('is found after the provider has forgotten its key', async () => {
      const order = await orderOf(kind)
      await place(order)
      await on.forgetKeys()
      expect(await lookUp(order)).toMatchObject({ kind: 'has' })
    })

    test('is told of by a signed webhook, twice in DUPLICATE_WEBHOOK with the same id', async () => {
      const order = await orderOf(kind)
      await on.setMode('DUPLICATE_WEBHOOK')
      on.webhooks.length = 0
      await place(order)
      const noticesOfOrder = async () => {
        const notices = await Promise.all(on.webhooks.map((webhook) => on.provider.readWebhook(webhook)))
        return notices.filter((notice) => JSON.stringify(notice).includes(order.reference))
      }
      await expect.poll(async () => (await noticesOfOrder()).length, { timeout: 5_000 }).toBeGreaterThanOrEqual(2)
      const notices = await noticesOfOrder()
      for (const notice of notices) expect(notice?.about).toEqual({ kind, reference: order.reference })
      const ids = notices.map((notice) => notice?.eventId)
      expect(ids).toHaveLength(2 * new Set(ids).size)
    })
  })

  test('DELAY carries out the order before it answers', async () => {
    const order = await orderOf('transfer')
    await on.setMode('DELAY')
    let isAnswered = false
    const answer = place(order).finally(() => {
      isAnswered = true
    })
    await expect.poll(() => movements(order), { timeout: 10_000 }).toHaveLength(1)
    expect(isAnswered).toBe(false)
    expect(await answer).toMatchObject({ kind: 'accepted' })
  })

  test.each(['pm_refused', 'pm_unknown'])('a charge of %s is refused for good', async (paymentMethodId) => {
    const order = newCharge({ paymentMethodId })
    expect(await on.provider.charge(order)).toMatchObject({ kind: 'refused', isFinal: true })
    expect(await on.movementsFor(order.reference)).toEqual([])
  })

  test('refunds never exceed the charge, one after the other or concurrently', async () => {
    const { providerReference } = await paidCharge(1000n)
    const refund = (minorUnits: bigint) => on.provider.refund(newRefund(providerReference, { minorUnits }))
    expect(await refund(1001n)).toMatchObject({ kind: 'refused', code: 'amount_too_large', isFinal: true })
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => refund(300n)))
    expect(outcomes.filter((outcome) => outcome.kind === 'accepted')).toHaveLength(3)
    expect(await refund(101n)).toMatchObject({ kind: 'refused', isFinal: true })
    expect(await refund(100n)).toMatchObject({ kind: 'accepted' })
  })

  test('reversals never exceed the transfer, one after the other or concurrently', async () => {
    const order = await reversalOrder(1801n)
    const reverse = (minorUnits: bigint) =>
      on.provider.reverse({
        ...order,
        ...newReversal(order.transferReference, { minorUnits }),
        taskReference: order.taskReference,
        providerTransferReference: order.providerTransferReference,
      })
    expect(await reverse(1801n)).toMatchObject({ kind: 'refused', code: 'amount_too_large', isFinal: true })
    const outcomes = await Promise.all(Array.from({ length: 4 }, () => reverse(600n)))
    expect(outcomes.filter((outcome) => outcome.kind === 'accepted')).toHaveLength(3)
    expect(await reverse(1n)).toMatchObject({ kind: 'refused', isFinal: true })
  })

  test('a reversal finds its transfer by our reference, if the reference of the provider is unknown', async () => {
    const order = { ...(await reversalOrder()), providerTransferReference: null }
    expect(await on.provider.reverse(order)).toMatchObject({ kind: 'accepted' })
    expect(await lookUp({ kind: 'reversal', ...order })).toMatchObject({ kind: 'has' })
    const ofNone = { ...newReversal('trf_unknown'), providerTransferReference: null }
    expect(await on.provider.reverse(ofNone)).toMatchObject({
      kind: 'refused',
      code: 'no_such_transfer',
      isFinal: true,
    })
  })

  test('EMPTY_ACCOUNTS refuses reversals alone, for want of money', async () => {
    const order = await reversalOrder()
    await on.setMode('EMPTY_ACCOUNTS')
    expect(await place(await orderOf('transfer'))).toMatchObject({ kind: 'accepted' })
    expect(await on.provider.reverse(order)).toMatchObject({
      kind: 'refused',
      code: 'insufficient_funds',
      isFinal: true,
    })
    expect(await on.movementsFor(order.reference)).toEqual([])
  })

  test('a webhook with another body, without a signature or with a wrong one is not the provider', async () => {
    await place({ kind: 'charge', ...newCharge() })
    await expect.poll(() => on.webhooks.length).toBeGreaterThan(0)
    const [{ body, headers }] = on.webhooks as [(typeof on.webhooks)[0]]
    const signature = String(headers[on.signatureHeader])
    const forged = {
      'another body': { body: Buffer.from(body.toString().replace('hld_', 'hld_0')), signature },
      'no signature': { body, signature: undefined },
      'an empty one': { body, signature: '' },
      'another time': { body, signature: signature.replace(/t=\d/, 't=2') },
      'another digest': { body, signature: signature.replace(/v1=./, 'v1=-') },
    }
    for (const [name, { body, signature }] of Object.entries(forged)) {
      const notice = await on.provider.readWebhook({ body, headers: { [on.signatureHeader]: signature } })
      expect([name, notice]).toEqual([name, undefined])
    }
    expect(await on.provider.readWebhook({ body, headers })).toBeDefined()
  })
})

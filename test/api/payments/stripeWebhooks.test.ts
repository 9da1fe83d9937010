/** Webhooks of Stripe: snapshot and thin events through one door, whatever they are about. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { TransferOrder } from '../../../src/payments/port/provider.ts'
import { newCharge, newRefund, newReversal, newTransfer } from '../../support/orders.ts'
import { connectTo, type StripeUnderTest, stripeUnderTest } from '../../support/providers.ts'
import { openDispute } from '../../support/stripe/disputes.ts'
import { eventBody, signEvent } from '../../support/stripe/eventSender.ts'
import { changeAccount } from '../../support/stripe/people.ts'
import type { Happening } from '../../support/stripe/stripeBook.ts'
import { type StripeServer, WEBHOOK_SECRET } from '../../support/stripe/stripeServer.ts'

let on: StripeUnderTest
let server: StripeServer

beforeAll(async () => {
  on = await stripeUnderTest()
  server = on.server
  // The tests read what was not sent.
  server.webhookUrl = null
})
afterAll(() => on.stop())
beforeEach(() => {
  server.mode = 'ACCEPT'
  server.unsent.length = 0
})

const read = (body: string, secret = WEBHOOK_SECRET, sentAt?: number) => {
  const signed = signEvent(body, secret, sentAt)
  return on.provider.readWebhook({ body: Buffer.from(signed.body), headers: signed.headers })
}

const happened = (type: string): Happening => {
  const happening = server.unsent.findLast((one) => one.type === type)
  if (!happening) throw new Error(`${type} did not happen.`)
  return happening
}

async function paidCharge() {
  const order = newCharge()
  const outcome = await on.provider.charge(order)
  if (outcome.kind !== 'accepted') throw new Error(`The charge was ${outcome.kind}.`)
  return { ...order, providerReference: outcome.providerReference }
}

async function paidTransfer(): Promise<TransferOrder & { providerTransferReference: string }> {
  const { taskReference, providerReference } = await paidCharge()
  const accountReference = await on.newPayee()
  const order = { ...newTransfer(), taskReference, chargeReference: providerReference, accountReference }
  const outcome = await on.provider.transfer(order)
  if (outcome.kind !== 'accepted') throw new Error(`The transfer was ${outcome.kind}.`)
  return { ...order, providerTransferReference: outcome.providerReference }
}

/** What can happen, with the type of its event and what it must be about. */
const SUBJECTS: Record<string, () => Promise<{ type: string; about: object }>> = {
  'a charge': async () => {
    const { reference } = await paidCharge()
    return { type: 'payment_intent.succeeded', about: { kind: 'charge', reference } }
  },
  'a transfer': async () => {
    const { reference } = await paidTransfer()
    return { type: 'transfer.created', about: { kind: 'transfer', reference } }
  },
  'a reversal': async () => {
    const { reference: transferReference, taskReference, providerTransferReference } = await paidTransfer()
    const order = { ...newReversal(transferReference), taskReference, providerTransferReference }
    await on.provider.reverse(order)
    return { type: 'transfer.reversed', about: { kind: 'reversal', reference: order.reference } }
  },
  'a refund': async () => {
    const { providerReference } = await paidCharge()
    const order = newRefund(providerReference)
    await on.provider.refund(order)
    return { type: 'refund.created', about: { kind: 'refund', reference: order.reference } }
  },
  'a dispute': async () => {
    const { reference } = await paidCharge()
    const [charge] = server.book.movementsFor(reference)
    const { id } = openDispute(server.book, charge?.id ?? '')
    server.tell()
    return { type: 'charge.dispute.created', about: { kind: 'chargeback', providerReference: id } }
  },
  'an account': async () => {
    const accountReference = await on.newPayee()
    changeAccount(server.book, accountReference, { transfers: 'restricted' })
    server.tell()
    return { type: 'account.updated', about: { kind: 'account', accountReference } }
  },
}

describe.each(Object.entries(SUBJECTS))('%s', (_name, make) => {
  test.each(['snapshot', 'thin'] as const)('is told of by a %s event', async (format) => {
    const { type, about } = await make()
    const body = eventBody(happened(type), format)
    expect(await read(body)).toEqual({ eventId: JSON.parse(body).id, about })
  })
})

test('the account of version 2 is told of by a thin event of version 2', async () => {
  const type = 'v2.core.account[configuration.recipient].capability_status_updated'
  const body = eventBody({ type, object: { id: 'acct_1', object: 'v2.core.account' } }, 'thin')
  expect(await read(body)).toMatchObject({ about: { kind: 'account', accountReference: 'acct_1' } })
})

describe('a genuine event about nothing of ours', () => {
  test.each([
    [
      'an object without our metadata',
      { id: 'pi_1', object: 'payment_intent', metadata: {} },
      'payment_intent.succeeded',
    ],
    ['an object of another kind', { id: 'cus_1', object: 'customer' }, 'customer.created'],
    [
      'a transfer that somebody reversed by hand',
      {
        id: 'tr_1',
        object: 'transfer',
        metadata: { errand_reference: 'trf_1' },
        reversals: { data: [{ metadata: {} }] },
      },
      'transfer.reversed',
    ],
  ])('%s, as a snapshot', async (_name, object, type) => {
    expect(await read(eventBody({ type, object }, 'snapshot'))).toMatchObject({ about: null })
  })

  test('an object that this account does not have, as a thin event', async () => {
    const object = { id: 'pi_unknown', object: 'payment_intent' }
    expect(await read(eventBody({ type: 'payment_intent.succeeded', object }, 'thin'))).toMatchObject({ about: null })
  })

  test('a body in a format of the future', async () => {
    expect(await read('{"id":"evt_1","object":"v3.event"}')).toEqual({ eventId: 'evt_1', about: null })
  })
})

test('a thin event whose object cannot be fetched now is not taken, so that Stripe sends it again', async () => {
  await paidCharge()
  const body = eventBody(happened('payment_intent.succeeded'), 'thin')
  server.mode = 'DARK'
  await expect(read(body)).rejects.toThrow()
})

test('an event is genuine for five minutes, under any of our secrets, and no other', async () => {
  await paidCharge()
  const body = eventBody(happened('payment_intent.succeeded'), 'snapshot')
  const now = Math.floor(Date.now() / 1000)
  expect(await read(body, WEBHOOK_SECRET, now - 290)).toBeDefined()
  expect(await read(body, WEBHOOK_SECRET, now - 310)).toBeUndefined()
  expect(await read(body, 'whsec_guessed')).toBeUndefined()
  const rotated = connectTo(server, ['whsec_new', WEBHOOK_SECRET])
  const signed = signEvent(body, WEBHOOK_SECRET)
  expect(await rotated.readWebhook({ body: Buffer.from(signed.body), headers: signed.headers })).toBeDefined()
})

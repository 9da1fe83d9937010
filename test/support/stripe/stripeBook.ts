/** The objects and the balance of the platform at the local Stripe server. */
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type Stripe from 'stripe'
import type { MovementKind } from '../../../src/payments/port/provider.ts'
import { noSuch } from './refusals.ts'

interface Samples {
  payment_intent: Stripe.PaymentIntent
  charge: Stripe.Charge
  transfer: Stripe.Transfer
  transfer_reversal: Stripe.TransferReversal
  refund: Stripe.Refund
  account: Stripe.Account
  balance_transaction: Stripe.BalanceTransaction
  payment_method: Stripe.PaymentMethod
  customer: Stripe.Customer
  dispute: Stripe.Dispute
  file: Stripe.File
}

const { resources } = JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures.json'), 'utf8')) as {
  resources: Samples
}

/** The state of a connected account, from which both versions of the API show it. */
export interface ConnectedAccount {
  id: string
  created: number
  email: string
  country: string
  metadata: Record<string, string>
  isVersion2: boolean
  transfers: 'active' | 'pending' | 'restricted' | 'rejected'
  /** True once the person has provided what was due at first. */
  isOnboarded: boolean
  /** What the person still has to provide. */
  due: string[]
}

/** What can happen to an object; the sender makes the events of it. */
export interface Happening {
  /** The type of the snapshot event, for example `transfer.created`. */
  type: string
  object: { id: string; object: string }
  account?: string
}

/** A movement of money, by what we know of it. */
export interface Movement {
  id: string
  kind: MovementKind
  amountMinor: bigint
  idempotencyKey: string
}

interface Posting {
  type: Stripe.BalanceTransaction['type']
  source: string
  amount: number
  currency: string
  fee?: number
}

export class StripeBook {
  readonly paymentIntents = new Map<string, Stripe.PaymentIntent>()
  readonly charges = new Map<string, Stripe.Charge>()
  readonly transfers = new Map<string, Stripe.Transfer>()
  readonly reversals = new Map<string, Stripe.TransferReversal>()
  readonly refunds = new Map<string, Stripe.Refund>()
  readonly disputes = new Map<string, Stripe.Dispute>()
  readonly customers = new Map<string, Stripe.Customer>()
  readonly paymentMethods = new Map<string, Stripe.PaymentMethod>()
  readonly accounts = new Map<string, ConnectedAccount>()
  readonly files = new Map<string, Stripe.File>()
  /** The balance transactions, in order. */
  readonly lines = new Map<string, Stripe.BalanceTransaction>()
  /** The idempotency key under which each object was created. */
  readonly keys = new Map<string, string>()
  /** What happened since the last request; the server sends it on. */
  happened: Happening[] = []

  /** A new object like the sample of its kind, under a new id. */
  sample<Kind extends keyof Samples>(kind: Kind, prefix: string): Samples[Kind] {
    return { ...structuredClone(resources[kind]), id: newId(prefix), created: nowInSeconds() }
  }

  happens(type: string, object: Happening['object'], account?: string): void {
    this.happened.push({ type, object: structuredClone(object), ...(account && { account }) })
  }

  /** Posts a line to the balance of the platform, and returns its id. Amounts out of the balance are negative. */
  post({ type, source, amount, currency, fee = 0 }: Posting): string {
    const line: Stripe.BalanceTransaction = {
      ...this.sample('balance_transaction', 'txn'),
      type,
      source,
      amount,
      currency,
      fee,
      net: amount - fee,
      available_on: nowInSeconds(),
      description: null,
      reporting_category: type,
    }
    this.lines.set(line.id, line)
    return line.id
  }

  /** The money of the platform in one currency. */
  balance(currency: string): number {
    let sum = 0
    for (const line of this.lines.values()) if (line.currency === currency) sum += line.net
    return sum
  }

  /** The movements that carry this reference of ours, in order of creation. */
  movementsFor(reference: string): Movement[] {
    const kinds = [
      ['charge', [...this.charges.values()].filter(({ status }) => status === 'succeeded')],
      ['transfer', [...this.transfers.values()]],
      ['reversal', [...this.reversals.values()]],
      ['refund', [...this.refunds.values()].filter(({ status }) => status !== 'failed' && status !== 'canceled')],
    ] as const
    return kinds.flatMap(([kind, objects]) =>
      objects
        .filter(({ metadata }) => metadata?.errand_reference === reference)
        .map(({ id, amount }) => ({
          id,
          kind,
          amountMinor: BigInt(amount),
          idempotencyKey: this.keys.get(id) ?? '',
        })),
    )
  }
}

export const newId = (prefix: string): string => `${prefix}_${randomBytes(12).toString('hex')}`

export const nowInSeconds = (): number => Math.floor(Date.now() / 1000)

/** Returns the object with this id; refuses the request if there is none. */
export function found<Value>(objects: Map<string, Value>, kind: string, id: string, param?: string): Value {
  const object = objects.get(id)
  if (!object) throw noSuch(kind, id, param)
  return object
}

/** The port to the payment provider. Outcomes are values, never exceptions, because each of the three needs a different next step. */
import type { IncomingHttpHeaders } from 'node:http'
import type { Money } from '../../domain/money.ts'

export type MovementKind = 'charge' | 'transfer' | 'reversal' | 'refund'

/** The code of a refused reversal for want of money in the account that was paid. Each adapter translates its provider's code to it. */
export const INSUFFICIENT_FUNDS = 'insufficient_funds'

/** The outcome of an order. */
export type Outcome =
  | { kind: 'accepted'; providerReference: string; clientSecret?: string }
  /** No money moved. `isFinal`: a retry is of no use. */
  | { kind: 'refused'; code: string; message: string; isFinal: boolean }
  /** The money may or may not have moved: look it up before it is sent again. */
  | { kind: 'unknown'; message: string }

/** The result of a look-up of an order. */
export type Finding =
  | { kind: 'has'; providerReference: string; clientSecret?: string }
  | { kind: 'never' }
  | { kind: 'unreachable'; message: string }

export interface Order {
  /** The public id of our object: hld_, trf_, rvs_ or rfd_. The provider stores it, and orders can be looked up by it. */
  reference: string
  /** The same key after an unknown outcome, another after a refusal. */
  idempotencyKey: string
  amount: Money
}

export type ChargeOrder = Order & { paymentMethodId: string }
export type TransferOrder = Order & { destinationId: string }
/** `transferReference` is our id of the transfer: its payment at the provider may be known to us by evidence only. */
export type ReversalOrder = Order & { transferReference: string }
export type RefundOrder = Order & { chargeReference: string }

/** The order that a look-up or a webhook is about. */
export interface OrderReference {
  kind: MovementKind
  reference: string
}

/** A webhook as received from the provider: raw bytes, because the signature covers them. */
export interface Webhook {
  body: Buffer
  headers: IncomingHttpHeaders
}

export interface PaymentProvider {
  charge(order: ChargeOrder): Promise<Outcome>
  transfer(order: TransferOrder): Promise<Outcome>
  reverse(order: ReversalOrder): Promise<Outcome>
  refund(order: RefundOrder): Promise<Outcome>
  lookUp(question: OrderReference): Promise<Finding>
  /** Returns the order that a webhook is about; undefined if its signature is not the provider's or is too old. */
  readWebhook(webhook: Webhook): Promise<OrderReference | undefined>
}

/** Ten seconds, so that a slow provider succeeds, and a lost answer is noticed while the client still waits. */
export const PROVIDER_TIMEOUT_MS = 10_000

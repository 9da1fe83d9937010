/** The port to whoever moves the money. Its answers are values, never exceptions: each of the three asks for another step. */
import type { IncomingHttpHeaders } from 'node:http'
import type { Money } from '../domain/money.ts'

export type MovementKind = 'charge' | 'transfer' | 'reversal' | 'refund'

/** What became of an order. */
export type Outcome =
  | { kind: 'accepted'; providerReference: string; clientSecret?: string }
  /** Nothing moved. `isFinal` says that asking again is of no use. */
  | { kind: 'refused'; code: string; message: string; isFinal: boolean }
  /** It may or may not have moved: ask before anything is sent again. */
  | { kind: 'unknown'; message: string }

/** What the provider says when it is asked about an order. */
export type Finding =
  | { kind: 'has'; providerReference: string; clientSecret?: string }
  | { kind: 'never' }
  | { kind: 'unreachable'; message: string }

export interface Order {
  /** The public id of our object: hld_, trf_, rvs_ or rfd_. The provider keeps it, and can be asked for it. */
  reference: string
  /** The same key after an unknown outcome, another after a refusal. */
  idempotencyKey: string
  amount: Money
}

export type ChargeOrder = Order & { paymentMethodId: string }
export type TransferOrder = Order & { destinationId: string }
export type RefundOrder = Order & { chargeReference: string }

/** Which order is meant: what we ask about, and what a webhook is about. */
export interface LookUp {
  kind: MovementKind
  reference: string
}

/** What the provider posts to us, as it came: the signature is over the bytes. */
export interface Webhook {
  body: Buffer
  headers: IncomingHttpHeaders
}

export interface PaymentProvider {
  charge(order: ChargeOrder): Promise<Outcome>
  transfer(order: TransferOrder): Promise<Outcome>
  refund(order: RefundOrder): Promise<Outcome>
  find(question: LookUp): Promise<Finding>
  /** What a webhook is about, or undefined when it does not come from the provider or comes too late. */
  readWebhook(webhook: Webhook): Promise<LookUp | undefined>
}

// Ten seconds, so that a slow provider succeeds and a lost answer is known for lost while the client still waits.
export const PROVIDER_TIMEOUT_MS = 10_000

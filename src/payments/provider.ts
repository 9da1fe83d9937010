/** The port to whoever moves the money. Its answers are values, never exceptions: each of the three asks for another step. */
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

interface Order {
  /** The public id of our object: hld_, trf_, rvs_ or rfd_. The provider keeps it, and can be asked for it. */
  reference: string
  /** The same key after an unknown outcome, another after a refusal. */
  idempotencyKey: string
  amount: Money
}

export interface PaymentProvider {
  charge(order: Order & { paymentMethodId: string }): Promise<Outcome>
  transfer(order: Order & { destinationId: string }): Promise<Outcome>
  refund(order: Order & { chargeReference: string }): Promise<Outcome>
  find(question: { kind: MovementKind; reference: string }): Promise<Finding>
}

// Ten seconds, so that a slow provider succeeds and a lost answer is known for lost while the client still waits.
export const PROVIDER_TIMEOUT_MS = 10_000

/**
 * The port to a payment provider. An adapter implements it in one folder, and declares its differences from others in its traits.
 * Outcomes are values, never exceptions, because each of them needs a different next step.
 */
import type { Money } from '../../domain/money.ts'
import type { PayeeAccounts } from './accounts.ts'
import type { ProviderBook } from './book.ts'
import type { Chargebacks } from './chargebacks.ts'
import type { PaymentMethods } from './paymentMethods.ts'
import type { ProviderTraits } from './traits.ts'

export type MovementKind = 'charge' | 'transfer' | 'reversal' | 'refund'

/** The code of a refused reversal for want of money in the account that was paid. Each adapter translates its provider's code to it. */
export const INSUFFICIENT_FUNDS = 'insufficient_funds'

/** The code of a refused transfer to an account that cannot be paid now: the transfer waits until the account is ready. */
export const ACCOUNT_NOT_READY = 'account_not_ready'

/** The provider's id of the request, for a question of the operator to its support. */
interface Traced {
  requestId?: string
}

/** The outcome of an order. */
export type Outcome = Traced &
  (
    | { kind: 'accepted'; providerReference: string; clientSecret?: string }
    /** No money moved. `isFinal`: a retry is of no use. The next attempt uses another idempotency key. */
    | { kind: 'refused'; code: string; message: string; isFinal: boolean }
    /**
     * The provider did not take the order, for certain: it limits requests, or our circuit is open. The same order under the same
     * key may be sent again after this pause, which does not count as an attempt. `isUnreachable`: a request before the order got no
     * answer, which a circuit counts as a failure.
     */
    | { kind: 'not_sent'; message: string; retryAfterMs: number; isUnreachable?: true }
    /** The money may or may not have moved: look it up before it is sent again. */
    | { kind: 'unknown'; message: string }
  )

/** The outcome of a charge. */
export type ChargeOutcome =
  | Outcome
  /** The payer's client must authenticate the payment with this secret (3-D Secure). No money has moved yet. */
  | (Traced & { kind: 'needs_action'; providerReference: string; clientSecret: string })

/** The result of a look-up of an order. */
export type Finding =
  /** The money moved, under the key of the look-up or an earlier one. */
  | { kind: 'has'; providerReference: string; clientSecret?: string }
  /** A charge that still waits for the payer's client. */
  | { kind: 'needs_action'; providerReference: string; clientSecret: string }
  /**
   * The provider took the order under this idempotency key, and it moved no money or the money came back: a declined charge, a refund
   * that failed later. It cannot succeed any more: an adapter cancels a charge that still could before it reports this.
   */
  | { kind: 'failed'; code: string; message: string; isFinal: boolean }
  /** The provider never took the order under this key, nor moved its money under an earlier one. */
  | { kind: 'never' }
  | { kind: 'unreachable'; message: string }

export interface Order {
  /** The public id of our object: hld_, trf_, rvs_ or rfd_. The provider stores it, and orders can be looked up by it. */
  reference: string
  /** The public id of the task, `tsk_...`, by which a provider groups the movements of one task. */
  taskReference: string
  /** The same key after an unknown outcome, another after a refusal. All else of an order is the same in every attempt. */
  idempotencyKey: string
  amount: Money
  /** When our object was made: the provider has nothing of it from before. */
  orderedAt: Date
}

export type ChargeOrder = Order & {
  paymentMethodId: string
  /** The payer at the provider; null if the provider does not know them. */
  customerReference: string | null
  /** True if the payer agreed that it is saved for later payments, also while they are away. Needs a customer. */
  savesPaymentMethod: boolean
}
export type TransferOrder = Order & {
  /** The payee's account at the provider. */
  accountReference: string
  /** The provider's reference of the charge that the money came from. */
  chargeReference: string
}
export type ReversalOrder = Order & {
  /** Our public id of the transfer. */
  transferReference: string
  /** The provider's reference of the transfer; null if its payment is known to us by evidence only. */
  providerTransferReference: string | null
}
export type RefundOrder = Order & { chargeReference: string }

/** An order with its kind. */
export type AnyOrder =
  | ({ kind: 'charge' } & ChargeOrder)
  | ({ kind: 'transfer' } & TransferOrder)
  | ({ kind: 'reversal' } & ReversalOrder)
  | ({ kind: 'refund' } & RefundOrder)

/**
 * A look-up has the whole order, so that an adapter can find it in the provider's lists without an idempotency key.
 * `providerReference` is the provider's own reference, if we know it.
 */
export type LookUp = AnyOrder & { providerReference: string | null }

/** The object that something happened to at the provider, as a webhook says. */
export type Subject =
  /** One of our orders, by our reference. */
  | { kind: MovementKind; reference: string }
  /** The account of a payee. */
  | { kind: 'account'; accountReference: string }
  | { kind: 'chargeback'; providerReference: string }

/** A genuine webhook. */
export interface Notice {
  /** The provider's id of the event: the same when it is sent again. */
  eventId: string
  /** Null if it is about nothing of ours. */
  about: Subject | null
}

/** A webhook as received from the provider: raw bytes, because the signature covers them. */
export interface Webhook {
  body: Buffer
  /** By lower-case name. */
  headers: Readonly<Record<string, string | string[] | undefined>>
}

export interface PaymentProvider extends ProviderBook {
  traits: ProviderTraits
  charge(order: ChargeOrder): Promise<ChargeOutcome>
  transfer(order: TransferOrder): Promise<Outcome>
  reverse(order: ReversalOrder): Promise<Outcome>
  refund(order: RefundOrder): Promise<Outcome>
  lookUp(order: LookUp): Promise<Finding>
  /**
   * Cancels a charge that waits for the payer's client, so that it cannot succeed any more; returns the result: `failed`, or
   * `has` if the payer was faster.
   */
  cancelCharge(order: Extract<LookUp, { kind: 'charge' }>): Promise<Finding>
  accounts: PayeeAccounts
  paymentMethods: PaymentMethods
  /** The kinds of calls and whether their circuits are open; absent without circuits. */
  circuits?(): readonly { call: string; isOpen: boolean }[]
  chargebacks: Chargebacks
  /** Reads a webhook in any of the provider's formats; undefined if its signature is not the provider's or is too old. */
  readWebhook(webhook: Webhook): Promise<Notice | undefined>
}

/** Ten seconds, so that a slow provider succeeds, and a lost answer is noticed while the client still waits. */
export const PROVIDER_TIMEOUT_MS = 10_000

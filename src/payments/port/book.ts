/** The provider's own book: every movement of the platform's balance at the provider, as the provider recorded it. */
import type { Money } from '../../domain/money.ts'

/** A span of time, from its first moment up to and without its last. */
export interface BookSpan {
  from: Date
  to: Date
}

export interface BookLine {
  /** The provider's id of the line, e.g. `txn_...`. It never changes. */
  id: string
  /** `fee` and `payout` are between the platform and the provider, e.g. a monthly fee and a payout to the platform's own bank account. */
  kind: 'charge' | 'transfer' | 'reversal' | 'refund' | 'chargeback' | 'chargeback_fee' | 'fee' | 'payout' | 'other'
  /** Our reference of the object: hld_, trf_, rvs_, rfd_ or cbk_. Null if the provider knows none. */
  ourReference: string | null
  /** The provider's reference of the object, in the form in which outcomes have it as `providerReference`. */
  objectReference: string | null
  /** Positive into the platform's balance, negative out of it; before the fee. */
  amount: Money
  /** The part that the provider kept for this movement, zero or positive. */
  fee: Money
  /** `pending` until the platform can pay it out. The movement is final in both. */
  status: 'pending' | 'available'
  /** When it was recorded. */
  at: Date
}

/** The provider did not answer, or not in time. */
export class ProviderUnreachable extends Error {
  override readonly name = 'ProviderUnreachable'
}

/** Reads the book. An adapter implements it page by page, so that memory does not grow with the span. */
export interface ProviderBook {
  /**
   * The lines of the span in the provider's order. A line is recorded before the answer, the look-up or the webhook that reports its
   * movement. Throws ProviderUnreachable; the caller may read the same span again from its beginning.
   */
  book(span: BookSpan): AsyncIterable<BookLine>
}

/** The section of the port about payers: their customers at the provider, and the payment methods that they have saved there. */
import type { Refused, Unreachable } from './failures.ts'

export interface Payer {
  /** Our public id of the person, `usr_...`. */
  reference: string
  email: string
}

/** A payment method as far as its owner recognizes it. */
export interface SavedPaymentMethod {
  /** The provider's id, which `fundTask` takes. */
  id: string
  /** The provider's word for the kind, e.g. `card`. */
  kind: string
  /** The brand of a card, e.g. `visa`; null if it has none. */
  brand: string | null
  /** The last digits; null if it has none. */
  lastDigits: string | null
  /** The month in which a card expires; null if it does not. */
  expires: { year: number; month: number } | null
}

export interface PaymentMethods {
  /** Creates the customer of a person. Creates it once, however often it is called for the same reference. */
  openCustomer(payer: Payer): Promise<{ kind: 'opened'; customerReference: string } | Refused | Unreachable>
  /** Lists the payment methods that a customer has saved, newest first, at most a hundred. */
  list(customerReference: string): Promise<{ kind: 'known'; paymentMethods: SavedPaymentMethod[] } | Unreachable>
  /** Removes a payment method. `never`: this customer has not saved it, or has removed it. */
  detach(saved: {
    paymentMethodId: string
    customerReference: string
  }): Promise<{ kind: 'detached' } | { kind: 'never' } | Unreachable>
}

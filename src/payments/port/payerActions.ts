/** Port: a mutation plays the payer's client through it. The sandbox implements it; a real provider has pages of its own. */
export interface PayerActions {
  /** Finishes or fails the authentication of a payment, with its secret; returns false if no payment waits under it. */
  authenticate(payment: { clientSecret: string; succeeds: boolean }): Promise<boolean>
}

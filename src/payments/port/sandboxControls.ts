/** Controls of the sandbox provider besides its mode: administrators act as the payer's bank. */
import type { Money } from '../../domain/money.ts'

/** The chargeback as the sandbox has it, or a refusal. */
export type SandboxAnswer =
  | { kind: 'done'; providerReference: string; amount: Money; reason: string }
  | { kind: 'refused'; message: string }

export interface SandboxControls {
  /** Takes back a payment by our reference, `hld_...`; all that is left of it without an amount. Undefined if it has no such charge. */
  openChargeback(order: {
    chargeReference: string
    amount: Money | undefined
    reason: string
  }): Promise<SandboxAnswer | undefined>
  /** Decides a chargeback. Undefined if it has none of this id. */
  decideChargeback(decision: { providerReference: string; isWon: boolean }): Promise<SandboxAnswer | undefined>
}

/** Refusals of money, in order of precedence. */
import type { PayoutReadiness } from '../db/generated/enums.ts'
import { DomainError } from '../domain/errors.ts'
import { type Money, toDecimal } from '../domain/money.ts'

export class TransferInDoubtError extends DomainError {
  readonly code = 'TRANSFER_IN_DOUBT'
  override readonly retryable = true
  readonly transferId: string
  constructor(transferId: string) {
    super('Nobody knows yet whether the provider did this transfer. It is being asked; try again once it has said.')
    this.transferId = transferId
  }
}

export class HoldFrozenError extends DomainError {
  readonly code = 'HOLD_FROZEN'
  constructor() {
    super('The money of this task is frozen. Settle what froze it, then try again.')
  }
}

export class InsufficientFundsError extends DomainError {
  readonly code = 'INSUFFICIENT_FUNDS'
  readonly available: Money
  readonly required: Money
  constructor({ available, required }: { available: Money; required: Money }) {
    super(
      `Only ${toDecimal(available)} ${available.currencyCode} are available, not ${toDecimal(required)}. Ask for at most that.`,
    )
    this.available = available
    this.required = required
  }
}

export class PayoutNotReadyError extends DomainError {
  readonly code = 'PAYOUT_NOT_READY'
  override readonly retryable = true
  readonly readiness: PayoutReadiness
  constructor(readiness: PayoutReadiness) {
    super('The tasker cannot be paid now. Try the transfer again when they are ready for payouts.')
    this.readiness = readiness
  }
}

export class PaymentRefusedError extends DomainError {
  readonly code = 'PAYMENT_REFUSED'
  /** What the provider calls it. */
  readonly providerCode: string | null
  constructor(providerCode: string | null) {
    super('The payment provider refused the payment, and nothing was paid. Try another way to pay, under another key.')
    this.providerCode = providerCode
  }
}

/** Refusals of the money rules, in order of precedence. */
import type { PayoutReadiness } from '../db/generated/enums.ts'
import { DomainError } from '../domain/errors.ts'
import { type Money, toDecimal } from '../domain/money.ts'

export class TransferInDoubtError extends DomainError {
  readonly code = 'TRANSFER_IN_DOUBT'
  override readonly retryable = true
  readonly transferId: string
  constructor(transferId: string) {
    super('It is not known yet whether the provider made this transfer. The server is looking it up; try again later.')
    this.transferId = transferId
  }
}

export class HoldFrozenError extends DomainError {
  readonly code = 'HOLD_FROZEN'
  readonly taskId: string
  constructor({ taskId }: { taskId: string }) {
    super('The money held for this task is frozen. Resolve the cause, then try again.')
    this.taskId = taskId
  }
}

export class InsufficientFundsError extends DomainError {
  readonly code = 'INSUFFICIENT_FUNDS'
  readonly available: Money
  readonly required: Money
  constructor({ available, required }: { available: Money; required: Money }) {
    super(
      `Only ${toDecimal(available)} ${available.currencyCode} is available, not ${toDecimal(required)}. Request at most that.`,
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
    super('The tasker cannot be paid now. Retry the transfer when they are ready for payouts.')
    this.readiness = readiness
  }
}

export class PaymentRefusedError extends DomainError {
  readonly code = 'PAYMENT_REFUSED'
  /** The provider's own code for the refusal. */
  readonly providerCode: string | null
  constructor(providerCode: string | null) {
    super(
      'The payment provider refused the payment; nothing was paid. Use another payment method and a new idempotency key.',
    )
    this.providerCode = providerCode
  }
}

/** The refusals of the money rules in the API. */
import { PayoutReadinessEnum } from '../accounts/accounts.graphql.ts'
import { MoneyType } from '../graphql/commonTypes.ts'
import { errorType } from '../graphql/errors.ts'
import {
  HoldFrozenError,
  InsufficientFundsError,
  PaymentRefusedError,
  PayoutNotReadyError,
  TransferInDoubtError,
} from './errors.ts'
import { TransferType } from './transfers/transfers.graphql.ts'

errorType(TransferInDoubtError, {
  description: 'It is not known yet whether the provider made the transfer.',
  retryable: true,
  codes: { TRANSFER_IN_DOUBT: 'Wait for the result of the look-up at the provider, or resolve it with evidence.' },
  fields: (t) => ({
    transfer: t.prismaField({
      type: TransferType,
      description: 'The transfer in doubt.',
      resolve: (query, { transferId }, _args, { prisma }) =>
        prisma.transfer.findUniqueOrThrow({ ...query, where: { id: transferId } }),
    }),
  }),
})

errorType(HoldFrozenError, {
  description: 'The money held for the task is frozen, so none of it may leave the hold.',
  codes: { HOLD_FROZEN: 'Resolve the cause of the freeze first.' },
})

errorType(InsufficientFundsError, {
  description: 'The requested amount is more than is available.',
  codes: { INSUFFICIENT_FUNDS: 'Request at most `available`.' },
  fields: (t) => ({
    available: t.field({ type: MoneyType, description: 'The available amount.', resolve: (error) => error.available }),
    required: t.field({ type: MoneyType, description: 'The requested amount.', resolve: (error) => error.required }),
  }),
})

errorType(PayoutNotReadyError, {
  description: 'The tasker cannot be paid now.',
  retryable: true,
  codes: { PAYOUT_NOT_READY: 'Send the same request again when the tasker is ready for payouts.' },
  fields: (t) => ({
    readiness: t.field({
      type: PayoutReadinessEnum,
      description: 'The payout readiness of the tasker.',
      resolve: (error) => error.readiness,
    }),
  }),
})

errorType(PaymentRefusedError, {
  description: 'The provider refused the payment; nothing was paid.',
  codes: { PAYMENT_REFUSED: 'Use another payment method and a new key: this key returns this refusal again.' },
  fields: (t) => ({
    providerCode: t.string({
      nullable: true,
      description: "The provider's own code for the refusal. Null if it gave none.",
      resolve: (error) => error.providerCode,
    }),
  }),
})

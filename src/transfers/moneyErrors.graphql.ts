/** The refusals that only money gives. */
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
  description: 'Nobody knows yet whether the provider did the transfer.',
  retryable: true,
  codes: { TRANSFER_IN_DOUBT: 'Wait until the provider has said, or resolve it with evidence.' },
  fields: (t) => ({
    transfer: t.prismaField({
      type: TransferType,
      description: 'The transfer.',
      resolve: (query, { transferId }, _args, { prisma }) =>
        prisma.transfer.findUniqueOrThrow({ ...query, where: { id: transferId } }),
    }),
  }),
})

errorType(HoldFrozenError, {
  description: 'The money of the task is frozen: nothing of it may leave.',
  codes: { HOLD_FROZEN: 'Settle what froze it first.' },
})

errorType(InsufficientFundsError, {
  description: 'There is not as much to be had.',
  codes: { INSUFFICIENT_FUNDS: 'Ask for at most `available`.' },
  fields: (t) => ({
    available: t.field({ type: MoneyType, description: 'What is to be had.', resolve: (error) => error.available }),
    required: t.field({ type: MoneyType, description: 'What was asked for.', resolve: (error) => error.required }),
  }),
})

errorType(PayoutNotReadyError, {
  description: 'The tasker cannot be paid now.',
  retryable: true,
  codes: { PAYOUT_NOT_READY: 'Send the same again when they are ready for payouts.' },
  fields: (t) => ({
    readiness: t.field({
      type: PayoutReadinessEnum,
      description: 'What the provider thinks of them.',
      resolve: (error) => error.readiness,
    }),
  }),
})

errorType(PaymentRefusedError, {
  description: 'The provider refused the payment; nothing was paid.',
  codes: { PAYMENT_REFUSED: 'Try another way to pay, under another key: this key gives this refusal again.' },
  fields: (t) => ({
    providerCode: t.string({
      nullable: true,
      description: 'Why, in the words of the provider.',
      resolve: (error) => error.providerCode,
    }),
  }),
})

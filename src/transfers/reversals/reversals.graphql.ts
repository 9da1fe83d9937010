/** Reversals in the API, for the parties and staff. */

import type { ReversalStatus } from '../../db/generated/enums.ts'
import { builder } from '../../graphql/builder.ts'
import { MoneyType } from '../../graphql/commonTypes.ts'
import { visiblePostings, visibleReversals } from '../../visibility/moneyVisibility.ts'
import { LedgerTransactionType } from '../ledger/ledger.graphql.ts'
import { TransferFailureType } from '../transfers/transfers.graphql.ts'

// A transfer has a reversal or two; a hundred need a hundred actions of staff.
const REVERSALS_SHOWN_MAX = 100

const ReversalStatusEnum = builder.enumType('ReversalStatus', {
  description: 'The status of a reversal.',
  values: {
    PENDING: { description: 'It is waiting to be sent, for the first time or for a retry.' },
    PROCESSING: { description: 'It is being sent to the provider.' },
    IN_DOUBT: { description: 'It is not known yet whether the provider made it; the outcome is being looked up.' },
    SUCCEEDED: { description: 'The money was taken back and is held again. Final.' },
    FAILED: {
      description:
        'The provider refused it for good, or too often. If the account of the tasker lacked the money, the tasker owes it. Final.',
    },
  } satisfies Record<ReversalStatus, object>,
})

export const ReversalType = builder.prismaNode('Reversal', {
  description: 'Money of a transfer that is taken back from the tasker into the hold.',
  id: { field: 'id', description: 'The id, `rvs_...`.' },
  nullable: true,
  findUnique: (id, { caller }) => ({ id, AND: [visibleReversals(caller)] }),
  select: { id: true },
  fields: (t) => ({
    transfer: t.relation('transfer', { description: 'The transfer that it takes back.' }),
    amount: t.field({
      type: MoneyType,
      description: 'The amount that is taken back from the tasker.',
      select: { amountMinor: true, currency: true },
      resolve: ({ amountMinor, currency }) => ({ minorUnits: amountMinor, currencyCode: currency }),
    }),
    feeReturned: t.field({
      type: MoneyType,
      description:
        'The share of the fee that is held again with the amount. Until it has succeeded, this is an estimate that may change by a minor unit.',
      select: { feeMinor: true, currency: true },
      resolve: ({ feeMinor, currency }) => ({ minorUnits: feeMinor, currencyCode: currency }),
    }),
    reason: t.exposeString('reason', { description: 'The reason.' }),
    status: t.expose('status', { type: ReversalStatusEnum, description: 'The status.' }),
    failure: t.field({
      type: TransferFailureType,
      nullable: true,
      description: 'The reason why the last attempt failed. Null if it did not.',
      select: { failureCode: true, failureMessage: true, failureRetryable: true },
      resolve: ({ failureCode: code, failureMessage: message, failureRetryable: retryable }) =>
        code === null || message === null || retryable === null ? null : { code, message, retryable },
    }),
    debt: t.field({
      type: MoneyType,
      description: 'The debt that it left, because the account of the tasker lacked the money. Zero if it left none.',
      select: { debtMinor: true, currency: true },
      resolve: ({ debtMinor, currency }) => ({ minorUnits: debtMinor, currencyCode: currency }),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was requested.' }),
  }),
})

builder.prismaObjectField('Reversal', 'ledgerTransaction', (t) =>
  t.field({
    type: LedgerTransactionType,
    nullable: true,
    description: 'Its posting. Null until it has succeeded, and to all but finance staff and administrators.',
    select: (_args, { caller }, nested) => ({
      ledgerTransactions: nested({
        where: { kind: 'reversal.succeeded', AND: [visiblePostings(caller)] },
        orderBy: { sequence: 'asc' },
        take: 1,
      }),
    }),
    resolve: ({ ledgerTransactions }) => ledgerTransactions[0] ?? null,
  }),
)

builder.prismaObjectField('Transfer', 'reversals', (t) =>
  t.relation('reversals', {
    description: `Its reversals, newest first, at most ${REVERSALS_SHOWN_MAX}.`,
    query: { orderBy: { id: 'desc' }, take: REVERSALS_SHOWN_MAX },
  }),
)

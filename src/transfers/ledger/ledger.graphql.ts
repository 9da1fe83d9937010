/** The books, for finance staff and administrators. */
import { resolveNodes } from '@pothos/plugin-relay'
import type { GraphQLResolveInfo } from 'graphql'
import type { EntryDirection, LedgerAccountKind } from '../../db/generated/enums.ts'
import { withTransaction } from '../../db/transaction.ts'
import { builder } from '../../graphql/builder.ts'
import { MoneyType } from '../../graphql/commonTypes.ts'
import type { Context } from '../../graphql/context.ts'
import { visibleAccounts, visiblePostings } from '../../visibility/moneyVisibility.ts'
import { checkLedger, type LedgerHealth } from './checkLedger.ts'

// A posting has three at most.
const ENTRIES_MAX = 10
// A transfer is created, and paid or canceled; each reversal adds one.
const POSTINGS_SHOWN_MAX = 100

const LedgerAccountKindEnum = builder.enumType('LedgerAccountKind', {
  description: 'What an account is for. PROVIDER_CLEARING and ADJUSTMENT are debit-normal, the others credit-normal.',
  values: {
    TASK_HOLD: { description: 'What is held for one task.' },
    USER_PAYABLE: { description: 'What one tasker is owed.' },
    PLATFORM_FEE: { description: 'What the platform has earned.' },
    PROVIDER_CLEARING: { description: 'What the payment provider has of ours.' },
    REFUND_CLEARING: { description: 'What is on its way back to posters.' },
    ADJUSTMENT: { description: 'What was lost to chargebacks.' },
  } satisfies Record<LedgerAccountKind, object>,
})

const EntryDirectionEnum = builder.enumType('EntryDirection', {
  description: 'The side of an account.',
  values: {
    DEBIT: { description: 'The left one.' },
    CREDIT: { description: 'The right one.' },
  } satisfies Record<EntryDirection, object>,
})

/** What stands behind an id of ours, read by its own visibility. */
async function nodeOf(context: Context, info: GraphQLResolveInfo, key: { typename: string; id: string }) {
  const [node] = await resolveNodes(builder, context, info, [key])
  return node
}

builder.prismaNode('LedgerAccount', {
  description: 'An account of the books, in one currency.',
  id: { field: 'id', description: 'The id, `lac_...`.' },
  nullable: true,
  findUnique: (id, { caller }) => ({ id, AND: [visibleAccounts(caller)] }),
  select: { id: true },
  fields: (t) => ({
    kind: t.expose('kind', { type: LedgerAccountKindEnum, description: 'What it is for.' }),
    owner: t.field({
      type: builder.nodeInterfaceRef(),
      nullable: true,
      description: 'The task or the person that it is for. Null for an account of the platform.',
      select: { taskId: true, userId: true },
      resolve: ({ taskId, userId }, _args, context, info) => {
        const typename = taskId ? 'Task' : 'User'
        const id = taskId ?? userId
        return id === null ? null : nodeOf(context, info, { typename, id })
      },
    }),
    currencyCode: t.expose('currency', { type: 'CurrencyCode', description: 'The currency.' }),
    balance: t.field({
      type: MoneyType,
      description: 'What is on it, positive on its normal side.',
      args: { at: t.arg({ type: 'DateTime', description: 'At this moment; now when absent.' }) },
      select: { id: true, currency: true },
      resolve: async ({ id, currency }, { at }, { loaders }) => ({
        minorUnits: await loaders.accountBalances.load({ accountId: id, at: at ?? null }),
        currencyCode: currency,
      }),
    }),
  }),
})

const LedgerTransactionType = builder.prismaNode('LedgerTransaction', {
  description: 'One posting: entries that sum to zero. It is never changed.',
  id: { field: 'id', description: 'The id, `ltx_...`.' },
  nullable: true,
  findUnique: (id, { caller }) => ({ id, AND: [visiblePostings(caller)] }),
  select: { id: true },
  fields: (t) => ({
    sequence: t.expose('sequence', { type: 'BigInt', description: 'Rises with each posting.' }),
    kind: t.exposeString('kind', { description: 'What happened, e.g. `transfer.succeeded`.' }),
    task: t.relation('task', { nullable: true, description: 'The task whose money moved.' }),
    subject: t.field({
      type: builder.nodeInterfaceRef(),
      nullable: true,
      description: 'The hold, transfer or refund that it is about.',
      select: { holdId: true, transferId: true, refundId: true },
      resolve: ({ holdId, transferId, refundId }, _args, context, info) => {
        const typename = holdId ? 'Hold' : transferId ? 'Transfer' : 'Refund'
        const id = holdId ?? transferId ?? refundId
        return id === null ? null : nodeOf(context, info, { typename, id })
      },
    }),
    description: t.exposeString('description', { nullable: true, description: 'In words.' }),
    postedAt: t.expose('postedAt', { type: 'DateTime', description: 'When it was posted.' }),
    entries: t.relation('entries', {
      description: 'Its entries.',
      query: { orderBy: { id: 'asc' }, take: ENTRIES_MAX },
    }),
  }),
})

builder.prismaNode('LedgerEntry', {
  description: 'One side of a posting.',
  id: { field: 'id', description: 'The id, `len_...`.' },
  nullable: true,
  findUnique: (id, { caller }) => ({ id, transaction: visiblePostings(caller) }),
  select: { id: true },
  fields: (t) => ({
    account: t.relation('account', { description: 'The account.' }),
    transaction: t.relation('transaction', { description: 'The posting.' }),
    direction: t.expose('direction', { type: EntryDirectionEnum, description: 'The side of the account.' }),
    amount: t.field({
      type: MoneyType,
      description: 'How much; always more than zero.',
      select: { amountMinor: true, account: { select: { currency: true } } },
      resolve: ({ amountMinor, account }) => ({ minorUnits: amountMinor, currencyCode: account.currency }),
    }),
  }),
})

builder.prismaObjectField('Transfer', 'ledgerTransactions', (t) =>
  t.field({
    type: [LedgerTransactionType],
    description: 'Its postings, the first one first. Empty to all but finance staff and administrators.',
    select: (_args, { caller }, nested) => ({
      ledgerTransactions: nested({
        where: visiblePostings(caller),
        orderBy: { sequence: 'asc' },
        take: POSTINGS_SHOWN_MAX,
      }),
    }),
    resolve: ({ ledgerTransactions }) => ledgerTransactions,
  }),
)

const LedgerHealthType = builder.objectRef<LedgerHealth>('LedgerHealth').implement({
  description: 'Whether the books are right, counted over everything at this moment.',
  fields: (t) => ({
    checkedAt: t.expose('checkedAt', { type: 'DateTime', description: 'When it was counted.' }),
    unbalancedTransactions: t.exposeInt('unbalancedTransactions', {
      description: 'Postings whose entries do not sum to zero.',
    }),
    accountsOffBySum: t.exposeInt('accountsOffBySum', {
      description: 'Balances, one an account and task, that are not the sum of their entries.',
    }),
    tasksOutOfBalance: t.exposeInt('tasksOutOfBalance', {
      description: 'Tasks whose ledger does not agree with their holds, transfers and refunds.',
    }),
    inDoubtTransfers: t.exposeInt('inDoubtTransfers', {
      description: 'Transfers of which nobody knows whether the provider did them. No fault of the books.',
    }),
    oldestInDoubt: t.expose('oldestInDoubt', {
      type: 'DateTime',
      nullable: true,
      description: 'Since when the oldest of them is in doubt.',
    }),
    ok: t.boolean({
      description: 'Whether all three counts of faults are zero.',
      resolve: ({ unbalancedTransactions, accountsOffBySum, tasksOutOfBalance }) =>
        unbalancedTransactions + accountsOffBySum + tasksOutOfBalance === 0,
    }),
  }),
})

builder.queryField('ledgerHealth', (t) =>
  t.field({
    type: LedgerHealthType,
    nullable: true,
    roles: ['FINANCE'],
    description: 'Checks the books now. For finance staff and administrators; null to everybody else.',
    resolve: (_root, _args, { database }) => withTransaction(database, checkLedger),
  }),
)

/** The ledger, for finance staff and administrators. */
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
// A transfer is created, and paid or canceled; each reversal adds one posting.
const POSTINGS_SHOWN_MAX = 100

const LedgerAccountKindEnum = builder.enumType('LedgerAccountKind', {
  description:
    'The purpose of a ledger account. PROVIDER_CLEARING and ADJUSTMENT are debit-normal, the others credit-normal.',
  values: {
    TASK_HOLD: { description: 'Money held for one task.' },
    USER_PAYABLE: { description: 'Money owed to one tasker.' },
    PLATFORM_FEE: { description: 'Fees earned by the platform.' },
    PROVIDER_CLEARING: { description: 'Our money at the payment provider.' },
    REFUND_CLEARING: { description: 'Refunds to posters that are not completed yet.' },
    ADJUSTMENT: { description: 'Losses to chargebacks.' },
  } satisfies Record<LedgerAccountKind, object>,
})

const EntryDirectionEnum = builder.enumType('EntryDirection', {
  description: 'The side of a ledger account.',
  values: {
    DEBIT: { description: 'The left side.' },
    CREDIT: { description: 'The right side.' },
  } satisfies Record<EntryDirection, object>,
})

/** Returns the node with this id, subject to its own visibility. */
async function nodeOf(context: Context, info: GraphQLResolveInfo, key: { typename: string; id: string }) {
  const [node] = await resolveNodes(builder, context, info, [key])
  return node
}

builder.prismaNode('LedgerAccount', {
  description: 'An account of the ledger, in one currency.',
  id: { field: 'id', description: 'The id, `lac_...`.' },
  nullable: true,
  findUnique: (id, { caller }) => ({ id, AND: [visibleAccounts(caller)] }),
  select: { id: true },
  fields: (t) => ({
    kind: t.expose('kind', { type: LedgerAccountKindEnum, description: 'Its purpose.' }),
    owner: t.field({
      type: builder.nodeInterfaceRef(),
      nullable: true,
      description: 'The task or person that it belongs to. Null for an account of the platform.',
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
      description: 'Its balance, positive on its normal side.',
      args: { at: t.arg({ type: 'DateTime', description: 'The moment of the balance; now if absent.' }) },
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
    sequence: t.expose('sequence', { type: 'BigInt', description: 'Increases with each posting.' }),
    kind: t.exposeString('kind', { description: 'The event, e.g. `transfer.succeeded`.' }),
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
    description: t.exposeString('description', {
      nullable: true,
      description: 'A description for people. Null if there is none.',
    }),
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
      description: 'The amount, always more than zero.',
      select: { amountMinor: true, account: { select: { currency: true } } },
      resolve: ({ amountMinor, account }) => ({ minorUnits: amountMinor, currencyCode: account.currency }),
    }),
  }),
})

builder.prismaObjectField('Transfer', 'ledgerTransactions', (t) =>
  t.field({
    type: [LedgerTransactionType],
    description: 'Its postings, oldest first. Empty to all but finance staff and administrators.',
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
  description: 'The result of a check of the whole ledger.',
  fields: (t) => ({
    checkedAt: t.expose('checkedAt', { type: 'DateTime', description: 'When it was checked.' }),
    unbalancedTransactions: t.exposeInt('unbalancedTransactions', {
      description: 'The number of postings whose entries do not sum to zero.',
    }),
    accountsOffBySum: t.exposeInt('accountsOffBySum', {
      description: 'The number of balances (one for each account and task) that are not the sum of their entries.',
    }),
    tasksOutOfBalance: t.exposeInt('tasksOutOfBalance', {
      description: 'The number of tasks whose ledger does not agree with their holds, transfers and refunds.',
    }),
    inDoubtTransfers: t.exposeInt('inDoubtTransfers', {
      description: 'The number of transfers in doubt. Not an error of the ledger.',
    }),
    oldestInDoubt: t.expose('oldestInDoubt', {
      type: 'DateTime',
      nullable: true,
      description: 'The time since which the oldest of them has been in doubt. Null if there are none.',
    }),
    ok: t.boolean({
      description: 'True if all three counts of errors are zero.',
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
    description: 'Checks the whole ledger now. For finance staff and administrators; null to everybody else.',
    resolve: (_root, _args, { database }) => withTransaction(database, checkLedger),
  }),
)

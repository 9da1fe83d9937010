/** The ledger, for finance staff and administrators. */
import { queryFromInfo } from '@pothos/plugin-prisma'
import type { EntryDirection, LedgerAccountKind } from '../../db/generated/enums.ts'
import { fromPublicId } from '../../db/ids.ts'
import { withTransaction } from '../../db/transaction.ts'
import { builder } from '../../graphql/builder.ts'
import { MoneyType } from '../../graphql/commonTypes.ts'
import { nodeOf } from '../../graphql/nodeOf.ts'
import {
  BIGINT_MAX,
  connectionOf,
  idCursor,
  NODE_PATHS,
  nestedNodes,
  newestFirst,
  numbersCursor,
  readPage,
} from '../../graphql/pagination.ts'
import { visibleAccounts, visiblePostings } from '../../visibility/moneyVisibility.ts'
import { checkLedger, type LedgerHealth } from './checkLedger.ts'

// A posting has three at most.
const ENTRIES_MAX = 10
// A transfer is created, and paid or canceled; each reversal adds one posting.
const POSTINGS_SHOWN_MAX = 100

const SEQUENCE_SELECT = { id: true, sequence: true } as const

const LedgerAccountKindEnum = builder.enumType('LedgerAccountKind', {
  description:
    'The purpose of a ledger account. PROVIDER_CLEARING, ADJUSTMENT and USER_DEBT are debit-normal, the others credit-normal.',
  values: {
    TASK_HOLD: { description: 'Money held for one task.' },
    USER_PAYABLE: { description: 'Money owed to one tasker.' },
    PLATFORM_FEE: { description: 'Fees earned by the platform.' },
    PROVIDER_CLEARING: { description: 'Our money at the payment provider.' },
    REFUND_CLEARING: { description: 'Refunds to posters that are not completed yet.' },
    ADJUSTMENT: { description: 'Losses to chargebacks, less what taskers owe the platform.' },
    USER_DEBT: { description: 'Money that one tasker owes the platform. Debit-normal.' },
  } satisfies Record<LedgerAccountKind, object>,
})

const EntryDirectionEnum = builder.enumType('EntryDirection', {
  description: 'The side of a ledger account.',
  values: {
    DEBIT: { description: 'The left side.' },
    CREDIT: { description: 'The right side.' },
  } satisfies Record<EntryDirection, object>,
})

const LedgerAccountType = builder.prismaNode('LedgerAccount', {
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
      args: {
        at: t.arg({ type: 'DateTime', description: 'The moment, with everything posted until then; now if absent.' }),
      },
      select: { id: true, currency: true },
      resolve: async ({ id, currency }, { at }, { loaders }) => ({
        minorUnits: await loaders.accountBalances.load({ accountId: id, at: at ?? null }),
        currencyCode: currency,
      }),
    }),
  }),
})

export const LedgerTransactionType = builder.prismaNode('LedgerTransaction', {
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
      description: 'The hold, chargeback, transfer, reversal or refund that it is about.',
      select: { holdId: true, chargebackId: true, transferId: true, refundId: true, reversalId: true },
      resolve: ({ holdId, chargebackId, transferId, refundId, reversalId }, _args, context, info) => {
        const typename = chargebackId
          ? 'Chargeback'
          : holdId
            ? 'Hold'
            : reversalId
              ? 'Reversal'
              : transferId
                ? 'Transfer'
                : 'Refund'
        const id = chargebackId ?? holdId ?? reversalId ?? transferId ?? refundId
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
    reverses: t.relation('reverses', {
      nullable: true,
      description: 'The earlier posting that it reverses, wholly or in part. Null if it reverses none.',
    }),
  }),
})

builder.prismaObjectField('LedgerTransaction', 'reversedBy', (t) =>
  t.field({
    type: LedgerTransactionType,
    nullable: true,
    description: 'The latest posting that reverses it, wholly or in part. Null if there is none.',
    select: (_args, _context, nested) => ({ reversedBy: nested({ orderBy: { sequence: 'desc' }, take: 1 }) }),
    resolve: ({ reversedBy }) => reversedBy[0] ?? null,
  }),
)

const LedgerEntryType = builder.prismaNode('LedgerEntry', {
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

const LedgerEntryConnection = builder.connectionObject(
  { type: LedgerEntryType, name: 'LedgerEntryConnection', description: 'A page of entries, newest first.' },
  { description: 'An entry and its cursor.' },
)

const LedgerTransactionConnection = builder.connectionObject(
  {
    type: LedgerTransactionType,
    name: 'LedgerTransactionConnection',
    description: 'A page of postings, newest first.',
  },
  { description: 'A posting and its cursor.' },
)

builder.prismaObjectField('LedgerAccount', 'entries', (t) =>
  t.connection(
    {
      type: LedgerEntryType,
      description:
        'Its entries, newest first, without those of tasks in which the viewer has a conflict of interest. For finance staff and administrators.',
      select: (args, { caller }, nested) => {
        const { where, orderBy, take } = newestFirst(readPage(args, idCursor))
        return {
          entries: nestedNodes(nested, 'LedgerEntry', {
            where: { ...where, transaction: visiblePostings(caller) },
            orderBy,
            take,
            select: { id: true as const },
          }),
        }
      },
      resolve: ({ entries }, args) => connectionOf(entries, readPage(args, idCursor), idCursor, ({ id }) => id),
    },
    LedgerEntryConnection,
  ),
)

const sequenceCursor = numbersCursor(BIGINT_MAX)

builder.queryFields((t) => ({
  ledgerAccount: t.prismaField({
    type: LedgerAccountType,
    nullable: true,
    roles: ['FINANCE'],
    description:
      'An account of the ledger by id. For finance staff and administrators; null to everybody else, and if the account belongs to a person or task in which the viewer has a conflict of interest.',
    args: { id: t.arg.id({ required: true, description: 'The id, `lac_...`.' }) },
    resolve: (query, _root, args, { prisma, caller }) => {
      const id = fromPublicId('lac', args.id)
      return id ? prisma.ledgerAccount.findUnique({ ...query, where: { id, AND: [visibleAccounts(caller)] } }) : null
    },
  }),
  ledgerTransactions: t.connection(
    {
      type: LedgerTransactionType,
      nullable: true,
      roles: ['FINANCE'],
      description:
        'All postings, newest first. For finance staff and administrators, without those of tasks in which they have a conflict of interest; null to everybody else.',
      resolve: async (_root, args, context, info) => {
        const page = readPage(args, sequenceCursor)
        const { select } = queryFromInfo({
          context,
          info,
          typeName: 'LedgerTransaction',
          paths: NODE_PATHS,
          select: SEQUENCE_SELECT,
        })
        const postings = await context.prisma.ledgerTransaction.findMany({
          select: { ...select, ...SEQUENCE_SELECT },
          where: {
            sequence: { ...(page.after && { lt: page.after[0] }), ...(page.before && { gt: page.before[0] }) },
            AND: [visiblePostings(context.caller)],
          },
          orderBy: { sequence: page.backward ? 'asc' : 'desc' },
          take: page.limit + 1,
        })
        return connectionOf(postings, page, sequenceCursor, ({ sequence }) => [sequence])
      },
    },
    LedgerTransactionConnection,
  ),
}))

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
      description:
        'The number of balances (one for each account and task), of closings (balances at a past moment) and of lines of statements that are not the sum of their entries.',
    }),
    tasksOutOfBalance: t.exposeInt('tasksOutOfBalance', {
      description:
        'The number of tasks whose ledger does not agree with their holds, transfers, reversals and refunds.',
    }),
    inDoubtTransfers: t.exposeInt('inDoubtTransfers', {
      description: 'The number of transfers in doubt. Not an error of the ledger.',
    }),
    oldestInDoubt: t.expose('oldestInDoubt', {
      type: 'DateTime',
      nullable: true,
      description: 'The time since which the oldest of them has been in doubt. Null if there are none.',
    }),
    openDifferences: t.int({
      description:
        'The number of open differences between the book of the payment provider and ours, found by reconciliation. Not an error of the ledger.',
      resolve: ({ differences }) => differences.open,
    }),
    oldestOpenDifference: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the oldest of them was found. Null if there are none.',
      resolve: ({ differences }) => differences.oldestFoundAt,
    }),
    chargebacksNeedingEvidence: t.int({
      description:
        'The number of chargebacks that need evidence: none was submitted, and the time for it is not over. Not an error of the ledger.',
      resolve: ({ evidence }) => evidence.chargebacks,
    }),
    nextEvidenceDue: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the evidence of the first of them is due. Null if there are none.',
      resolve: ({ evidence }) => evidence.firstDueBy,
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

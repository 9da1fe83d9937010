/** Statements: of the viewer, and for finance staff and administrators of the platform. */
import { queryFromInfo } from '@pothos/plugin-prisma'
import { ViewerType } from '../../../accounts/accounts.graphql.ts'
import type { LedgerTransaction, StatementLine } from '../../../db/generated/client.ts'
import { exponentOf } from '../../../domain/money.ts'
import { builder } from '../../../graphql/builder.ts'
import { MoneyType } from '../../../graphql/commonTypes.ts'
import type { Context } from '../../../graphql/context.ts'
import { nodeOf } from '../../../graphql/nodeOf.ts'
import { BIGINT_MAX, badInput, connectionOf, NODE_PATHS, numbersCursor, readPage } from '../../../graphql/pagination.ts'
import { TaskType } from '../../../tasks/tasks.graphql.ts'
import { PLATFORM_ID, type StatementSpan, startOf } from './statementSpan.ts'

// The last millisecond of the year 9999, as far as a DateTime goes.
const MOMENT_MAX = 253_402_300_799_999n

const lineCursor = numbersCursor(MOMENT_MAX, BIGINT_MAX)

const LINE_SELECT = { ownerId: true, currency: true, postedAt: true, sequence: true, amountMinor: true } as const

/** The additions to a line of a page: the balance before the first line of the page, and the sum since, with the amount of the line. */
interface OnPage {
  before: () => Promise<bigint>
  movedMinor: bigint
}

const StatementLineType = builder.prismaObject('StatementLine', {
  description: 'What one posting of the ledger moved.',
  select: LINE_SELECT,
  fields: (t) => ({
    at: t.expose('postedAt', { type: 'DateTime', description: 'When it moved.' }),
    kind: t.string({
      description:
        'The event: `hold.funded` (paid in by the poster), `transfer.created` (approved: from the poster to the tasker and the fee), `transfer.succeeded` (paid out to the tasker), `transfer.canceled` (back to the poster), `reversal.succeeded` (taken back from the account of the tasker, for the poster), `debt.left` and `debt.collected` (owed by the tasker, and no longer), `debt.netted` (kept from a transfer for a debt, which `debt.collected` of the same moment settles), `netting.undone` and `debt.restored` (the opposite, because that transfer was canceled), `refund.requested` (on its way back to the poster), `refund.failed` (held again), `chargeback.lost` (taken back by the bank of the poster, out of what is held and from the platform), `chargeback.fee` (the fee of the provider for it, from the platform) and `loss.recovered` (what the tasker repaid of it). Money that only passes between the platform and the provider, as in `refund.succeeded` and `refund.came_back`, moves no balance.',
      select: { transaction: { select: { kind: true } } },
      resolve: ({ transaction }) => transaction.kind,
    }),
    task: t.field({
      type: TaskType,
      nullable: true,
      description: 'The task whose money moved. Null to staff with a conflict of interest in it.',
      select: (_args, _context, nested) => ({ transaction: { select: { taskId: true, task: nested() } } }),
      resolve: async ({ ownerId, transaction }, _args, context) =>
        (await isOwnMatter(context, { ownerId, taskId: transaction.taskId })) ? null : transaction.task,
    }),
    subject: t.field({
      type: builder.nodeInterfaceRef(),
      nullable: true,
      description:
        'The hold, transfer, reversal, refund or chargeback that it is about. Null to staff with a conflict of interest in the task.',
      select: {
        transaction: {
          select: {
            taskId: true,
            holdId: true,
            transferId: true,
            refundId: true,
            reversalId: true,
            chargebackId: true,
          },
        },
      },
      resolve: async ({ ownerId, transaction }, _args, context, info) => {
        const subject = subjectOf(transaction)
        if (!subject || (await isOwnMatter(context, { ownerId, taskId: transaction.taskId }))) return null
        return nodeOf(context, info, subject)
      },
    }),
    amount: t.field({
      type: MoneyType,
      description:
        'What it moved: positive if the balance rose. Zero for a reversal to its tasker, because the provider took it from their account.',
      resolve: ({ amountMinor, currency }) => ({ minorUnits: amountMinor, currencyCode: currency }),
    }),
    balance: t.field({
      type: MoneyType,
      description: 'The balance after it.',
      resolve: async (line) => {
        const { before, movedMinor } = line as unknown as OnPage
        return { minorUnits: (await before()) + movedMinor, currencyCode: line.currency }
      },
    }),
  }),
})

/** The object that a posting is about. */
function subjectOf({ chargebackId, holdId, reversalId, transferId, refundId }: Subject) {
  if (chargebackId) return { typename: 'Chargeback', id: chargebackId } as const
  if (holdId) return { typename: 'Hold', id: holdId } as const
  if (reversalId) return { typename: 'Reversal', id: reversalId } as const
  if (transferId) return { typename: 'Transfer', id: transferId } as const
  return refundId === null ? undefined : ({ typename: 'Refund', id: refundId } as const)
}

type Subject = Pick<LedgerTransaction, 'holdId' | 'transferId' | 'refundId' | 'reversalId' | 'chargebackId'>

/** True if the line is the platform's and the viewer is a person of its task. */
async function isOwnMatter(
  { loaders, caller }: Context,
  { ownerId, taskId }: { ownerId: string; taskId: string },
): Promise<boolean> {
  if (ownerId !== PLATFORM_ID) return false
  const role = await loaders.tasks.role.load(taskId)
  return role?.people?.some(({ userId }) => userId === caller?.id) ?? true
}

const StatementLineConnection = builder.connectionObject(
  { type: StatementLineType, name: 'StatementLineConnection', description: 'A page of lines, oldest first.' },
  { description: 'A line and its cursor.' },
)

const StatementType = builder.objectRef<StatementSpan>('Statement').implement({
  description:
    'What moved for one person, or for the platform, in one currency and a span of time: opening + what moved = closing, to the minor unit. The balance of a person is what is held for the tasks that they posted, and what they are owed as a tasker, less what they owe: money that they pay in or earn is positive, money that leaves for a tasker, their account or card is negative. The balance of the platform is its fees, less what it lost.',
  fields: (t) => ({
    from: t.expose('from', { type: 'DateTime', description: 'The start: lines from this time on.' }),
    to: t.expose('to', { type: 'DateTime', description: 'The end: lines before this time.' }),
    currencyCode: t.expose('currency', { type: 'CurrencyCode', description: 'The currency.' }),
    opening: t.field({
      type: MoneyType,
      description: 'The balance before the first line.',
      resolve: ({ from, ...span }, _args, context) => balanceAt(context, span, from),
    }),
    closing: t.field({
      type: MoneyType,
      description: 'The balance after the last line.',
      resolve: ({ to, ...span }, _args, context) => balanceAt(context, span, to),
    }),
    csvUrl: t.field({
      type: 'URL',
      description:
        'The download URL of the same as CSV for this viewer, valid for some minutes and without an authorization header.',
      resolve: ({ ownerId, currency, from, to }, _args, { caller, services: { statementLinks } }) => {
        if (!caller) throw new Error('A statement has no viewer.')
        const expiresAt = new Date(Date.now() + statementLinks.ttlMs)
        const whose = ownerId === PLATFORM_ID ? 'platform' : 'own'
        return statementLinks.write({ whose, currency, from, to, sessionId: caller.sessionId, expiresAt })
      },
    }),
  }),
})

async function balanceAt(
  { loaders }: Context,
  { ownerId, currency }: Pick<StatementSpan, 'ownerId' | 'currency'>,
  at: Date,
) {
  return {
    minorUnits: await loaders.statementBalances.load({ ownerId, currency, ...startOf(at) }),
    currencyCode: currency,
  }
}

builder.objectField(StatementType, 'lines', (t) =>
  t.connection(
    {
      type: StatementLineType,
      description: 'What moved, oldest first.',
      resolve: async ({ ownerId, currency, from, to }, args, context, info) => {
        const page = readPage(args, lineCursor)
        const { select } = queryFromInfo({
          context,
          info,
          typeName: 'StatementLine',
          paths: NODE_PATHS,
          select: LINE_SELECT,
        })
        const lines = await context.prisma.statementLine.findMany({
          select: { ...select, ...LINE_SELECT },
          where: { ownerId, currency, AND: [{ postedAt: { gte: from, lt: to } }, ...bounds(page.after, page.before)] },
          orderBy: page.backward
            ? [{ postedAt: 'desc' }, { sequence: 'desc' }]
            : [{ postedAt: 'asc' }, { sequence: 'asc' }],
          take: page.limit + 1,
        })
        const connection = connectionOf(lines, page, lineCursor, keyOf)
        withBalances(
          connection.edges.map(({ node }) => node),
          context,
        )
        return connection
      },
    },
    StatementLineConnection,
  ),
)

type Line = Pick<StatementLine, keyof typeof LINE_SELECT>

const keyOf = ({ postedAt, sequence }: Line): bigint[] => [BigInt(postedAt.getTime()), sequence]

/** The conditions of the lines between two cursors. The moment bounds the stretch of the key, the sequence decides within it. */
function bounds(after: bigint[] | undefined, before: bigint[] | undefined) {
  const [afterMs, afterSequence] = after ?? []
  const [beforeMs, beforeSequence] = before ?? []
  const earliest = afterMs === undefined ? undefined : new Date(Number(afterMs))
  const latest = beforeMs === undefined ? undefined : new Date(Number(beforeMs))
  return [
    ...(earliest && afterSequence !== undefined
      ? [{ postedAt: { gte: earliest } }, { OR: [{ postedAt: { gt: earliest } }, { sequence: { gt: afterSequence } }] }]
      : []),
    ...(latest && beforeSequence !== undefined
      ? [{ postedAt: { lte: latest } }, { OR: [{ postedAt: { lt: latest } }, { sequence: { lt: beforeSequence } }] }]
      : []),
  ]
}

/** Prepares the balances of the lines of a page; the balance before the page is read with the first of them. */
function withBalances(lines: readonly Line[], { loaders }: Context): void {
  const [first] = lines
  if (!first) return
  const before = () => loaders.statementBalances.load(first)
  let movedMinor = 0n
  for (const line of lines) {
    movedMinor += line.amountMinor
    Object.assign(line, { before, movedMinor } satisfies OnPage)
  }
}

const spanArguments = builder.args((t) => ({
  from: t.field({ type: 'DateTime', required: true, description: 'The start: lines from this time on.' }),
  to: t.field({
    type: 'DateTime',
    required: true,
    description: 'The end, later than the start: lines before this time.',
  }),
  currencyCode: t.field({ type: 'CurrencyCode', required: true, description: 'The currency.' }),
}))

function spanOf(ownerId: string, args: { from: Date; to: Date; currencyCode: string }): StatementSpan {
  const { from, to, currencyCode: currency } = args
  if (from >= to) throw badInput('The end of a statement must be later than its start.')
  if (exponentOf(currency) === undefined) throw badInput(`The currency ${currency} is not supported.`)
  return { ownerId, currency, from, to }
}

builder.objectField(ViewerType, 'statement', (t) =>
  t.field({
    type: StatementType,
    description: 'What moved for them, as a poster and as a tasker.',
    args: spanArguments,
    resolve: ({ id }, args) => spanOf(id, args),
  }),
)

builder.queryField('statement', (t) =>
  t.field({
    type: StatementType,
    nullable: true,
    roles: ['FINANCE'],
    description:
      "The platform's own statement: its fees, and what it lost. For finance staff and administrators; null to everybody else.",
    args: spanArguments,
    resolve: (_root, args) => spanOf(PLATFORM_ID, args),
  }),
)

/** Reconciliations and their differences in the API, for finance staff and administrators. */
import { queryFromInfo } from '@pothos/plugin-prisma'
import type { DifferenceKind, ReconciliationStatus } from '../db/generated/enums.ts'
import { type IdPrefix, parsePublicId, toPublicId } from '../db/ids.ts'
import { builder } from '../graphql/builder.ts'
import { MoneyType } from '../graphql/commonTypes.ts'
import { nodeOf } from '../graphql/nodeOf.ts'
import { connectionOf, idCursor, NODE_PATHS, nestedNodes, newestFirst, readPage } from '../graphql/pagination.ts'
import { visibleDifferences, visibleReconciliations } from '../visibility/reconciliationVisibility.ts'

const ReconciliationStatusEnum = builder.enumType('ReconciliationStatus', {
  description: 'The status of a reconciliation.',
  values: {
    RUNNING: { description: 'It waits for a worker, or the books are being compared.' },
    DONE: { description: 'Both books were read to their end. Final.' },
    FAILED: {
      description:
        'The payment provider did not answer. The differences found until then are kept, and none has settled itself. Final; start another one.',
    },
  } satisfies Record<ReconciliationStatus, object>,
})

const DifferenceKindEnum = builder.enumType('DifferenceKind', {
  description: 'The kind of a difference between the book of the payment provider and ours.',
  values: {
    MISSING_HERE: { description: 'The provider has a movement for which we have no object.' },
    MISSING_AT_PROVIDER: { description: 'Our ledger has a movement that the provider does not have.' },
    AMOUNT: { description: 'Both have it, with different amounts.' },
    CURRENCY: { description: 'Both have it, in different currencies.' },
    STATUS: {
      description:
        'The provider has moved money that our ledger has not posted: our object has failed, was canceled, or has waited for two hours.',
    },
    DUPLICATE: { description: 'The provider has moved the money of one object twice.' },
  } satisfies Record<DifferenceKind, object>,
})

const ONE_SIDE = 'positive into the balance of the platform at the provider, negative out of it'

export const DifferenceType = builder.prismaNode('ReconciliationDifference', {
  description:
    'Something in which the book of the payment provider and ours differ. Found again by a later run, it is the same difference.',
  id: { field: 'id', description: 'The id, `rcd_...`.' },
  nullable: true,
  findUnique: (id, { caller }) => ({ id, AND: [visibleDifferences(caller)] }),
  select: { id: true },
  fields: (t) => ({
    kind: t.expose('kind', { type: DifferenceKindEnum, description: 'The kind.' }),
    subject: t.field({
      type: builder.nodeInterfaceRef(),
      nullable: true,
      description:
        'The hold, transfer, reversal, refund or chargeback that it is about. Null if the provider names none of ours.',
      select: { subjectType: true, subjectId: true },
      resolve: ({ subjectType, subjectId }, _args, context, info) => {
        if (subjectType === null || subjectId === null) return null
        const parsed = parsePublicId(toPublicId(subjectType as IdPrefix, subjectId))
        return parsed ? nodeOf(context, info, { typename: parsed.type, id: parsed.uuid }) : null
      },
    }),
    providerReference: t.exposeString('providerReference', {
      nullable: true,
      description: "The provider's reference of the movement. Null if it is not known.",
    }),
    ours: t.field({
      type: MoneyType,
      nullable: true,
      description: `The amount in our book, ${ONE_SIDE}. Null if it is missing here.`,
      select: { oursMinor: true, oursCurrency: true },
      resolve: ({ oursMinor, oursCurrency }) => moneyOf(oursMinor, oursCurrency),
    }),
    theirs: t.field({
      type: MoneyType,
      nullable: true,
      description: `The amount in the book of the provider, ${ONE_SIDE}. Null if it is missing there.`,
      select: { theirsMinor: true, theirsCurrency: true },
      resolve: ({ theirsMinor, theirsCurrency }) => moneyOf(theirsMinor, theirsCurrency),
    }),
    foundAt: t.expose('foundAt', { type: 'DateTime', description: 'When it was found for the first time.' }),
    settledAt: t.expose('settledAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When a later run no longer found it, or staff settled it. Null while it is open.',
    }),
    note: t.exposeString('note', {
      nullable: true,
      description: 'The note of the member of staff who settled it. Null if none did.',
    }),
  }),
})

const moneyOf = (minorUnits: bigint | null, currencyCode: string | null) =>
  minorUnits === null || currencyCode === null ? null : { minorUnits, currencyCode }

const DifferenceConnection = builder.connectionObject(
  {
    type: DifferenceType,
    name: 'ReconciliationDifferenceConnection',
    description: 'A page of differences, newest first.',
  },
  { description: 'A difference and its cursor.' },
)

export const ReconciliationType = builder.prismaNode('Reconciliation', {
  description:
    'The book of the payment provider compared with ours, line by line, over a span of time. It runs by itself every night for the day before, in UTC.',
  id: { field: 'id', description: 'The id, `rcn_...`.' },
  nullable: true,
  findUnique: (id, { caller }) => ({ id, AND: [visibleReconciliations(caller)] }),
  select: { id: true },
  fields: (t) => ({
    from: t.expose('spanFrom', { type: 'DateTime', description: 'The first moment of the span.' }),
    to: t.expose('spanTo', { type: 'DateTime', description: 'The end of the span, which does not belong to it.' }),
    status: t.expose('status', { type: ReconciliationStatusEnum, description: 'The status.' }),
    startedAt: t.expose('startedAt', { type: 'DateTime', description: 'When it was started.' }),
    finishedAt: t.expose('finishedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it ended. Null while it is RUNNING.',
    }),
    linesCompared: t.exposeInt('linesCompared', {
      description: 'The number of lines of the book of the provider that were compared, so far while it is RUNNING.',
    }),
    openDifferences: t.int({
      description: 'The number of differences that it found and that are open now.',
      select: (_args, { caller }) => ({ _count: { select: { findings: { where: openFor(caller) } } } }),
      resolve: ({ _count }) => _count.findings,
    }),
  }),
})

type Viewer = Parameters<typeof visibleDifferences>[0]

const openFor = (caller: Viewer) => ({ difference: { settledAt: null, AND: [visibleDifferences(caller)] } })

builder.prismaObjectField('Reconciliation', 'differences', (t) =>
  t.connection(
    {
      type: DifferenceType,
      description:
        'The differences that it found, newest first, without those of tasks in which the viewer has a conflict of interest.',
      args: { open: t.arg.boolean({ description: 'Only those that are open, or only those that are settled.' }) },
      select: ({ open, ...args }, { caller }, nested) => {
        const { limit, backward, after, before } = readPage(args, idCursor)
        const state = open == null ? {} : open ? { settledAt: null } : { settledAt: { not: null } }
        return {
          findings: {
            where: {
              differenceId: { ...(after && { lt: after }), ...(before && { gt: before }) },
              difference: { ...state, AND: [visibleDifferences(caller)] },
            },
            orderBy: { differenceId: backward ? ('asc' as const) : ('desc' as const) },
            take: limit + 1,
            select: { difference: nestedNodes(nested, 'ReconciliationDifference', { select: { id: true as const } }) },
          },
        }
      },
      resolve: ({ findings }, { open: _open, ...args }) =>
        connectionOf(
          findings.map(({ difference }) => difference),
          readPage(args, idCursor),
          idCursor,
          ({ id }) => id,
        ),
    },
    DifferenceConnection,
  ),
)

const ReconciliationConnection = builder.connectionObject(
  {
    type: ReconciliationType,
    name: 'ReconciliationConnection',
    description: 'A page of reconciliations, newest first.',
  },
  { description: 'A reconciliation and its cursor.' },
)

builder.queryField('reconciliations', (t) =>
  t.connection(
    {
      type: ReconciliationType,
      nullable: true,
      roles: ['FINANCE'],
      description: 'All reconciliations, newest first. For finance staff and administrators; null to everybody else.',
      resolve: async (_root, args, context, info) => {
        const page = readPage(args, idCursor)
        const { where, orderBy, take } = newestFirst(page)
        const { select } = queryFromInfo({
          context,
          info,
          typeName: 'Reconciliation',
          paths: NODE_PATHS,
          select: { id: true },
        })
        const runs = await context.prisma.reconciliation.findMany({
          select: { ...select, id: true },
          where: { ...where, AND: [visibleReconciliations(context.caller)] },
          orderBy,
          take,
        })
        return connectionOf(runs, page, idCursor, ({ id }) => id)
      },
    },
    ReconciliationConnection,
  ),
)

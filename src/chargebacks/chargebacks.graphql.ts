/** Chargebacks in the API, for the parties and finance staff. */
import { queryFromInfo } from '@pothos/plugin-prisma'
import type { ChargebackStatus } from '../db/generated/enums.ts'
import { inStatuses } from '../db/queryHints.ts'
import { AttachmentType } from '../files/attachments.graphql.ts'
import { builder } from '../graphql/builder.ts'
import { MoneyType } from '../graphql/commonTypes.ts'
import { connectionOf, idCursor, NODE_PATHS, newestFirst, readPage } from '../graphql/pagination.ts'
import { HoldFrozenError } from '../transfers/errors.ts'
import { TransferFailureType } from '../transfers/transfers/transfers.graphql.ts'
import { visibleChargebacks } from '../visibility/chargebackVisibility.ts'
import { EVIDENCE_MAX } from './submitChargebackEvidence.ts'

// A bank opens one for a payment; a hundred would be a hundred parts of it.
const CHARGEBACKS_SHOWN_MAX = 100

const ChargebackStatusEnum = builder.enumType('ChargebackStatus', {
  description: 'The status of a chargeback.',
  values: {
    NEEDS_RESPONSE: { description: 'It waits for evidence; the money is frozen.' },
    UNDER_REVIEW: { description: 'The bank decides; the money is frozen.' },
    WON: { description: 'The bank decided against the payer; the money is no longer frozen by it. Final.' },
    LOST: { description: 'The bank took the payment back. Final.' },
  } satisfies Record<ChargebackStatus, object>,
})

export const ChargebackType = builder.prismaNode('Chargeback', {
  description:
    "The payer's bank wants a payment back. It freezes the hold from the first notice of the provider until the bank has decided.",
  id: { field: 'id', description: 'The id, `cbk_...`.' },
  nullable: true,
  findUnique: (id, { caller }) => ({ id, AND: [visibleChargebacks(caller)] }),
  select: { id: true },
  fields: (t) => ({
    hold: t.relation('hold', { description: 'The payment.' }),
    amount: t.field({
      type: MoneyType,
      description: 'The amount that the bank wants back: the payment or a part of it.',
      select: { amountMinor: true, currency: true },
      resolve: ({ amountMinor, currency }) => ({ minorUnits: amountMinor, currencyCode: currency }),
    }),
    providerFee: t.field({
      type: MoneyType,
      nullable: true,
      description: 'What the provider takes for it, and gives back only if it is won. Null if it takes nothing.',
      select: { providerFeeMinor: true, providerFeeCurrency: true },
      resolve: ({ providerFeeMinor: minorUnits, providerFeeCurrency: currencyCode }) =>
        minorUnits === null || currencyCode === null ? null : { minorUnits, currencyCode },
    }),
    reason: t.exposeString('reason', { description: "The provider's word for the reason, e.g. `fraudulent`." }),
    status: t.expose('status', { type: ChargebackStatusEnum, description: 'The status.' }),
    evidenceDueBy: t.expose('evidenceDueBy', {
      type: 'DateTime',
      nullable: true,
      description:
        'The provider decides against us when nothing is submitted by then. Null if the provider takes no evidence.',
    }),
    statement: t.exposeString('statement', {
      nullable: true,
      description: 'The last statement of finance staff: a draft until `submittedAt`. Null if there is none.',
    }),
    evidence: t.relation('evidence', {
      type: AttachmentType,
      description: `The files of finance staff, in the order of their upload, at most ${EVIDENCE_MAX}.`,
      query: { orderBy: { id: 'asc' }, take: EVIDENCE_MAX },
    }),
    evidenceFailure: t.field({
      type: TransferFailureType,
      nullable: true,
      description: 'The reason why the provider refused the last evidence. Null if it did not.',
      select: { evidenceFailureCode: true, evidenceFailureMessage: true, evidenceFailureRetryable: true },
      resolve: ({ evidenceFailureCode: code, evidenceFailureMessage: message, evidenceFailureRetryable: retryable }) =>
        code === null || message === null || retryable === null ? null : { code, message, retryable },
    }),
    evidencePending: t.boolean({
      description: 'True while the statement and the files are on their way to the provider.',
      select: { evidenceDueAt: true },
      resolve: ({ evidenceDueAt }) => evidenceDueAt !== null,
    }),
    submittedAt: t.expose('submittedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the provider received the final evidence. Null until then.',
    }),
    openedAt: t.expose('openedAt', { type: 'DateTime', description: 'When the bank opened it.' }),
    closedAt: t.expose('closedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the decision was booked. Null until then.',
    }),
    providerReference: t.exposeString('providerReference', { description: "The provider's id of the chargeback." }),
    takenFromHold: t.field({
      type: MoneyType,
      description: 'The part of a lost one that was still held. Zero until it is lost.',
      select: { fromHoldMinor: true, currency: true },
      resolve: ({ fromHoldMinor, currency }) => ({ minorUnits: fromHoldMinor, currencyCode: currency }),
    }),
    debt: t.field({
      type: MoneyType,
      description: 'What the tasker owed after a lost one, because they were paid already. Zero until it is lost.',
      select: { debtMinor: true, currency: true },
      resolve: ({ debtMinor, currency }) => ({ minorUnits: debtMinor, currencyCode: currency }),
    }),
  }),
})

const ChargebackConnection = builder.connectionObject(
  { type: ChargebackType, name: 'ChargebackConnection', description: 'A page of chargebacks, newest first.' },
  { description: 'A chargeback and its cursor.' },
)

builder.queryField('chargebacks', (t) =>
  t.connection(
    {
      type: ChargebackType,
      nullable: true,
      roles: ['FINANCE'],
      description:
        'All chargebacks, newest first. For finance staff and administrators, without those of tasks in which they have a conflict of interest and are not a party; null to everybody else.',
      args: { status: t.arg({ type: [ChargebackStatusEnum], description: 'Only those in one of these statuses.' }) },
      resolve: async (_root, { status, ...args }, context, info) => {
        const page = readPage(args, idCursor)
        const { where, orderBy, take } = newestFirst(page)
        const { select } = queryFromInfo({
          context,
          info,
          typeName: 'Chargeback',
          paths: NODE_PATHS,
          select: { id: true },
        })
        const chargebacks = await context.prisma.chargeback.findMany({
          select: { ...select, id: true },
          where: { ...where, AND: [...(status ? [inStatuses(status)] : []), visibleChargebacks(context.caller)] },
          orderBy,
          take,
        })
        return connectionOf(chargebacks, page, idCursor, ({ id }) => id)
      },
    },
    ChargebackConnection,
  ),
)

builder.prismaObjectField('Hold', 'chargebacks', (t) =>
  t.field({
    type: [ChargebackType],
    description: `Disputes that the payer's bank has opened against this payment, newest first, at most ${CHARGEBACKS_SHOWN_MAX}. For the parties and finance staff; empty to everybody else.`,
    select: (_args, { caller }, nested) => ({
      chargebacks: nested({ where: visibleChargebacks(caller), orderBy: { id: 'desc' }, take: CHARGEBACKS_SHOWN_MAX }),
    }),
    resolve: ({ chargebacks }) => chargebacks,
  }),
)

builder.objectField(HoldFrozenError, 'frozenByChargeback', (t) =>
  t.prismaField({
    type: ChargebackType,
    nullable: true,
    description: 'The newest open chargeback that freezes the money. Null if a dispute alone does.',
    resolve: (query, { taskId }, _args, { prisma, caller }) =>
      prisma.chargeback.findFirst({
        ...query,
        where: {
          taskId,
          status: { in: ['NEEDS_RESPONSE', 'UNDER_REVIEW'] },
          hold: { frozen: true },
          AND: [visibleChargebacks(caller)],
        },
        orderBy: { id: 'desc' },
      }),
  }),
)

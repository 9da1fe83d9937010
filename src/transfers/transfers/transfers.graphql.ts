/** Transfers in the API, for the parties and staff. */

import type { AttemptOutcome, TransferStatus } from '../../db/generated/enums.ts'
import { fromPublicId } from '../../db/ids.ts'
import { builder } from '../../graphql/builder.ts'
import { MoneyType } from '../../graphql/commonTypes.ts'
import { visibleTransfers } from '../../visibility/moneyVisibility.ts'

// Seven by the schedule; each retry by staff adds up to seven more.
const ATTEMPTS_SHOWN_MAX = 100

export const TransferStatusEnum = builder.enumType('TransferStatus', {
  description: 'The status of a transfer.',
  values: {
    PENDING: { description: 'It is sent at once, or waits until the tasker can be paid.' },
    PROCESSING: { description: 'It is being sent to the provider.' },
    IN_DOUBT: {
      description:
        'It is not known yet whether the provider made it; the outcome is being looked up, and nothing is sent again.',
    },
    RETRYING: { description: 'The provider refused it for now; it is retried at `nextRetryAt`.' },
    SUCCEEDED: { description: 'The tasker was paid.' },
    FAILED: { description: 'The provider refused it for good, or too often. Finance staff can retry or cancel it.' },
    CANCELED: { description: 'Finance staff canceled it; the money is held again. Final.' },
    REVERSED: { description: 'All of it was taken back from the tasker. Final.' },
  } satisfies Record<TransferStatus, object>,
})

const AttemptOutcomeEnum = builder.enumType('AttemptOutcome', {
  description: 'The outcome of an attempt.',
  values: {
    ACCEPTED: { description: 'The provider made the payment.' },
    REFUSED: { description: 'The provider refused; nothing was paid.' },
    UNKNOWN: { description: 'The provider did not answer; it may have made the payment.' },
    NOT_SENT: { description: 'A later look-up found that the provider never received it.' },
  } satisfies Record<AttemptOutcome, object>,
})

builder.prismaObject('TransferAttempt', {
  description: 'One attempt to send a transfer to the provider.',
  fields: (t) => ({
    number: t.exposeInt('number', { description: 'The number of the attempt, from 1.' }),
    startedAt: t.expose('startedAt', { type: 'DateTime', description: 'When it was sent.' }),
    endedAt: t.expose('endedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was answered, or counted as lost. Null while it is in progress.',
    }),
    outcome: t.expose('outcome', {
      type: AttemptOutcomeEnum,
      nullable: true,
      description: 'The outcome. Null while it is in progress.',
    }),
    providerReference: t.exposeString('providerReference', {
      nullable: true,
      description: "The provider's id of the payment. Null if it has none.",
    }),
    providerMessage: t.exposeString('providerMessage', {
      nullable: true,
      description: 'The message of the provider, or the reason why there is no answer. Null if there is none.',
    }),
  }),
})

interface Failure {
  code: string
  message: string
  retryable: boolean
}

export const TransferFailureType = builder.objectRef<Failure>('TransferFailure').implement({
  description: 'Why the provider did not pay.',
  fields: (t) => ({
    code: t.exposeString('code', { description: "The provider's own code." }),
    message: t.exposeString('message', { description: 'The message of the provider.' }),
    retryable: t.exposeBoolean('retryable', { description: 'True if a retry may succeed.' }),
  }),
})

export const TransferType = builder.prismaNode('Transfer', {
  description: "A payment out of a hold to the tasker's account at the provider.",
  id: { field: 'id', description: 'The id, `trf_...`.' },
  nullable: true,
  findUnique: (id, { caller }) => ({ id, AND: [visibleTransfers(caller)] }),
  select: { id: true },
  fields: (t) => ({
    status: t.expose('status', { type: TransferStatusEnum, description: 'The status.' }),
    task: t.relation('task', { description: 'The task that it pays for.' }),
    destination: t.relation('destination', { description: 'The tasker who is paid.' }),
    gross: t.field({
      type: MoneyType,
      description: 'The agreed price, or its remainder after refunds.',
      select: { grossMinor: true, currency: true },
      resolve: ({ grossMinor, currency }) => ({ minorUnits: grossMinor, currencyCode: currency }),
    }),
    fee: t.field({
      type: MoneyType,
      description: 'The fee of the platform.',
      select: { feeMinor: true, currency: true },
      resolve: ({ feeMinor, currency }) => ({ minorUnits: feeMinor, currencyCode: currency }),
    }),
    net: t.field({
      type: MoneyType,
      description: 'The amount that is paid to the tasker: `gross` less `fee`.',
      select: { netMinor: true, currency: true },
      resolve: ({ netMinor, currency }) => ({ minorUnits: netMinor, currencyCode: currency }),
    }),
    netted: t.field({
      type: MoneyType,
      description:
        'The part of `net` that was taken for debts of the tasker, so that `net` less this is sent. Zero unless the operator has turned that on.',
      select: { nettedMinor: true, currency: true },
      resolve: ({ nettedMinor, currency }) => ({ minorUnits: nettedMinor, currencyCode: currency }),
    }),
    amountReversed: t.field({
      type: MoneyType,
      description: 'The amount that was taken back from the tasker.',
      select: { reversedMinor: true, currency: true },
      resolve: ({ reversedMinor, currency }) => ({ minorUnits: reversedMinor, currencyCode: currency }),
    }),
    providerReference: t.exposeString('providerReference', {
      nullable: true,
      description: "The provider's id of the payment. Null until it was made.",
    }),
    failure: t.field({
      type: TransferFailureType,
      nullable: true,
      description: 'The reason why the last attempt failed. Null if it did not.',
      select: { failureCode: true, failureMessage: true, failureRetryable: true },
      resolve: ({ failureCode: code, failureMessage: message, failureRetryable: retryable }) =>
        code === null || message === null || retryable === null ? null : { code, message, retryable },
    }),
    attempts: t.relation('attempts', {
      description: `The attempts to send it, oldest first, at most ${ATTEMPTS_SHOWN_MAX}.`,
      query: { orderBy: { number: 'asc' }, take: ATTEMPTS_SHOWN_MAX },
    }),
    nextRetryAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it is retried. Null unless it is RETRYING.',
      select: { status: true, dueAt: true },
      resolve: ({ status, dueAt }) => (status === 'RETRYING' ? dueAt : null),
    }),
    frozen: t.boolean({
      description: 'True while the money of its task is frozen.',
      select: { hold: { select: { frozen: true } } },
      resolve: ({ hold }) => hold.frozen,
    }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      description: 'When it was created, by the approval of the work.',
    }),
    succeededAt: t.expose('succeededAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the tasker was paid. Null until then.',
    }),
  }),
})

export const TransferConnection = builder.connectionObject(
  { type: TransferType, name: 'TransferConnection', description: 'A page of transfers, newest first.' },
  { description: 'A transfer and its cursor.' },
)

builder.queryField('transfer', (t) =>
  t.prismaField({
    type: TransferType,
    nullable: true,
    description: 'A transfer by id. Null if it does not exist or the viewer may not see it.',
    args: { id: t.arg.id({ required: true, description: 'The id, `trf_...`.' }) },
    resolve: (query, _root, args, { prisma, caller }) => {
      const id = fromPublicId('trf', args.id)
      return id ? prisma.transfer.findUnique({ ...query, where: { id, AND: [visibleTransfers(caller)] } }) : null
    },
  }),
)

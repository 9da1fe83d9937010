/** Payments out of a hold to the tasker, as the parties and staff see them. */

import type { AttemptOutcome, TransferStatus } from '../../db/generated/enums.ts'
import { fromPublicId } from '../../db/ids.ts'
import { builder } from '../../graphql/builder.ts'
import { MoneyType } from '../../graphql/commonTypes.ts'
import { visibleTransfers } from '../../visibility/moneyVisibility.ts'

// Seven by the schedule; each act of staff adds seven more.
const ATTEMPTS_SHOWN_MAX = 100

export const TransferStatusEnum = builder.enumType('TransferStatus', {
  description: 'What became of a payment to a tasker.',
  values: {
    PENDING: { description: 'The tasker is owed it. It is sent at once, or waits until they can be paid.' },
    PROCESSING: { description: 'The provider is being asked to do it.' },
    IN_DOUBT: {
      description: 'Nobody knows yet whether the provider did it; it is being asked. Nothing is sent again.',
    },
    RETRYING: { description: 'The provider refused for now; it is tried again at `nextRetryAt`.' },
    SUCCEEDED: { description: 'The tasker was paid.' },
    FAILED: { description: 'The provider refused for good, or too often. Staff can try again or cancel.' },
    CANCELED: { description: 'Staff called it off; the money is held again. Final.' },
    REVERSED: { description: 'All of it was taken back. Final.' },
  } satisfies Record<TransferStatus, object>,
})

const AttemptOutcomeEnum = builder.enumType('AttemptOutcome', {
  description: 'What the provider answered.',
  values: {
    ACCEPTED: { description: 'It did it.' },
    REFUSED: { description: 'It did nothing.' },
    UNKNOWN: { description: 'It gave no answer: it may have done it.' },
    NOT_SENT: { description: 'It was asked afterwards, and never had it.' },
  } satisfies Record<AttemptOutcome, object>,
})

builder.prismaObject('TransferAttempt', {
  description: 'One time that the provider was asked to pay.',
  fields: (t) => ({
    number: t.exposeInt('number', { description: 'From 1.' }),
    startedAt: t.expose('startedAt', { type: 'DateTime', description: 'When it was sent.' }),
    endedAt: t.expose('endedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was answered, or given up. Null while it goes on.',
    }),
    outcome: t.expose('outcome', {
      type: AttemptOutcomeEnum,
      nullable: true,
      description: 'What was answered. Null while it goes on.',
    }),
    providerReference: t.exposeString('providerReference', {
      nullable: true,
      description: 'What the provider calls the payment.',
    }),
    providerMessage: t.exposeString('providerMessage', { nullable: true, description: 'What the provider said.' }),
  }),
})

interface Failure {
  code: string
  message: string
  retryable: boolean
}

const TransferFailureType = builder.objectRef<Failure>('TransferFailure').implement({
  description: 'Why the provider did not pay.',
  fields: (t) => ({
    code: t.exposeString('code', { description: 'What the provider calls it.' }),
    message: t.exposeString('message', { description: 'What the provider said.' }),
    retryable: t.exposeBoolean('retryable', { description: 'Whether it may do it later.' }),
  }),
})

export const TransferType = builder.prismaNode('Transfer', {
  description: "A payment out of a hold to the tasker's account at the provider.",
  id: { field: 'id', description: 'The id, `trf_...`.' },
  nullable: true,
  findUnique: (id, { caller }) => ({ id, AND: [visibleTransfers(caller)] }),
  select: { id: true },
  fields: (t) => ({
    status: t.expose('status', { type: TransferStatusEnum, description: 'What became of it.' }),
    task: t.relation('task', { description: 'What it pays for.' }),
    destination: t.relation('destination', { description: 'Who is paid.' }),
    gross: t.field({
      type: MoneyType,
      description: 'The agreed price, or what remained of it.',
      select: { grossMinor: true, currency: true },
      resolve: ({ grossMinor, currency }) => ({ minorUnits: grossMinor, currencyCode: currency }),
    }),
    fee: t.field({
      type: MoneyType,
      description: 'What the platform keeps of it.',
      select: { feeMinor: true, currency: true },
      resolve: ({ feeMinor, currency }) => ({ minorUnits: feeMinor, currencyCode: currency }),
    }),
    net: t.field({
      type: MoneyType,
      description: 'What the tasker gets of it.',
      select: { netMinor: true, currency: true },
      resolve: ({ netMinor, currency }) => ({ minorUnits: netMinor, currencyCode: currency }),
    }),
    amountReversed: t.field({
      type: MoneyType,
      description: 'What was taken back from the tasker.',
      select: { reversedMinor: true, currency: true },
      resolve: ({ reversedMinor, currency }) => ({ minorUnits: reversedMinor, currencyCode: currency }),
    }),
    providerReference: t.exposeString('providerReference', {
      nullable: true,
      description: 'What the provider calls it. Null until it has it.',
    }),
    failure: t.field({
      type: TransferFailureType,
      nullable: true,
      description: 'Why the last attempt was refused. Null when none was.',
      select: { failureCode: true, failureMessage: true, failureRetryable: true },
      resolve: ({ failureCode: code, failureMessage: message, failureRetryable: retryable }) =>
        code === null || message === null || retryable === null ? null : { code, message, retryable },
    }),
    attempts: t.relation('attempts', {
      description: `When it was sent, and what came of it, the first one first, at most ${ATTEMPTS_SHOWN_MAX}.`,
      query: { orderBy: { number: 'asc' }, take: ATTEMPTS_SHOWN_MAX },
    }),
    nextRetryAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it is tried again. Null unless it is RETRYING.',
      select: { status: true, dueAt: true },
      resolve: ({ status, dueAt }) => (status === 'RETRYING' ? dueAt : null),
    }),
    frozen: t.boolean({
      description: 'Whether the money of its task may not leave for now.',
      select: { hold: { select: { frozen: true } } },
      resolve: ({ hold }) => hold.frozen,
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the tasker came to be owed it.' }),
    succeededAt: t.expose('succeededAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the tasker was paid.',
    }),
  }),
})

export const TransferConnection = builder.connectionObject(
  { type: TransferType, name: 'TransferConnection', description: 'A page of transfers, the newest first.' },
  { description: 'A transfer and its place in the list.' },
)

builder.queryField('transfer', (t) =>
  t.prismaField({
    type: TransferType,
    nullable: true,
    description: 'A transfer. Null when there is none, or the viewer may not see it.',
    args: { id: t.arg.id({ required: true, description: 'The id, `trf_...`.' }) },
    resolve: (query, _root, args, { prisma, caller }) => {
      const id = fromPublicId('trf', args.id)
      return id ? prisma.transfer.findUnique({ ...query, where: { id, AND: [visibleTransfers(caller)] } }) : null
    },
  }),
)

/** How people move money: the poster pays in; finance staff retry, cancel, resolve and refund. */
import type { z } from 'zod'
import type { IdPrefix } from '../db/ids.ts'
import {
  ForbiddenError,
  IdempotencyInProgressError,
  IdempotencyKeyReusedError,
  IllegalTransitionError,
  NotFoundError,
  StaleVersionError,
  UnauthenticatedError,
  ValidationError,
} from '../domain/errors.ts'
import { builder } from '../graphql/builder.ts'
import { MoneyInput } from '../graphql/commonTypes.ts'
import { mutation, mutationOutsideTransaction, result, type SignedIn, uuidOf } from '../graphql/mutation.ts'
import type { Work } from '../jobs/timer.ts'
import { visibleHolds, visibleRefunds, visibleTransfers } from '../visibility/moneyVisibility.ts'
import {
  HoldFrozenError,
  InsufficientFundsError,
  PaymentRefusedError,
  PayoutNotReadyError,
  TransferInDoubtError,
} from './errors.ts'
import { fundTask } from './holds/fundTask.ts'
import { HoldType, RefundType } from './holds/holds.graphql.ts'
import { fundTaskSchema, refundHoldSchema, resolveInDoubtTransferSchema, transferActionSchema } from './inputSchemas.ts'
import { refundHold } from './refunds/refundHold.ts'
import { cancelTransfer } from './transfers/cancelTransfer.ts'
import { resolveInDoubtTransfer } from './transfers/resolveInDoubtTransfer.ts'
import { retryTransfer } from './transfers/retryTransfer.ts'
import { TransferType } from './transfers/transfers.graphql.ts'

interface Replayable {
  replayed: boolean
}

const REPLAYED = 'Whether an earlier answer to the same request, under the same key, was given again.'
const KEY = 'The same request under the same key moves money once, however often it is sent.'
const REASON = 'Why, for the audit log.'

/** Staff whose own matter the task has become since get their stored answer without what they may not see any more. */
function orNotFound<Row>(prefix: IdPrefix, id: string, row: Row | null): Row {
  if (row === null) throw NotFoundError.of(prefix, id)
  return row
}

const FundTaskPayload = builder
  .objectRef<Replayable & { taskId: string; holdId: string }>('FundTaskPayload')
  .implement({
    description: 'The payment was taken, or the provider is still being asked about it.',
    fields: (t) => ({
      task: t.prismaField({
        type: 'Task',
        description: 'The task: ASSIGNED where it waited for this money and has it.',
        resolve: (query, { taskId }, _args, { prisma }) =>
          prisma.task.findUniqueOrThrow({ ...query, where: { id: taskId } }),
      }),
      hold: t.prismaField({
        type: HoldType,
        description: 'The money: HELD, or PENDING while nobody knows what became of the payment.',
        resolve: (query, { holdId }, _args, { prisma }) =>
          prisma.hold.findUniqueOrThrow({ ...query, where: { id: holdId } }),
      }),
      replayed: t.exposeBoolean('replayed', { description: REPLAYED }),
    }),
  })

const TransferPayload = builder.objectRef<Replayable & { transferId: string }>('TransferPayload').implement({
  description: 'The transfer as it is now.',
  fields: (t) => ({
    transfer: t.prismaField({
      type: TransferType,
      description: 'The transfer.',
      resolve: async (query, { transferId: id }, _args, { prisma, caller }) => {
        const where = { id, AND: [visibleTransfers(caller)] }
        return orNotFound('trf', id, await prisma.transfer.findUnique({ ...query, where }))
      },
    }),
    replayed: t.exposeBoolean('replayed', { description: REPLAYED }),
  }),
})

const RefundPayload = builder.objectRef<Replayable & { refundId: string; holdId: string }>('RefundPayload').implement({
  description: 'The money is on its way back.',
  fields: (t) => ({
    refund: t.prismaField({
      type: RefundType,
      description: 'The refund. It is sent after this answer.',
      resolve: async (query, { refundId: id }, _args, { prisma, caller }) => {
        const where = { id, AND: [visibleRefunds(caller)] }
        return orNotFound('rfd', id, await prisma.refund.findUnique({ ...query, where }))
      },
    }),
    hold: t.prismaField({
      type: HoldType,
      description: 'What it was taken from.',
      resolve: async (query, { holdId: id }, _args, { prisma, caller }) => {
        const where = { id, AND: [visibleHolds(caller)] }
        return orNotFound('hld', id, await prisma.hold.findUnique({ ...query, where }))
      },
    }),
    replayed: t.exposeBoolean('replayed', { description: REPLAYED }),
  }),
})

const ALWAYS = [UnauthenticatedError, ValidationError, NotFoundError, ForbiddenError, IllegalTransitionError] as const
const KEYED = [IdempotencyKeyReusedError, IdempotencyInProgressError] as const

const FundTaskResult = result('FundTaskResult', FundTaskPayload, [
  ...ALWAYS,
  StaleVersionError,
  PaymentRefusedError,
  ...KEYED,
])

const TransferResult = result('TransferResult', TransferPayload, [
  ...ALWAYS,
  InsufficientFundsError,
  HoldFrozenError,
  PayoutNotReadyError,
  TransferInDoubtError,
  ...KEYED,
])

const RefundResult = result('RefundResult', RefundPayload, [
  ...ALWAYS,
  InsufficientFundsError,
  HoldFrozenError,
  ...KEYED,
])

const FundTaskInput = builder.inputType('FundTaskInput', {
  description: 'Who pays for which task, and how.',
  fields: (t) => ({
    idempotencyKey: t.field({ type: 'IdempotencyKey', required: true, description: KEY }),
    taskId: t.id({ required: true, description: 'The task.' }),
    paymentMethodId: t.string({
      required: true,
      description: 'What the provider calls the card. The sandbox takes `pm_ok`, and refuses `pm_refused`.',
    }),
    expectedVersion: t.int({
      description:
        'The version of the task that the viewer has read: nobody pays for another tasker or another price. Refused with StaleVersionError when the task is at another.',
    }),
  }),
})

const TransferActionInput = builder.inputType('TransferActionInput', {
  description: 'Which transfer, and why.',
  fields: (t) => ({
    idempotencyKey: t.field({ type: 'IdempotencyKey', required: true, description: KEY }),
    transferId: t.id({ required: true, description: 'The transfer.' }),
    reason: t.string({ required: true, description: REASON }),
  }),
})

const InDoubtFindingEnum = builder.enumType('InDoubtFinding', {
  description: 'What became of a transfer in doubt.',
  values: {
    PROVIDER_HAS_IT: { description: 'The tasker was paid. Taken on the evidence given.' },
    PROVIDER_NEVER_HAD_IT: { description: 'Nothing was paid. Taken only if the provider, asked at once, says so too.' },
  },
})

const ResolveInDoubtTransferInput = builder.inputType('ResolveInDoubtTransferInput', {
  description: 'What became of which transfer, and how that is known.',
  fields: (t) => ({
    idempotencyKey: t.field({ type: 'IdempotencyKey', required: true, description: KEY }),
    transferId: t.id({ required: true, description: 'The transfer.' }),
    finding: t.field({ type: InDoubtFindingEnum, required: true, description: 'What became of it.' }),
    evidence: t.string({ required: true, description: 'How that is known, for the audit log.' }),
  }),
})

const RefundHoldInput = builder.inputType('RefundHoldInput', {
  description: 'How much of which hold goes back, and why.',
  fields: (t) => ({
    idempotencyKey: t.field({ type: 'IdempotencyKey', required: true, description: KEY }),
    holdId: t.id({ required: true, description: 'The hold.' }),
    amount: t.field({
      type: MoneyInput,
      required: true,
      description: 'How much; while somebody works for it, something must be left.',
    }),
    reason: t.string({ required: true, description: REASON }),
  }),
})

const workOf = ({ database, services, log }: SignedIn): Work => ({ database, payments: services.payments, log })

const actOnTransfer = (
  { transferId, reason }: z.infer<typeof transferActionSchema>,
  { caller, requestId }: SignedIn,
) => ({ transferId: uuidOf('trf', transferId), caller, reason, requestId })

mutationOutsideTransaction('fundTask', {
  description:
    'Pays in what the task costs: the budget while it is open, the agreed price when it waits for its money. For its poster. A payment whose outcome is unknown is a success with the hold PENDING.',
  input: FundTaskInput,
  result: FundTaskResult,
  form: fundTaskSchema,
  rule: (form, context, request) =>
    fundTask(workOf(context), { ...form, requestHash: request.hash(), caller: context.caller }),
})

mutation('retryTransfer', {
  description: 'Has a FAILED transfer tried again, at once. For finance staff, never on a task of their own.',
  input: TransferActionInput,
  result: TransferResult,
  form: transferActionSchema,
  roles: ['FINANCE'],
  rule: (tx, form, context) => retryTransfer(tx, actOnTransfer(form, context)),
})

mutation('cancelTransfer', {
  description:
    'Calls a transfer off that was not paid; the money is held again and can only be refunded. For finance staff, never on a task of their own.',
  input: TransferActionInput,
  result: TransferResult,
  form: transferActionSchema,
  roles: ['FINANCE'],
  rule: (tx, form, context) => cancelTransfer(tx, actOnTransfer(form, context)),
})

mutationOutsideTransaction('resolveInDoubtTransfer', {
  description: 'Says what became of a transfer in doubt. For finance staff, never on a task of their own.',
  input: ResolveInDoubtTransferInput,
  result: TransferResult,
  form: resolveInDoubtTransferSchema,
  roles: ['FINANCE'],
  rule: ({ evidence, ...form }, context, request) => {
    const { caller, requestId } = context
    const act = { caller, requestId, reason: evidence }
    return resolveInDoubtTransfer(workOf(context), { ...form, requestHash: request.hash(), act })
  },
})

mutation('refundHold', {
  description: 'Gives something of a hold back to the poster. For finance staff, never on a task of their own.',
  input: RefundHoldInput,
  result: RefundResult,
  form: refundHoldSchema,
  roles: ['FINANCE'],
  rule: (tx, { holdId, amount, reason }, { caller, requestId }) =>
    refundHold(tx, { holdId: uuidOf('hld', holdId), amount, reason, caller, requestId }),
})

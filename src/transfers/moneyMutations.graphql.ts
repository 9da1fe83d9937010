/** Mutations on money: the poster pays in; finance staff retry, cancel, resolve, reverse and refund. */
import type { z } from 'zod'
import { SecondFactorRequiredError } from '../accounts/errors.ts'
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
import { mutation, mutationOutsideTransaction, payload, result, type SignedIn, uuidOf } from '../graphql/mutation.ts'
import { workOf } from '../graphql/workOf.ts'
import { visibleHolds, visibleRefunds, visibleReversals, visibleTransfers } from '../visibility/moneyVisibility.ts'
import {
  HoldFrozenError,
  InsufficientFundsError,
  PaymentRefusedError,
  PayoutNotReadyError,
  TransferInDoubtError,
} from './errors.ts'
import { fundTask } from './holds/fundTask.ts'
import { HoldType, RefundType } from './holds/holds.graphql.ts'
import {
  fundTaskSchema,
  refundHoldSchema,
  resolveInDoubtTransferSchema,
  reverseTransferSchema,
  transferActionSchema,
} from './inputSchemas.ts'
import { refundHold } from './refunds/refundHold.ts'
import { ReversalType } from './reversals/reversals.graphql.ts'
import { reverseTransfer } from './reversals/reverseTransfer.ts'
import { cancelTransfer } from './transfers/cancelTransfer.ts'
import { resolveInDoubtTransfer } from './transfers/resolveInDoubtTransfer.ts'
import { retryTransfer } from './transfers/retryTransfer.ts'
import { TransferType } from './transfers/transfers.graphql.ts'

const KEY = 'Requests with the same key and the same input move money only once.'
const REASON = 'The reason, for the audit log: one line of 1 to 1,000 characters.'

/** Refuses rows that staff may no longer see, because the task has become their own matter since the stored answer. */
function orNotFound<Row>(prefix: IdPrefix, id: string, row: Row | null): Row {
  if (row === null) throw NotFoundError.of(prefix, id)
  return row
}

const FundTaskPayload = payload<{ taskId: string; holdId: string }>('FundTaskPayload', {
  description: 'The payment succeeded, or its outcome is still being looked up at the provider.',
  fields: (t) => ({
    task: t.prismaField({
      type: 'Task',
      description: 'The task. ASSIGNED if it was waiting for this payment and the payment succeeded.',
      resolve: (query, { taskId }, _args, { prisma }) =>
        prisma.task.findUniqueOrThrow({ ...query, where: { id: taskId } }),
    }),
    hold: t.prismaField({
      type: HoldType,
      description: 'The hold of the payment: HELD, or PENDING while the outcome is unknown.',
      resolve: (query, { holdId }, _args, { prisma }) =>
        prisma.hold.findUniqueOrThrow({ ...query, where: { id: holdId } }),
    }),
  }),
})

const TransferPayload = payload<{ transferId: string }>('TransferPayload', {
  description: 'The transfer was changed.',
  fields: (t) => ({
    transfer: t.prismaField({
      type: TransferType,
      description: 'The transfer as it is now.',
      resolve: async (query, { transferId: id }, _args, { prisma, caller }) => {
        const where = { id, AND: [visibleTransfers(caller)] }
        return orNotFound('trf', id, await prisma.transfer.findUnique({ ...query, where }))
      },
    }),
  }),
})

const ReversalPayload = payload<{ reversalId: string; transferId: string }>('ReversalPayload', {
  description: 'The reversal was requested.',
  fields: (t) => ({
    reversal: t.prismaField({
      type: ReversalType,
      description: 'The reversal. It is sent to the provider after this answer.',
      resolve: async (query, { reversalId: id }, _args, { prisma, caller }) => {
        const where = { id, AND: [visibleReversals(caller)] }
        return orNotFound('rvs', id, await prisma.reversal.findUnique({ ...query, where }))
      },
    }),
    transfer: t.prismaField({
      type: TransferType,
      description: 'The transfer that it takes back.',
      resolve: async (query, { transferId: id }, _args, { prisma, caller }) => {
        const where = { id, AND: [visibleTransfers(caller)] }
        return orNotFound('trf', id, await prisma.transfer.findUnique({ ...query, where }))
      },
    }),
  }),
})

const RefundPayload = payload<{ refundId: string; holdId: string }>('RefundPayload', {
  description: 'The refund was requested.',
  fields: (t) => ({
    refund: t.prismaField({
      type: RefundType,
      description: 'The refund. It is sent to the provider after this answer.',
      resolve: async (query, { refundId: id }, _args, { prisma, caller }) => {
        const where = { id, AND: [visibleRefunds(caller)] }
        return orNotFound('rfd', id, await prisma.refund.findUnique({ ...query, where }))
      },
    }),
    hold: t.prismaField({
      type: HoldType,
      description: 'The hold that the refund is taken from.',
      resolve: async (query, { holdId: id }, _args, { prisma, caller }) => {
        const where = { id, AND: [visibleHolds(caller)] }
        return orNotFound('hld', id, await prisma.hold.findUnique({ ...query, where }))
      },
    }),
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
  SecondFactorRequiredError,
  InsufficientFundsError,
  HoldFrozenError,
  PayoutNotReadyError,
  TransferInDoubtError,
  ...KEYED,
])

const ReversalResult = result('ReversalResult', ReversalPayload, [
  ...ALWAYS,
  SecondFactorRequiredError,
  InsufficientFundsError,
  TransferInDoubtError,
  ...KEYED,
])

const RefundResult = result('RefundResult', RefundPayload, [
  ...ALWAYS,
  SecondFactorRequiredError,
  InsufficientFundsError,
  HoldFrozenError,
  ...KEYED,
])

const FundTaskInput = builder.inputType('FundTaskInput', {
  description: 'A payment for a task.',
  fields: (t) => ({
    idempotencyKey: t.field({ type: 'IdempotencyKey', required: true, description: KEY }),
    taskId: t.id({ required: true, description: 'The task, `tsk_...`.' }),
    paymentMethodId: t.string({
      required: true,
      description:
        "The provider's id of the payment method. The sandbox accepts `pm_ok`, declines `pm_refused`, and lets `pm_authenticate` wait for `authenticateSandboxPayment`.",
    }),
    savePaymentMethod: t.boolean({
      description:
        'True if the viewer agrees that the payment method is saved at the provider for their later payments, which may be made while they are away. It is then in `Viewer.paymentMethods`.',
    }),
    expectedVersion: t.int({
      description:
        'The version of the task that the viewer has read, so that they do not pay for another tasker or price. Refused with StaleVersionError if the task has another version.',
    }),
  }),
})

const TransferActionInput = builder.inputType('TransferActionInput', {
  description: 'A transfer, and the reason for the action.',
  fields: (t) => ({
    idempotencyKey: t.field({ type: 'IdempotencyKey', required: true, description: KEY }),
    transferId: t.id({ required: true, description: 'The transfer, `trf_...`.' }),
    reason: t.string({ required: true, description: REASON }),
  }),
})

const InDoubtFindingEnum = builder.enumType('InDoubtFinding', {
  description: 'The outcome of a transfer in doubt.',
  values: {
    PROVIDER_HAS_IT: { description: 'The tasker was paid. Accepted on the given evidence.' },
    PROVIDER_NEVER_HAD_IT: { description: 'Nothing was paid. Accepted only if a look-up at the provider confirms it.' },
  },
})

const ResolveInDoubtTransferInput = builder.inputType('ResolveInDoubtTransferInput', {
  description: 'The outcome of a transfer in doubt, with evidence.',
  fields: (t) => ({
    idempotencyKey: t.field({ type: 'IdempotencyKey', required: true, description: KEY }),
    transferId: t.id({ required: true, description: 'The transfer, `trf_...`.' }),
    finding: t.field({ type: InDoubtFindingEnum, required: true, description: 'The outcome of the transfer.' }),
    evidence: t.string({
      required: true,
      description: 'The evidence for it, for the audit log: 1 to 1,000 characters.',
    }),
  }),
})

const ReverseTransferInput = builder.inputType('ReverseTransferInput', {
  description: 'An amount to take back from a paid tasker.',
  fields: (t) => ({
    idempotencyKey: t.field({ type: 'IdempotencyKey', required: true, description: KEY }),
    transferId: t.id({ required: true, description: 'The transfer, `trf_...`.' }),
    amount: t.field({
      type: MoneyInput,
      required: true,
      description:
        'The amount, in the currency of the transfer: at most its `net` less all reversals that have succeeded or still may.',
    }),
    returnFee: t.boolean({
      defaultValue: false,
      description: 'If true, the share of the fee that belongs to this amount is held again, too.',
    }),
    reason: t.string({ required: true, description: REASON }),
  }),
})

const RefundHoldInput = builder.inputType('RefundHoldInput', {
  description: 'An amount of a hold to refund to the poster.',
  fields: (t) => ({
    idempotencyKey: t.field({ type: 'IdempotencyKey', required: true, description: KEY }),
    holdId: t.id({ required: true, description: 'The hold, `hld_...`.' }),
    amount: t.field({
      type: MoneyInput,
      required: true,
      description:
        'The amount, in the currency of the hold. While a tasker is at work, at least one minor unit must be left.',
    }),
    reason: t.string({ required: true, description: REASON }),
  }),
})

const actOnTransfer = (
  { transferId, reason }: Pick<z.infer<typeof transferActionSchema>, 'transferId' | 'reason'>,
  { caller, requestId }: SignedIn,
) => ({ transferId: uuidOf('trf', transferId), caller, reason, requestId })

mutationOutsideTransaction('fundTask', {
  description:
    'Pays in for a task: the budget while it is OPEN, the agreed price while it is AWAITING_FUNDS. For its poster. A payment with an unknown outcome is a success with the hold PENDING.',
  input: FundTaskInput,
  result: FundTaskResult,
  inputSchema: fundTaskSchema,
  rule: ({ savePaymentMethod: savesPaymentMethod = false, ...input }, context, request) =>
    fundTask(workOf(context), {
      ...input,
      savesPaymentMethod,
      platformCountry: context.services.platformCountry,
      requestHash: request.hash(),
      caller: context.caller,
    }),
})

mutation('retryTransfer', {
  description: 'Retries a FAILED transfer at once. For finance staff, never on a task of their own.',
  input: TransferActionInput,
  result: TransferResult,
  inputSchema: transferActionSchema,
  roles: ['FINANCE'],
  needsFreshProof: true,
  rule: (tx, input, context) => retryTransfer(tx, actOnTransfer(input, context)),
})

mutation('cancelTransfer', {
  description:
    'Cancels an unpaid transfer; the money is held again and can only be refunded. For finance staff, never on a task of their own.',
  input: TransferActionInput,
  result: TransferResult,
  inputSchema: transferActionSchema,
  roles: ['FINANCE'],
  needsFreshProof: true,
  rule: (tx, input, context) => cancelTransfer(tx, actOnTransfer(input, context)),
})

mutationOutsideTransaction('resolveInDoubtTransfer', {
  description: 'Resolves a transfer in doubt. For finance staff, never on a task of their own.',
  input: ResolveInDoubtTransferInput,
  result: TransferResult,
  inputSchema: resolveInDoubtTransferSchema,
  roles: ['FINANCE'],
  needsFreshProof: true,
  rule: ({ evidence, ...input }, context, request) => {
    const { caller, requestId } = context
    const act = { caller, requestId, reason: evidence }
    return resolveInDoubtTransfer(workOf(context), { ...input, requestHash: request.hash(), act })
  },
})

mutation('reverseTransfer', {
  description:
    'Takes money back from a paid tasker; it is held again and can only be refunded. For finance staff, never on a task of their own.',
  input: ReverseTransferInput,
  result: ReversalResult,
  inputSchema: reverseTransferSchema,
  roles: ['FINANCE'],
  needsFreshProof: true,
  rule: (tx, { amount, returnFee, ...input }, context) =>
    reverseTransfer(tx, {
      ...actOnTransfer(input, context),
      amount,
      returnFee: returnFee ?? false,
      traits: context.services.payments.traits,
    }),
})

mutation('refundHold', {
  description: 'Refunds part of a hold to the poster. For finance staff, never on a task of their own.',
  input: RefundHoldInput,
  result: RefundResult,
  inputSchema: refundHoldSchema,
  roles: ['FINANCE'],
  needsFreshProof: true,
  rule: (tx, { holdId, amount, reason }, { caller, requestId, services }) => {
    const { traits } = services.payments
    return refundHold(tx, { holdId: uuidOf('hld', holdId), amount, reason, caller, requestId, traits })
  },
})

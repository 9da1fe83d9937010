/** Mutations of reconciliation, for finance staff and administrators. */
import { SecondFactorRequiredError } from '../accounts/errors.ts'
import {
  ForbiddenError,
  IdempotencyInProgressError,
  IdempotencyKeyReusedError,
  NotFoundError,
  UnauthenticatedError,
  ValidationError,
} from '../domain/errors.ts'
import { builder } from '../graphql/builder.ts'
import { mutation, payload, result, uuidOf } from '../graphql/mutation.ts'
import { visibleDifferences } from '../visibility/reconciliationVisibility.ts'
import { NOTE_LENGTH_MAX, SPAN_DAYS_MAX, settleDifferenceSchema, startReconciliationSchema } from './inputSchemas.ts'
import { DifferenceType, ReconciliationType } from './reconciliations.graphql.ts'
import { settleDifference } from './settleDifference.ts'
import { startReconciliation } from './startReconciliation.ts'

const ReconciliationPayload = payload<{ reconciliationId: string }>('ReconciliationPayload', {
  description: 'The reconciliation was started, or one over the same span is RUNNING.',
  fields: (t) => ({
    reconciliation: t.prismaField({
      type: ReconciliationType,
      description: 'The reconciliation. A worker runs it after this answer.',
      resolve: (query, { reconciliationId: id }, _args, { prisma }) =>
        prisma.reconciliation.findUniqueOrThrow({ ...query, where: { id } }),
    }),
  }),
})

const DifferencePayload = payload<{ differenceId: string }>('DifferencePayload', {
  description: 'The difference was settled.',
  fields: (t) => ({
    difference: t.prismaField({
      type: DifferenceType,
      description: 'The difference.',
      // Refuses staff for whom the task has become their own matter since the stored answer.
      resolve: async (query, { differenceId: id }, _args, { prisma, caller }) => {
        const where = { id, AND: [visibleDifferences(caller)] }
        const difference = await prisma.reconciliationDifference.findUnique({ ...query, where })
        if (!difference) throw NotFoundError.of('rcd', id)
        return difference
      },
    }),
  }),
})

const KEYED = [IdempotencyKeyReusedError, IdempotencyInProgressError] as const

const ReconciliationResult = result('ReconciliationResult', ReconciliationPayload, [
  UnauthenticatedError,
  ValidationError,
  ForbiddenError,
  ...KEYED,
])

const DifferenceResult = result('DifferenceResult', DifferencePayload, [
  UnauthenticatedError,
  ValidationError,
  NotFoundError,
  ForbiddenError,
  SecondFactorRequiredError,
  ...KEYED,
])

const idempotencyKey = {
  type: 'IdempotencyKey',
  description: 'A request that is repeated under the same key runs once.',
} as const

const StartReconciliationInput = builder.inputType('StartReconciliationInput', {
  description: 'A span of time in the past.',
  fields: (t) => ({
    idempotencyKey: t.field(idempotencyKey),
    from: t.field({ type: 'DateTime', required: true, description: 'The first moment of the span.' }),
    to: t.field({
      type: 'DateTime',
      required: true,
      description: `The end of the span, which does not belong to it: after \`from\`, at most ${SPAN_DAYS_MAX} days later, and not in the future.`,
    }),
  }),
})

const SettleDifferenceInput = builder.inputType('SettleDifferenceInput', {
  description: 'A difference, and what staff found out about it.',
  fields: (t) => ({
    idempotencyKey: t.field(idempotencyKey),
    differenceId: t.id({ required: true, description: 'The difference, `rcd_...`.' }),
    note: t.string({
      required: true,
      description: `The cause and what was done about it, also for the audit log: 1 to ${NOTE_LENGTH_MAX} characters.`,
    }),
  }),
})

mutation('startReconciliation', {
  description:
    'Compares the book of the payment provider with ours over a span of time. Returns the one that is RUNNING over exactly this span, if there is one. For finance staff.',
  input: StartReconciliationInput,
  result: ReconciliationResult,
  inputSchema: startReconciliationSchema,
  roles: ['FINANCE'],
  rule: (tx, { from, to }, { caller, requestId }) => startReconciliation(tx, { from, to, caller, requestId }),
})

mutation('settleDifference', {
  description:
    'Settles a difference with a note: later reconciliations do not open it again. For finance staff, never about a task of their own.',
  input: SettleDifferenceInput,
  result: DifferenceResult,
  inputSchema: settleDifferenceSchema,
  roles: ['FINANCE'],
  needsFreshProof: true,
  rule: (tx, { differenceId, note }, { caller, requestId }) =>
    settleDifference(tx, { differenceId: uuidOf('rcd', differenceId), note, caller, requestId }),
})

/** Mutations of chargebacks, for finance staff. */
import {
  ForbiddenError,
  IdempotencyInProgressError,
  IdempotencyKeyReusedError,
  IllegalTransitionError,
  NotFoundError,
  UnauthenticatedError,
  ValidationError,
} from '../domain/errors.ts'
import { builder } from '../graphql/builder.ts'
import { mutationOutsideTransaction, payload, result } from '../graphql/mutation.ts'
import { workOf } from '../graphql/workOf.ts'
import { visibleChargebacks } from '../visibility/chargebackVisibility.ts'
import { ChargebackType } from './chargebacks.graphql.ts'
import { STATEMENT_LENGTH_MAX, submitChargebackEvidenceSchema } from './inputSchemas.ts'
import { submitChargebackEvidence } from './submitChargebackEvidence.ts'

const ChargebackPayload = payload<{ chargebackId: string }>('ChargebackPayload', {
  description: 'The chargeback after the mutation.',
  fields: (t) => ({
    chargeback: t.prismaField({
      type: ChargebackType,
      description: 'The chargeback.',
      // Refuses staff for whom the task has become their own matter since the stored answer.
      resolve: async (query, { chargebackId: id }, _args, { prisma, caller }) => {
        const where = { id, AND: [visibleChargebacks(caller)] }
        const chargeback = await prisma.chargeback.findUnique({ ...query, where })
        if (!chargeback) throw NotFoundError.of('cbk', id)
        return chargeback
      },
    }),
  }),
})

const ChargebackResult = result('ChargebackResult', ChargebackPayload, [
  UnauthenticatedError,
  ValidationError,
  NotFoundError,
  ForbiddenError,
  IllegalTransitionError,
  IdempotencyKeyReusedError,
  IdempotencyInProgressError,
])

const SubmitChargebackEvidenceInput = builder.inputType('SubmitChargebackEvidenceInput', {
  description: 'Evidence against a chargeback.',
  fields: (t) => ({
    idempotencyKey: t.field({
      type: 'IdempotencyKey',
      required: true,
      description: 'Requests with the same key and the same input send the evidence only once.',
    }),
    chargebackId: t.id({ required: true, description: 'The chargeback, `cbk_...`.' }),
    statement: t.string({
      required: true,
      description: `What happened, for the bank: 1 to ${STATEMENT_LENGTH_MAX} characters. It replaces the statement of an earlier draft.`,
    }),
    evidenceIds: t.idList({
      description:
        'Unattached files that the viewer has uploaded for EVIDENCE, at most 20. They are added to those of earlier drafts.',
    }),
    submit: t.boolean({
      required: true,
      description: 'False keeps it as a draft at the provider; true is final, and the bank decides.',
    }),
  }),
})

mutationOutsideTransaction('submitChargebackEvidence', {
  description:
    'Sends evidence against a chargeback to the provider, as a draft or finally. If the outcome is not known in time, `evidencePending` is true and it is sent again. For finance staff, never on a task of their own.',
  input: SubmitChargebackEvidenceInput,
  result: ChargebackResult,
  inputSchema: submitChargebackEvidenceSchema,
  roles: ['FINANCE'],
  rule: ({ submit, evidenceIds = [], ...input }, context, request) => {
    const { services, caller, requestId } = context
    const act = { requestHash: request.hash(), caller, requestId }
    const work = { ...workOf(context), store: services.files.store }
    return submitChargebackEvidence(work, { ...input, ...act, evidenceIds, isFinal: submit })
  },
})

/** Mutations of disputes, for the parties and finance staff. */
import type { z } from 'zod'
import { SecondFactorRequiredError } from '../accounts/errors.ts'
import {
  ForbiddenError,
  IdempotencyInProgressError,
  IdempotencyKeyReusedError,
  IllegalTransitionError,
  NotFoundError,
  RateLimitedError,
  UnauthenticatedError,
  ValidationError,
} from '../domain/errors.ts'
import { builder } from '../graphql/builder.ts'
import { MoneyInput } from '../graphql/commonTypes.ts'
import { mutation, payload, result, type SignedIn, uuidOf } from '../graphql/mutation.ts'
import { HoldFrozenError, InsufficientFundsError } from '../transfers/errors.ts'
import { visibleDisputes } from '../visibility/disputeVisibility.ts'
import { addEvidence, type EvidenceRequest } from './addEvidence.ts'
import { DisputeType } from './disputes.graphql.ts'
import {
  addEvidenceSchema,
  openDisputeSchema,
  REASON_LENGTH_MAX,
  resolveDisputeSchema,
  STATEMENT_LENGTH_MAX,
  withdrawDisputeSchema,
} from './inputSchemas.ts'
import { openDispute } from './openDispute.ts'
import { resolveDispute } from './resolveDispute.ts'
import { withdrawDispute } from './withdrawDispute.ts'

const DisputePayload = payload<{ disputeId: string; taskId: string }>('DisputePayload', {
  description: 'The dispute and its task after the mutation.',
  fields: (t) => ({
    dispute: t.prismaField({
      type: DisputeType,
      description: 'The dispute.',
      // Refuses staff for whom the task has become their own matter since the stored answer.
      resolve: async (query, { disputeId: id }, _args, { prisma, caller }) => {
        const dispute = await prisma.dispute.findUnique({ ...query, where: { id, AND: [visibleDisputes(caller)] } })
        if (!dispute) throw NotFoundError.of('dsp', id)
        return dispute
      },
    }),
    task: t.prismaField({
      type: 'Task',
      description: 'The disputed task.',
      resolve: (query, { taskId }, _args, { prisma }) =>
        prisma.task.findUniqueOrThrow({ ...query, where: { id: taskId } }),
    }),
  }),
})

const DisputeResult = result('DisputeResult', DisputePayload, [
  UnauthenticatedError,
  ValidationError,
  NotFoundError,
  ForbiddenError,
  SecondFactorRequiredError,
  IllegalTransitionError,
  InsufficientFundsError,
  HoldFrozenError,
  IdempotencyKeyReusedError,
  IdempotencyInProgressError,
  RateLimitedError,
])

const idempotencyKey = {
  type: 'IdempotencyKey',
  description: 'A request that is repeated under the same key runs once.',
} as const
const EVIDENCE_IDS = 'Unattached files that the viewer has uploaded for EVIDENCE, at most 20.'

const OpenDisputeInput = builder.inputType('OpenDisputeInput', {
  description: 'A new dispute.',
  fields: (t) => ({
    idempotencyKey: t.field(idempotencyKey),
    taskId: t.id({ required: true, description: 'The task, `tsk_...`.' }),
    reason: t.string({
      required: true,
      description: `The reason, for the other side and staff: one line of 1 to ${REASON_LENGTH_MAX} characters. It also becomes a message in the support chat of the viewer.`,
    }),
    evidenceIds: t.idList({ description: EVIDENCE_IDS }),
  }),
})

const DisputeActionInput = builder.inputType('DisputeActionInput', {
  description: 'A dispute, and what a party says about it.',
  fields: (t) => ({
    idempotencyKey: t.field(idempotencyKey),
    disputeId: t.id({ required: true, description: 'The dispute, `dsp_...`.' }),
    statement: t.string({
      description: `A statement of 1 to ${STATEMENT_LENGTH_MAX} characters, for the other side and staff. It becomes the \`reason\` of the event.`,
    }),
    evidenceIds: t.idList({ description: EVIDENCE_IDS }),
  }),
})

const ResolveDisputeInput = builder.inputType('ResolveDisputeInput', {
  description: 'The decision about a dispute.',
  fields: (t) => ({
    idempotencyKey: t.field({
      type: 'IdempotencyKey',
      required: true,
      description: 'Requests with the same key and the same input move money only once.',
    }),
    disputeId: t.id({ required: true, description: 'The dispute, `dsp_...`.' }),
    toTasker: t.field({
      type: MoneyInput,
      required: true,
      description:
        'The share of the tasker before the fee, from zero to all that is held. The rest is refunded to the poster.',
    }),
    note: t.string({
      required: true,
      description: `The reasons, for both sides and the audit log: 1 to ${STATEMENT_LENGTH_MAX} characters.`,
    }),
    messageToBoth: t.string({
      description: 'A system message in the chat of the task, besides the one with the shares.',
    }),
  }),
})

const evidenceRequest = (
  { disputeId, statement, evidenceIds = [] }: z.infer<typeof withdrawDisputeSchema>,
  { caller }: SignedIn,
): EvidenceRequest => ({ disputeId: uuidOf('dsp', disputeId), caller, statement, evidenceIds })

mutation('openDispute', {
  description:
    'Opens a dispute about work in progress or submitted work. For the poster and the assignee. The held money is frozen, the automatic approval stops, and the viewer has a support chat about it.',
  input: OpenDisputeInput,
  result: DisputeResult,
  inputSchema: openDisputeSchema,
  budget: 'creation',
  rule: async (tx, { taskId, reason, evidenceIds = [] }, { caller }) =>
    openDispute(tx, { taskId: uuidOf('tsk', taskId), caller, reason, evidenceIds }),
})

mutation('addEvidence', {
  description: 'Adds files or a statement to an open dispute. For both parties.',
  input: DisputeActionInput,
  result: DisputeResult,
  inputSchema: addEvidenceSchema,
  budget: 'creation',
  rule: async (tx, input, context) => addEvidence(tx, evidenceRequest(input, context)),
})

mutation('withdrawDispute', {
  description:
    'Withdraws an open dispute: the task has its former status, and the time for approval starts again. For its opener.',
  input: DisputeActionInput,
  result: DisputeResult,
  inputSchema: withdrawDisputeSchema,
  rule: async (tx, input, context) => withdrawDispute(tx, evidenceRequest(input, context)),
})

mutation('resolveDispute', {
  description:
    'Divides the held money of an open dispute. The task is COMPLETED, or CANCELED if all goes to the poster. For finance staff, never on a task of their own.',
  input: ResolveDisputeInput,
  result: DisputeResult,
  inputSchema: resolveDisputeSchema,
  roles: ['FINANCE'],
  needsFreshProof: true,
  rule: async (tx, { disputeId: id, toTasker, note, messageToBoth }, { caller, requestId, services }) => {
    const [disputeId, { traits }] = [uuidOf('dsp', id), services.payments]
    return resolveDispute(tx, { disputeId, toTasker, note, messageToBoth, caller, requestId, traits })
  },
})

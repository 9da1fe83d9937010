/** The rules of the fee: everybody reads them, administrators set them. */
import { UserType } from '../accounts/accounts.graphql.ts'
import { SecondFactorRequiredError } from '../accounts/errors.ts'
import {
  ForbiddenError,
  IdempotencyInProgressError,
  IdempotencyKeyReusedError,
  UnauthenticatedError,
  ValidationError,
} from '../domain/errors.ts'
import { builder } from '../graphql/builder.ts'
import { mutation, payload, result } from '../graphql/mutation.ts'
import { seesAllMoney } from '../visibility/moneyVisibility.ts'
import { BASIS_POINTS_MAX, LEAST_FEE_DIGITS_MAX, setFeeRuleSchema } from './inputSchemas.ts'
import { setFeeRule } from './setFeeRule.ts'

const FEE_RULES_SHOWN_MAX = 100

const FeeRuleType = builder.prismaNode('FeeRule', {
  description:
    "A rule of the platform's fee: a share of the gross, rounded down to the minor unit, but at least `least`. Never changed, only followed by another; a task keeps the rule in force at its acceptance. In force is the rule with the latest `effectiveFrom` that has passed, and of several with the same the last version.",
  id: { field: 'id', description: 'The id, `fee_...`.' },
  nullable: true,
  findUnique: (id) => ({ id }),
  select: { id: true },
  fields: (t) => ({
    version: t.exposeInt('version', { description: 'The number of the rule, from 1.' }),
    basisPoints: t.exposeInt('basisPoints', {
      description: 'The share in hundredths of a percent of the gross, e.g. 1000 for a tenth.',
    }),
    least: t.field({
      type: 'Decimal',
      description:
        "The least fee in major units of the task's currency, rounded up where the currency has fewer fraction digits. The minimum price is one minor unit more.",
      select: { least: true },
      resolve: ({ least }) => least.toFixed(Math.max(2, least.decimalPlaces())),
    }),
    effectiveFrom: t.expose('effectiveFrom', {
      type: 'DateTime',
      description: 'The time from which acceptances keep it.',
    }),
    setBy: t.field({
      type: UserType,
      nullable: true,
      description:
        'The administrator who set it. Null for the first rule, and to all but finance staff and administrators.',
      select: (_args, _context, nested) => ({ setBy: nested({ select: { id: true } }) }),
      resolve: ({ setBy }, _args, { caller }) => (seesAllMoney(caller) ? setBy : null),
    }),
  }),
})

builder.queryField('feeRules', (t) =>
  t.prismaField({
    type: [FeeRuleType],
    description: `The rules of the fee, newest first, at most ${FEE_RULES_SHOWN_MAX}.`,
    resolve: (query, _root, _args, { prisma }) =>
      prisma.feeRule.findMany({ ...query, orderBy: { version: 'desc' }, take: FEE_RULES_SHOWN_MAX }),
  }),
)

const SetFeeRuleInput = builder.inputType('SetFeeRuleInput', {
  description: 'The next rule of the fee.',
  fields: (t) => ({
    idempotencyKey: t.field({
      type: 'IdempotencyKey',
      description: 'Requests with the same key and the same input run only once.',
    }),
    basisPoints: t.int({
      required: true,
      description: `The share in hundredths of a percent of the gross, from 0 to ${BASIS_POINTS_MAX}.`,
    }),
    least: t.field({
      type: 'Decimal',
      required: true,
      description: `The least fee in major units of any currency, from zero, with at most ${LEAST_FEE_DIGITS_MAX} fraction digits.`,
    }),
    effectiveFrom: t.field({
      type: 'DateTime',
      required: true,
      description: 'The time from which it is in force: now or later. A time within the last minute means now.',
    }),
    reason: t.string({
      required: true,
      description: 'The reason, for the audit log: one line of 1 to 1,000 characters.',
    }),
  }),
})

const FeeRulePayload = payload<{ feeRuleId: string }>('FeeRulePayload', {
  description: 'The rule was set.',
  fields: (t) => ({
    feeRule: t.prismaField({
      type: FeeRuleType,
      description: 'The rule.',
      resolve: (query, { feeRuleId }, _args, { prisma }) =>
        prisma.feeRule.findUniqueOrThrow({ ...query, where: { id: feeRuleId } }),
    }),
  }),
})

const FeeRuleResult = result('FeeRuleResult', FeeRulePayload, [
  UnauthenticatedError,
  ValidationError,
  ForbiddenError,
  SecondFactorRequiredError,
  IdempotencyKeyReusedError,
  IdempotencyInProgressError,
])

mutation('setFeeRule', {
  description:
    'Sets the next rule of the fee, for tasks that are accepted from its time on. Nothing changes for tasks accepted before. For administrators.',
  input: SetFeeRuleInput,
  result: FeeRuleResult,
  inputSchema: setFeeRuleSchema,
  roles: ['ADMIN'],
  needsFreshProof: true,
  rule: async (tx, { basisPoints, least, effectiveFrom, reason }, { caller, services, requestId }) => {
    tx.afterCommit(() => services.feeRules.invalidate())
    return setFeeRule(tx, { adminId: caller.id, basisPoints, least, effectiveFrom, reason, requestId })
  },
})

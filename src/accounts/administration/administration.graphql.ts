/** Mutations of administrators on people. */
import {
  ForbiddenError,
  IdempotencyInProgressError,
  IdempotencyKeyReusedError,
  IllegalTransitionError,
  NotFoundError,
  UnauthenticatedError,
  ValidationError,
} from '../../domain/errors.ts'
import { builder } from '../../graphql/builder.ts'
import { mutation, payload, result, uuidOf } from '../../graphql/mutation.ts'
import { sandboxClockOf, sandboxResult } from '../../payments/sandbox/sandbox.graphql.ts'
import { PayoutReadinessEnum, RoleEnum, UserType } from '../accounts.graphql.ts'
import { SecondFactorRequiredError } from '../errors.ts'
import { setRolesSchema, setSandboxPayoutReadinessSchema, suspendUserSchema } from '../inputSchemas.ts'
import { setSandboxPayoutReadiness } from '../payouts/payoutReadiness.ts'
import { restoreUser } from './restoreUser.ts'
import { setRoles } from './setRoles.ts'
import { suspendUser } from './suspendUser.ts'

const UserPayload = payload<{ userId: string }>('UserPayload', {
  description: 'The person was changed.',
  fields: (t) => ({
    user: t.prismaField({
      type: UserType,
      description: 'The person as they are now.',
      resolve: (query, { userId }, _args, { prisma }) =>
        prisma.user.findUniqueOrThrow({ ...query, where: { id: userId } }),
    }),
  }),
})

const UserResult = result('UserResult', UserPayload, [
  UnauthenticatedError,
  ValidationError,
  NotFoundError,
  ForbiddenError,
  SecondFactorRequiredError,
  IllegalTransitionError,
  IdempotencyKeyReusedError,
  IdempotencyInProgressError,
])

const KEY_DESCRIPTION = 'Requests with the same key and the same input run only once.'
const REASON_DESCRIPTION = 'The reason, for the audit log: one line of 1 to 1,000 characters.'

const SetRolesInput = builder.inputType('SetRolesInput', {
  description: 'A person and all their roles from now on.',
  fields: (t) => ({
    idempotencyKey: t.field({ type: 'IdempotencyKey', description: KEY_DESCRIPTION }),
    userId: t.id({ required: true, description: 'The person, `usr_...`.' }),
    roles: t.field({
      type: [RoleEnum],
      required: true,
      description: 'All roles: those not listed are removed. `USER` may be omitted, because everybody has it.',
    }),
    reason: t.string({ required: true, description: REASON_DESCRIPTION }),
  }),
})

const SuspendUserInput = builder.inputType('SuspendUserInput', {
  description: 'A person and a reason.',
  fields: (t) => ({
    idempotencyKey: t.field({ type: 'IdempotencyKey', description: KEY_DESCRIPTION }),
    userId: t.id({ required: true, description: 'The person, `usr_...`.' }),
    reason: t.string({ required: true, description: REASON_DESCRIPTION }),
  }),
})

mutation('setRoles', {
  description:
    'Grants a person these roles and removes the others. It takes effect within five seconds. The chats of a person who loses AGENT return to the front of the queue at once. For administrators.',
  input: SetRolesInput,
  result: UserResult,
  inputSchema: setRolesSchema,
  roles: ['ADMIN'],
  needsFreshProof: true,
  rule: async (tx, { roles, reason, ...input }, { caller, requestId }) => {
    const userId = uuidOf('usr', input.userId)
    await setRoles(tx, { adminId: caller.id, userId, roles, reason, requestId })
    return { userId }
  },
})

mutation('suspendUser', {
  description:
    'Suspends an account. Its sessions end; its open tasks, pending applications and waiting support chat are hidden; transfers to it wait. The chats of an agent return to the front of the queue. For administrators.',
  input: SuspendUserInput,
  result: UserResult,
  inputSchema: suspendUserSchema,
  roles: ['ADMIN'],
  rule: async (tx, { reason, ...input }, { caller, requestId }) => {
    const userId = uuidOf('usr', input.userId)
    await suspendUser(tx, { adminId: caller.id, userId, reason, requestId })
    return { userId }
  },
})

mutation('restoreUser', {
  description:
    'Ends a suspension. The person has to sign in again; hidden tasks, applications and chats are visible again, and waiting transfers continue. For administrators.',
  input: SuspendUserInput,
  result: UserResult,
  inputSchema: suspendUserSchema,
  roles: ['ADMIN'],
  rule: async (tx, { reason, ...input }, { caller, requestId }) => {
    const userId = uuidOf('usr', input.userId)
    await restoreUser(tx, { adminId: caller.id, userId, reason, requestId })
    return { userId }
  },
})

const SetSandboxPayoutReadinessInput = builder.inputType('SetSandboxPayoutReadinessInput', {
  description: 'A person and their payout readiness in the sandbox.',
  fields: (t) => ({
    userId: t.id({ required: true, description: 'The person, `usr_...`.' }),
    readiness: t.field({
      type: PayoutReadinessEnum,
      required: true,
      description: 'The readiness. Once it is `READY`, waiting transfers continue.',
    }),
  }),
})

mutation('setSandboxPayoutReadiness', {
  description: 'Sets the payout readiness of a person in the sandbox. For administrators.',
  input: SetSandboxPayoutReadinessInput,
  result: sandboxResult,
  inputSchema: setSandboxPayoutReadinessSchema,
  roles: ['ADMIN'],
  rule: async (tx, { readiness, ...input }, { caller, services, requestId }) => {
    sandboxClockOf(services)
    const userId = uuidOf('usr', input.userId)
    await setSandboxPayoutReadiness(tx, { adminId: caller.id, userId, readiness, requestId })
    return {}
  },
})

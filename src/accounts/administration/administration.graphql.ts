/** What administrators decide about people. */
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
import { mutation, result, uuidOf } from '../../graphql/mutation.ts'
import { sandboxClockOf, sandboxResult } from '../../payments/sandbox.graphql.ts'
import { PayoutReadinessEnum, RoleEnum, UserType } from '../accounts.graphql.ts'
import { setRolesSchema, setSandboxPayoutReadinessSchema, suspendUserSchema } from '../inputSchemas.ts'
import { setSandboxPayoutReadiness } from '../payoutReadiness.ts'
import { restoreUser } from './restoreUser.ts'
import { setRoles } from './setRoles.ts'
import { suspendUser } from './suspendUser.ts'

const UserPayload = builder.objectRef<{ userId: string; replayed: boolean }>('UserPayload').implement({
  description: 'The person as they are now.',
  fields: (t) => ({
    user: t.prismaField({
      type: UserType,
      description: 'The person.',
      resolve: (query, { userId }, _args, { prisma }) =>
        prisma.user.findUniqueOrThrow({ ...query, where: { id: userId } }),
    }),
    replayed: t.exposeBoolean('replayed', { description: 'Whether an earlier answer was given again.' }),
  }),
})

const UserResult = result('UserResult', UserPayload, [
  UnauthenticatedError,
  ValidationError,
  NotFoundError,
  ForbiddenError,
  IllegalTransitionError,
  IdempotencyKeyReusedError,
  IdempotencyInProgressError,
])

const KEY_DESCRIPTION = 'Makes it safe to send the same again.'
const REASON_DESCRIPTION = 'Why, for the audit log: one line of 1 to 1,000 characters.'

const SetRolesInput = builder.inputType('SetRolesInput', {
  description: 'A person and all roles that they are to have.',
  fields: (t) => ({
    idempotencyKey: t.field({ type: 'IdempotencyKey', description: KEY_DESCRIPTION }),
    userId: t.id({ required: true, description: 'The person, `usr_...`.' }),
    roles: t.field({
      type: [RoleEnum],
      required: true,
      description: 'All of them: what is not listed is taken. `USER` need not be; everybody has it.',
    }),
    reason: t.string({ required: true, description: REASON_DESCRIPTION }),
  }),
})

const SuspendUserInput = builder.inputType('SuspendUserInput', {
  description: 'A person, and why.',
  fields: (t) => ({
    idempotencyKey: t.field({ type: 'IdempotencyKey', description: KEY_DESCRIPTION }),
    userId: t.id({ required: true, description: 'The person, `usr_...`.' }),
    reason: t.string({ required: true, description: REASON_DESCRIPTION }),
  }),
})

mutation('setRoles', {
  description:
    'Gives a person these roles and takes the others. It counts within five seconds; one who is no agent any more loses their chats to the front of the queue at once.',
  input: SetRolesInput,
  result: UserResult,
  form: setRolesSchema,
  roles: ['ADMIN'],
  rule: async (tx, { roles, reason, ...form }, { caller, requestId }) => {
    const userId = uuidOf('usr', form.userId)
    await setRoles(tx, { adminId: caller.id, userId, roles, reason, requestId })
    return { userId }
  },
})

mutation('suspendUser', {
  description:
    'Suspends an account. Its sessions end, its open tasks, pending applications and waiting support chat are hidden, transfers to it wait. The chats of an agent go back to the front of the queue.',
  input: SuspendUserInput,
  result: UserResult,
  form: suspendUserSchema,
  roles: ['ADMIN'],
  rule: async (tx, { reason, ...form }, { caller, requestId }) => {
    const userId = uuidOf('usr', form.userId)
    await suspendUser(tx, { adminId: caller.id, userId, reason, requestId })
    return { userId }
  },
})

mutation('restoreUser', {
  description: 'Ends a suspension. The person signs in anew; what was hidden is back, transfers that waited go on.',
  input: SuspendUserInput,
  result: UserResult,
  form: suspendUserSchema,
  roles: ['ADMIN'],
  rule: async (tx, { reason, ...form }, { caller, requestId }) => {
    const userId = uuidOf('usr', form.userId)
    await restoreUser(tx, { adminId: caller.id, userId, reason, requestId })
    return { userId }
  },
})

const SetSandboxPayoutReadinessInput = builder.inputType('SetSandboxPayoutReadinessInput', {
  description: 'A person, and what the payment provider of the sandbox is to say of them.',
  fields: (t) => ({
    userId: t.id({ required: true, description: 'The person, `usr_...`.' }),
    readiness: t.field({
      type: PayoutReadinessEnum,
      required: true,
      description: 'What it says. Once it is `READY`, transfers that waited go on.',
    }),
  }),
})

mutation('setSandboxPayoutReadiness', {
  description: 'Says whether the payment provider of the sandbox would pay a person. For administrators.',
  input: SetSandboxPayoutReadinessInput,
  result: sandboxResult,
  form: setSandboxPayoutReadinessSchema,
  roles: ['ADMIN'],
  rule: async (tx, { readiness, ...form }, { caller, services, requestId }) => {
    sandboxClockOf(services)
    const userId = uuidOf('usr', form.userId)
    await setSandboxPayoutReadiness(tx, { adminId: caller.id, userId, readiness, requestId })
    return {}
  },
})

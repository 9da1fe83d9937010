/** The sandbox in the API: the mode of the payment provider, and the clock. */

import { recordAudit } from '../../audit/audit.ts'
import { withTransaction } from '../../db/transaction.ts'
import { ForbiddenError, NotFoundError, UnauthenticatedError, ValidationError } from '../../domain/errors.ts'
import { builder } from '../../graphql/builder.ts'
import { mutation, mutationOutsideTransaction, result } from '../../graphql/mutation.ts'
import type { SandboxClock } from '../../jobs/sandboxClock.ts'
import {
  advanceSandboxClockSchema,
  authenticateSandboxPaymentSchema,
  setSandboxProviderSchema,
} from './inputSchemas.ts'
import { PROVIDER_MODES, type ProviderMode, readSandbox, type SandboxState, updateProviderMode } from './sandbox.sql.ts'

const MODE_DESCRIPTIONS: Readonly<Record<ProviderMode, string>> = {
  ACCEPT: 'Carries out every valid order and answers.',
  REFUSE: 'Refuses for now: a retry may succeed.',
  REFUSE_FOR_GOOD: 'Refuses for good: a retry is of no use.',
  DROP_RESPONSE: 'Carries out the order, but the answer is lost. Look-ups are answered.',
  DARK: 'Carries out the order, but answers neither orders nor look-ups.',
  DELAY: 'Carries out the order and answers after 5 s.',
  DUPLICATE_WEBHOOK: 'Carries out the order, and sends each webhook twice.',
  EMPTY_ACCOUNTS: "Refuses reversals, because the tasker's account lacks the money; carries out all other orders.",
}

const ProviderModeEnum = builder.enumType('SandboxProviderMode', {
  description: 'The behavior of the sandbox payment provider, for charges, transfers, reversals and refunds alike.',
  values: Object.fromEntries(PROVIDER_MODES.map((mode) => [mode, { description: MODE_DESCRIPTIONS[mode] }])) as Record<
    ProviderMode,
    { description: string }
  >,
})

/** Other features add their fields with `builder.objectField(SandboxType, ...)`. */
export const SandboxType = builder.objectRef<SandboxState>('Sandbox').implement({
  description: 'The sandbox: a simulated payment provider and a clock that can be moved forward.',
  fields: (t) => ({
    now: t.expose('now', {
      type: 'DateTime',
      description:
        'The current time for deadlines, windows and retries. It runs at the speed of real time, ahead of it.',
    }),
    provider: t.expose('provider', { type: ProviderModeEnum, description: 'The mode of the payment provider.' }),
    providerCalls: t.exposeInt('providerCalls', {
      description: 'The number of calls to the payment provider since the database was created, including look-ups.',
    }),
  }),
})

builder.queryField('sandbox', (t) =>
  t.field({
    type: SandboxType,
    nullable: true,
    description: 'The sandbox. Null if the server has a real payment provider.',
    resolve: (_root, _args, { services, database }) => (services.sandboxClock ? readSandbox(database) : null),
  }),
)

export const SandboxPayload = builder.objectRef<object>('SandboxPayload').implement({
  description: 'The sandbox was changed.',
  fields: (t) => ({
    sandbox: t.field({
      type: SandboxType,
      description: 'The sandbox as it is now.',
      resolve: (_payload, _args, { database }) => readSandbox(database),
    }),
  }),
})

export const sandboxResult = result('SandboxResult', SandboxPayload, [
  UnauthenticatedError,
  ValidationError,
  NotFoundError,
  ForbiddenError,
])

/** Returns the sandbox clock. Refuses with ForbiddenError if the server has a real payment provider. */
export function sandboxClockOf({ sandboxClock }: { sandboxClock: SandboxClock | null }): SandboxClock {
  if (!sandboxClock) throw new ForbiddenError('This server has a real payment provider, so there is no sandbox.')
  return sandboxClock
}

const SetSandboxProviderInput = builder.inputType('SetSandboxProviderInput', {
  description: 'The mode of the sandbox payment provider.',
  fields: (t) => ({
    mode: t.field({ type: ProviderModeEnum, required: true, description: 'The mode from now on.' }),
  }),
})

mutation('setSandboxProvider', {
  description: 'Sets the mode of the sandbox payment provider. For administrators.',
  input: SetSandboxProviderInput,
  result: sandboxResult,
  inputSchema: setSandboxProviderSchema,
  roles: ['ADMIN'],
  rule: async (tx, { mode }, { services, caller, requestId }) => {
    sandboxClockOf(services)
    await updateProviderMode(tx, { mode })
    const action = `sandbox_provider.${mode.toLowerCase()}` as const
    await recordAudit(tx, { actorId: caller.id, action, requestId })
    return {}
  },
})

const AuthenticateSandboxPaymentInput = builder.inputType('AuthenticateSandboxPaymentInput', {
  description: 'A payment that waits for its payer, and the end of the authentication.',
  fields: (t) => ({
    clientSecret: t.string({ required: true, description: 'The `Hold.clientSecret`.' }),
    succeeds: t.boolean({ required: true, description: 'True if the payer is authenticated, false if that fails.' }),
  }),
})

mutationOutsideTransaction('authenticateSandboxPayment', {
  description:
    "Plays the payer's client at the sandbox: finishes or fails the authentication of a payment by `pm_authenticate`. The outcome reaches the hold by a webhook. For everybody who has the secret.",
  input: AuthenticateSandboxPaymentInput,
  result: sandboxResult,
  inputSchema: authenticateSandboxPaymentSchema,
  rule: async (payment, { services }) => {
    sandboxClockOf(services)
    if (await services.sandboxPayers?.authenticate(payment)) return {}
    const message = 'No payment waits for its payer under this secret.'
    throw new ValidationError([{ path: ['input', 'clientSecret'], message }])
  },
})

const AdvanceSandboxClockInput = builder.inputType('AdvanceSandboxClockInput', {
  description: 'The distance by which the clock moves.',
  fields: (t) => ({
    by: t.field({
      type: 'Duration',
      required: true,
      description:
        'The duration, e.g. `P3D`, at most 400 days, without years and months. `PT0S` runs the timers that are due now.',
    }),
  }),
})

mutationOutsideTransaction('advanceSandboxClock', {
  description:
    'Moves the clock forward and runs every timer in due order, each with the clock at its due time. Answers when the timers and the payments that they start are done, or after 30 s, while the rest continues. Concurrent requests run one after the other. For administrators.',
  input: AdvanceSandboxClockInput,
  result: sandboxResult,
  inputSchema: advanceSandboxClockSchema,
  roles: ['ADMIN'],
  rule: async ({ by }, { services, database, caller, requestId }) => {
    const clock = sandboxClockOf(services)
    const record = { actorId: caller.id, action: 'sandbox_clock.advanced', requestId } as const
    await withTransaction(database, (tx) => recordAudit(tx, record))
    await clock.advance(by)
    return {}
  },
})

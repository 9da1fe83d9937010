/** The sandbox: how the payment provider is to behave, and what time it is. */

import { ForbiddenError, NotFoundError, UnauthenticatedError, ValidationError } from '../domain/errors.ts'
import { builder } from '../graphql/builder.ts'
import { mutation, mutationOutsideTransaction, result } from '../graphql/mutation.ts'
import type { SandboxClock } from '../jobs/sandboxClock.ts'
import { advanceSandboxClockSchema, setSandboxProviderSchema } from './inputSchemas.ts'
import { PROVIDER_MODES, type ProviderMode, readSandbox, type SandboxState, updateProviderMode } from './sandbox.sql.ts'

const MODE_DESCRIPTIONS: Readonly<Record<ProviderMode, string>> = {
  ACCEPT: 'Does what it is told, and says so.',
  REFUSE: 'Refuses for now: the same can be tried again later.',
  REFUSE_FOR_GOOD: 'Refuses, and will always refuse.',
  DROP_RESPONSE: 'Does the work, but the answer is lost on the way. Look-ups are answered.',
  DARK: 'Does the work, but neither orders nor look-ups are answered.',
  DELAY: 'Does the work, and answers after 5 s.',
  DUPLICATE_WEBHOOK: 'Accepts, and tells everything twice.',
}

const ProviderModeEnum = builder.enumType('SandboxProviderMode', {
  description: 'How the payment provider of the sandbox behaves, to charges, transfers, reversals and refunds alike.',
  values: Object.fromEntries(PROVIDER_MODES.map((mode) => [mode, { description: MODE_DESCRIPTIONS[mode] }])) as Record<
    ProviderMode,
    { description: string }
  >,
})

const SandboxType = builder.objectRef<SandboxState>('Sandbox').implement({
  description: 'The stand-in for a payment provider, and the clock that can be moved.',
  fields: (t) => ({
    now: t.expose('now', {
      type: 'DateTime',
      description: 'What time it is for deadlines, windows and retries. It runs as real time does, ahead of it.',
    }),
    provider: t.expose('provider', { type: ProviderModeEnum, description: 'How the payment provider behaves.' }),
    providerCalls: t.exposeInt('providerCalls', {
      description: 'How often the payment provider was called since the database was made, look-ups included.',
    }),
  }),
})

builder.queryField('sandbox', (t) =>
  t.field({
    type: SandboxType,
    nullable: true,
    description: 'The sandbox; null where the server runs with a real payment provider.',
    resolve: (_root, _args, { services, database }) => (services.sandboxClock ? readSandbox(database) : null),
  }),
)

export const SandboxPayload = builder.objectRef<object>('SandboxPayload').implement({
  description: 'The sandbox as it is now.',
  fields: (t) => ({
    sandbox: t.field({
      type: SandboxType,
      description: 'The sandbox.',
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

/** The sandbox's clock; refuses with ForbiddenError where the server runs with a real payment provider. */
export function sandboxClockOf({ sandboxClock }: { sandboxClock: SandboxClock | null }): SandboxClock {
  if (!sandboxClock) throw new ForbiddenError('This server runs with a real payment provider: there is no sandbox.')
  return sandboxClock
}

const SetSandboxProviderInput = builder.inputType('SetSandboxProviderInput', {
  description: 'How the payment provider of the sandbox is to behave.',
  fields: (t) => ({
    mode: t.field({ type: ProviderModeEnum, required: true, description: 'How it is to behave from now on.' }),
  }),
})

mutation('setSandboxProvider', {
  description: 'Tells the payment provider of the sandbox how to behave. For administrators.',
  input: SetSandboxProviderInput,
  result: sandboxResult,
  form: setSandboxProviderSchema,
  roles: ['ADMIN'],
  rule: async (tx, { mode }, { services }) => {
    sandboxClockOf(services)
    await updateProviderMode(tx, { mode })
    return {}
  },
})

const AdvanceSandboxClockInput = builder.inputType('AdvanceSandboxClockInput', {
  description: 'How far the clock is to move.',
  fields: (t) => ({
    by: t.field({
      type: 'Duration',
      required: true,
      description: 'By how much, e.g. `P3D`, at most 400 days; `PT0S` runs what is due now. Without years and months.',
    }),
  }),
})

mutationOutsideTransaction('advanceSandboxClock', {
  description:
    'Moves the clock forward and runs every timer in due order, each with the clock at its due time. Answers when they and the payments that they start are done, or after 30 s, and then the rest goes on. Several at once run one after the other. For administrators.',
  input: AdvanceSandboxClockInput,
  result: sandboxResult,
  form: advanceSandboxClockSchema,
  roles: ['ADMIN'],
  rule: async ({ by }, { services }) => {
    await sandboxClockOf(services).advance(by)
    return {}
  },
})

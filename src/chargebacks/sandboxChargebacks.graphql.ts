/** Chargebacks of the sandbox provider: administrators act as the payer's bank. */
import { recordAudit } from '../audit/audit.ts'
import { fromPublicId, type PublicId, textOf } from '../db/ids.ts'
import { withTransaction } from '../db/transaction.ts'
import {
  ForbiddenError,
  IllegalTransitionError,
  NotFoundError,
  UnauthenticatedError,
  ValidationError,
} from '../domain/errors.ts'
import type { Money } from '../domain/money.ts'
import { builder } from '../graphql/builder.ts'
import { MoneyInput, MoneyType } from '../graphql/commonTypes.ts'
import { mutationOutsideTransaction, result, type SignedIn } from '../graphql/mutation.ts'
import type { SandboxControls } from '../payments/port/sandboxControls.ts'
import { visibleChargebacks } from '../visibility/chargebackVisibility.ts'
import { ChargebackType } from './chargebacks.graphql.ts'
import { readHoldOfChargeback } from './chargebacks.sql.ts'
import { decideSandboxChargebackSchema, openSandboxChargebackSchema, REASON_LENGTH_MAX } from './inputSchemas.ts'

const DEFAULT_REASON = 'fraudulent'

const SandboxChargebackPayload = builder
  .objectRef<{ providerReference: string; amount: Money; reason: string }>('SandboxChargebackPayload')
  .implement({
    description:
      'The sandbox provider has changed a chargeback, and tells the server by a webhook unless its mode is silent.',
    fields: (t) => ({
      providerReference: t.exposeString('providerReference', { description: "The provider's id of the chargeback." }),
      amount: t.field({
        type: MoneyType,
        description: 'The amount that the bank wants back.',
        resolve: ({ amount }) => amount,
      }),
      reason: t.exposeString('reason', { description: 'The word of the bank.' }),
      chargeback: t.prismaField({
        type: ChargebackType,
        nullable: true,
        description: 'The chargeback as the server knows it. Null until its first webhook has arrived.',
        resolve: (query, { providerReference }, _args, { prisma, caller }) =>
          prisma.chargeback.findUnique({ ...query, where: { providerReference, AND: [visibleChargebacks(caller)] } }),
      }),
    }),
  })

const SandboxChargebackResult = result('SandboxChargebackResult', SandboxChargebackPayload, [
  UnauthenticatedError,
  ValidationError,
  NotFoundError,
  ForbiddenError,
  IllegalTransitionError,
])

const OpenSandboxChargebackInput = builder.inputType('OpenSandboxChargebackInput', {
  description: 'A chargeback that the sandbox provider opens.',
  fields: (t) => ({
    holdId: t.id({ required: true, description: 'The payment, `hld_...`.' }),
    amount: t.field({ type: MoneyInput, description: 'The amount, by default all that is left of the payment.' }),
    reason: t.string({
      description: `The word of the bank, 1 to ${REASON_LENGTH_MAX} characters, by default \`${DEFAULT_REASON}\`.`,
    }),
  }),
})

const DecideSandboxChargebackInput = builder.inputType('DecideSandboxChargebackInput', {
  description: 'The decision of the bank about a chargeback.',
  fields: (t) => ({
    chargebackId: t.id({ required: true, description: 'The chargeback, `cbk_...`.' }),
    won: t.boolean({ required: true, description: 'True: the payment stays. False: the payer has it back.' }),
  }),
})

mutationOutsideTransaction('openSandboxChargeback', {
  description: "Makes the payer's bank take a payment back, at the sandbox provider. For administrators.",
  input: OpenSandboxChargebackInput,
  result: SandboxChargebackResult,
  inputSchema: openSandboxChargebackSchema,
  roles: ['ADMIN'],
  rule: async ({ holdId, amount, reason = DEFAULT_REASON }, context) => {
    const controls = controlsOf(context)
    if (!fromPublicId('hld', holdId)) throw new NotFoundError(holdId)
    const answer = await controls.openChargeback({ chargeReference: textOf(holdId), amount, reason })
    if (!answer) throw new NotFoundError(holdId)
    if (answer.kind === 'refused') throw new ValidationError([{ path: ['input', 'amount'], message: answer.message }])
    await audit(context, 'sandbox_chargeback.opened')
    return answer
  },
})

mutationOutsideTransaction('decideSandboxChargeback', {
  description: 'Makes the bank decide about a chargeback, at the sandbox provider. For administrators.',
  input: DecideSandboxChargebackInput,
  result: SandboxChargebackResult,
  inputSchema: decideSandboxChargebackSchema,
  roles: ['ADMIN'],
  rule: async ({ chargebackId, won }, context) => {
    const controls = controlsOf(context)
    const providerReference = await referenceOf(context, chargebackId)
    const answer = await controls.decideChargeback({ providerReference, isWon: won })
    if (!answer) throw new NotFoundError(chargebackId)
    if (answer.kind === 'refused') {
      const refusal = { from: 'DECIDED', action: 'decideSandboxChargeback', allowed: [], message: answer.message }
      throw new IllegalTransitionError(refusal)
    }
    await audit(context, won ? 'sandbox_chargeback.won' : 'sandbox_chargeback.lost')
    return answer
  },
})

async function referenceOf({ database }: SignedIn, publicId: PublicId): Promise<string> {
  const chargebackId = fromPublicId('cbk', publicId)
  const found = chargebackId && (await readHoldOfChargeback(database, { chargebackId }))
  if (!found) throw new NotFoundError(publicId)
  return found.providerReference
}

/** Refuses with ForbiddenError if the server has a real payment provider. */
function controlsOf({ services }: SignedIn): SandboxControls {
  if (services.sandboxControls) return services.sandboxControls
  throw new ForbiddenError('This server has a real payment provider, so there is no sandbox.')
}

const audit = ({ database, caller, requestId }: SignedIn, action: `sandbox_chargeback.${string}`): Promise<void> =>
  withTransaction(database, (tx) => recordAudit(tx, { actorId: caller.id, action, requestId }))

/** Second factors in the API: authenticator apps, passkeys and recovery codes of the viewer. */
import type { Caller } from '../../domain/caller.ts'
import { ForbiddenError, RateLimitedError, UnauthenticatedError, ValidationError } from '../../domain/errors.ts'
import { builder } from '../../graphql/builder.ts'
import { errorType } from '../../graphql/errors.ts'
import { mutationOutsideTransaction, publicMutation, result, type SignedIn, uuidOf } from '../../graphql/mutation.ts'
import { ViewerType } from '../accounts.graphql.ts'
import { InvalidTokenError, SecondFactorRequiredError } from '../errors.ts'
import {
  confirmTotpSchema,
  finishPasskeySchema,
  removeSecondFactorSchema,
  startPasskeySchema,
  startTotpSchema,
} from '../inputSchemas.ts'
import { OkResult } from '../sessions/signIn.graphql.ts'
import { confirmTotp } from './confirmTotp.ts'
import { finishPasskeyRegistration } from './finishPasskeyRegistration.ts'
import { removeSecondFactor } from './removeSecondFactor.ts'
import { type PasskeyChallenge, startPasskeyRegistration } from './startPasskeyRegistration.ts'
import { startPasskeySignIn } from './startPasskeySignIn.ts'
import { type NewTotp, startTotp } from './startTotp.ts'

// A person has at most a tenth of this (addFactor.ts): it limits the read, and never shortens the list.
const FACTORS_READ_MAX = 100

const SecondFactorKindEnum = builder.enumType('SecondFactorKind', {
  description: 'A way to prove more than a password.',
  values: {
    TOTP: { description: 'A code of an authenticator app (RFC 6238).' },
    PASSKEY: { description: 'A passkey (WebAuthn): of the device, or a security key.' },
    RECOVERY_CODE: { description: 'One of the codes that were shown when a second factor was added.' },
  } as const,
})

errorType(SecondFactorRequiredError, {
  description:
    'A proof is needed first: the second factor of a sign-in whose password was right, or a proof within the last fifteen minutes for a sensitive mutation. Answer the challenge within five minutes with `signIn(input: { secondFactor: { challenge, ... } })`. After a sensitive mutation, then send it again; the session is the same.',
  codes: { SECOND_FACTOR_REQUIRED: 'Answer `challenge` by one of `methods`, or by the password if there are none.' },
  fields: (t) => ({
    challenge: t.string({ description: 'For `SecondFactorInput.challenge`.', resolve: (error) => error.challenge }),
    methods: t.field({
      type: [SecondFactorKindEnum],
      description: 'The ways to answer. Empty for a person without a second factor, who sends their password.',
      resolve: (error) => [...error.methods],
    }),
    passkeyOptions: t.string({
      nullable: true,
      description: 'Options for `navigator.credentials.get`, as JSON. Null if PASSKEY is not among the methods.',
      resolve: (error) => error.passkeyOptions,
    }),
  }),
})

const SecondFactorType = builder.prismaNode('SecondFactor', {
  description: 'An authenticator app or a passkey of a person. Only they see it.',
  id: { field: 'id', description: 'The id, `fct_...`.' },
  nullable: true,
  findUnique: (id, { caller }) => ({ id, userId: { in: caller ? [caller.id] : [] } }),
  select: { id: true },
  fields: (t) => ({
    kind: t.field({
      type: SecondFactorKindEnum,
      description: '`TOTP` or `PASSKEY`.',
      select: { kind: true },
      resolve: ({ kind }) => kind,
    }),
    name: t.exposeString('name', { description: 'The name that the person has chosen for it.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was added.' }),
    lastUsedAt: t.expose('lastUsedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was last used. Null if it never was.',
    }),
  }),
})

const LIST_DESCRIPTION = 'oldest first. At most ten.'

builder.objectField(ViewerType, 'secondFactors', (t) =>
  t.prismaField({
    type: [SecondFactorType],
    description: `Their second factors, ${LIST_DESCRIPTION} With one, a sign-in by password asks for it.`,
    resolve: (query, { id }, _args, { prisma }) =>
      prisma.secondFactor.findMany({
        ...query,
        where: { userId: id },
        orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
        take: FACTORS_READ_MAX,
      }),
  }),
)

const TotpPayload = builder.objectRef<NewTotp>('TotpPayload').implement({
  description:
    'The secret of an authenticator app, which `confirmTotp` confirms in the same session within ten minutes.',
  fields: (t) => ({
    secret: t.exposeString('secret', { description: 'The secret in base32, to type into the app.' }),
    uri: t.exposeString('uri', { description: 'The same as an `otpauth://` URI, to show as a QR code.' }),
  }),
})

const RecoveryCodesPayload = builder
  .objectRef<{ caller: Caller; recoveryCodes: string[] }>('RecoveryCodesPayload')
  .implement({
    description: 'A second factor was added.',
    fields: (t) => ({
      recoveryCodes: t.exposeStringList('recoveryCodes', {
        description:
          'Ten new recovery codes, each for one sign-in in place of a second factor. They are shown once, and earlier ones are not valid any more.',
      }),
      secondFactors: t.prismaField({
        type: [SecondFactorType],
        description: `All second factors of the viewer, ${LIST_DESCRIPTION}`,
        resolve: (query, { caller }, _args, { prisma }) =>
          prisma.secondFactor.findMany({
            ...query,
            where: { userId: caller.id },
            orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
            take: FACTORS_READ_MAX,
          }),
      }),
    }),
  })

const PasskeyChallengePayload = builder.objectRef<PasskeyChallenge>('PasskeyChallengePayload').implement({
  description: 'A challenge for a passkey, for one use within five minutes.',
  fields: (t) => ({
    challenge: t.exposeString('challenge', { description: 'To send with the answer of the browser.' }),
    options: t.exposeString('options', {
      description:
        'Options for `navigator.credentials.create` or, for a sign-in, `navigator.credentials.get`, as JSON in the form that `parseCreationOptionsFromJSON` and `parseRequestOptionsFromJSON` read.',
    }),
  }),
})

const RecoveryCodesResult = result('RecoveryCodesResult', RecoveryCodesPayload, [
  UnauthenticatedError,
  ValidationError,
  ForbiddenError,
  InvalidTokenError,
  RateLimitedError,
])

const PasskeyChallengeResult = result('PasskeyChallengeResult', PasskeyChallengePayload, [
  UnauthenticatedError,
  ValidationError,
  ForbiddenError,
  SecondFactorRequiredError,
  RateLimitedError,
])

const PASSWORD_DESCRIPTION = 'The current password.'
const NAME_DESCRIPTION = 'A name by which the person recognizes it: one line of 1 to 80 characters.'

/** The parts that rules with a password work with, and the person who has sent it. */
const ownPassword = ({ caller, database, services, address, requestId }: SignedIn) => {
  const { rateLimits, authSecret } = services
  return {
    parts: { database, rateLimits, authSecret, relyingParty: services.relyingParty() },
    own: { caller, address, requestId },
  }
}

mutationOutsideTransaction('startTotp', {
  description:
    'Makes the secret of an authenticator app. It is a second factor once `confirmTotp` has confirmed it in the same session. Needs a fresh proof if the viewer has a second factor already.',
  input: builder.inputType('StartTotpInput', {
    description: 'The password of the viewer.',
    fields: (t) => ({ currentPassword: t.string({ required: true, description: PASSWORD_DESCRIPTION }) }),
  }),
  result: result('TotpResult', TotpPayload, [
    UnauthenticatedError,
    ValidationError,
    ForbiddenError,
    SecondFactorRequiredError,
    RateLimitedError,
  ]),
  inputSchema: startTotpSchema,
  allowsUnverified: true,
  needsFreshProof: (_input, { hasSecondFactor }) => hasSecondFactor,
  rule: ({ currentPassword }, context) => {
    const { parts, own } = ownPassword(context)
    return startTotp(parts, { ...own, currentPassword })
  },
})

mutationOutsideTransaction('confirmTotp', {
  description:
    'Adds the authenticator app of `startTotp` by a code of it. With the first second factor of a person, all their other sessions end. A wrong code is refused with InvalidTokenError, and the fifth ends the enrollment.',
  input: builder.inputType('ConfirmTotpInput', {
    description: 'A code and a name.',
    fields: (t) => ({
      code: t.string({ required: true, description: 'The current code of the app: six digits.' }),
      name: t.string({ description: `${NAME_DESCRIPTION} "Authenticator app" by default.` }),
    }),
  }),
  result: RecoveryCodesResult,
  inputSchema: confirmTotpSchema,
  allowsUnverified: true,
  rule: async (input, context) => {
    const { parts, own } = ownPassword(context)
    const { authSecret } = parts
    return { caller: own.caller, recoveryCodes: await confirmTotp(parts, { ...input, ...own, authSecret }) }
  },
})

const StartPasskeyInput = builder.inputType('StartPasskeyInput', {
  description: 'The beginning of a registration of a passkey, or of a sign-in by one.',
  fields: (t) => ({
    currentPassword: t.string({
      description:
        'The current password, for a registration in a session without a fresh proof. A sign-in does not read it.',
    }),
  }),
})

mutationOutsideTransaction('startPasskeyRegistration', {
  description:
    'Begins the registration of a passkey. Needs a fresh proof if no password is sent, or if the viewer has a second factor already.',
  input: StartPasskeyInput,
  result: PasskeyChallengeResult,
  inputSchema: startPasskeySchema,
  budget: 'passkeyRegistration',
  allowsUnverified: true,
  needsFreshProof: ({ currentPassword }, { hasSecondFactor }) => hasSecondFactor || currentPassword === undefined,
  rule: ({ currentPassword }, context) => {
    const { parts, own } = ownPassword(context)
    return startPasskeyRegistration(parts, { ...own, currentPassword })
  },
})

mutationOutsideTransaction('finishPasskeyRegistration', {
  description:
    'Adds a passkey by the answer of the browser, in the session that began its registration. With the first second factor of a person, all their other sessions end. A wrong answer is refused with InvalidTokenError, and ends the registration.',
  input: builder.inputType('FinishPasskeyInput', {
    description: 'The answer of the browser, and a name.',
    fields: (t) => ({
      challenge: t.string({ required: true, description: '`PasskeyChallengePayload.challenge`.' }),
      response: t.string({ required: true, description: 'The answer of `navigator.credentials.create`, as JSON.' }),
      name: t.string({ required: true, description: NAME_DESCRIPTION }),
    }),
  }),
  result: RecoveryCodesResult,
  inputSchema: finishPasskeySchema,
  budget: 'passkeyRegistration',
  allowsUnverified: true,
  rule: async (input, context) => {
    const { parts, own } = ownPassword(context)
    return { caller: own.caller, recoveryCodes: await finishPasskeyRegistration(parts, { ...input, ...own }) }
  },
})

publicMutation('startPasskeySignIn', {
  description:
    'Begins a sign-in by passkey, without a name: the person chooses among the passkeys of their device. `signIn` takes the answer.',
  input: StartPasskeyInput,
  result: PasskeyChallengeResult,
  inputSchema: startPasskeySchema,
  budget: 'passkeySignIn',
  rule: (_input, { database, services }) => startPasskeySignIn({ database, relyingParty: services.relyingParty() }),
})

mutationOutsideTransaction('removeSecondFactor', {
  description:
    'Removes a second factor of the viewer, and ends all their other sessions. With the last one, the recovery codes go, too. Needs a fresh proof. Where staff needs a second factor, staff cannot remove their last one.',
  input: builder.inputType('RemoveSecondFactorInput', {
    description: 'The second factor, and the password of the viewer.',
    fields: (t) => ({
      secondFactorId: t.id({ required: true, description: 'The second factor, `fct_...`.' }),
      currentPassword: t.string({ required: true, description: PASSWORD_DESCRIPTION }),
    }),
  }),
  result: OkResult,
  inputSchema: removeSecondFactorSchema,
  allowsUnverified: true,
  needsFreshProof: (_input, { hasSecondFactor }) => hasSecondFactor,
  rule: async ({ secondFactorId, currentPassword }, context) => {
    const { parts, own } = ownPassword(context)
    const { staffNeedsSecondFactor } = context.services
    const factorId = uuidOf('fct', secondFactorId)
    await removeSecondFactor(parts, { ...own, currentPassword, factorId, staffNeedsSecondFactor })
    return { ok: true }
  },
})

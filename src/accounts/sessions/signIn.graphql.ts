/** Sign-up, sign-in and sessions. */

import type { z } from 'zod'
import type { PayoutReadiness } from '../../db/generated/enums.ts'
import type { Caller } from '../../domain/caller.ts'
import {
  ForbiddenError,
  NotFoundError,
  ProviderUnavailableError,
  RateLimitedError,
  UnauthenticatedError,
  ValidationError,
} from '../../domain/errors.ts'
import { builder } from '../../graphql/builder.ts'
import type { Context, MutationContext } from '../../graphql/context.ts'
import { mutation, mutationOutsideTransaction, publicMutation, result, uuidOf } from '../../graphql/mutation.ts'
import { SessionType, ViewerType } from '../accounts.graphql.ts'
import { InvalidTokenError, SecondFactorRequiredError } from '../errors.ts'
import { changePasswordSchema, revokeOtherSessionsSchema, signInSchema, signUpSchema } from '../inputSchemas.ts'
import { OpenIdInput } from '../openId/openId.graphql.ts'
import { signInWithOpenId } from '../openId/signInWithOpenId.ts'
import { signInWithPasskey } from '../secondFactors/signInWithPasskey.ts'
import { signInWithSecondFactor } from '../secondFactors/signInWithSecondFactor.ts'
import { signUp } from '../signUp.ts'
import { changePassword } from './changePassword.ts'
import { revokeOtherSessions } from './revokeOtherSessions.ts'
import { revokeSession } from './revokeSession.ts'
import { signInWithPassword } from './signInWithPassword.ts'
import { signInWithRefreshToken } from './signInWithRefreshToken.ts'
import { issueTokens, type Tokens, type VerifiedSession } from './tokens.ts'

const AuthPayload = builder.objectRef<Tokens & { caller: Caller }>('AuthPayload').implement({
  description: 'The person is signed in. Keep both tokens; send the access token as `Authorization: Bearer ...`.',
  fields: (t) => ({
    accessToken: t.exposeString('accessToken', { description: 'Authenticates requests for 15 minutes.' }),
    refreshToken: t.exposeString('refreshToken', {
      description:
        'Returns new tokens from `signIn` within 30 days. Use each one once: the answer has the next one. Reuse of an older one ends the session.',
    }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'When the access token expires.' }),
    session: t.prismaField({
      type: SessionType,
      description: 'The session of the tokens. Sign out with `revokeSession` and its id.',
      resolve: (query, { caller }, _args, { prisma }) =>
        prisma.session.findUniqueOrThrow({ ...query, where: { id: caller.sessionId } }),
    }),
    viewer: t.field({
      type: ViewerType,
      description: 'The person who is signed in.',
      resolve: ({ caller }) => caller,
    }),
  }),
})

export const AuthResult = result('AuthResult', AuthPayload, [
  ValidationError,
  UnauthenticatedError,
  ForbiddenError,
  RateLimitedError,
  InvalidTokenError,
  ProviderUnavailableError,
  SecondFactorRequiredError,
])

const OkPayload = builder.objectRef<{ ok: boolean }>('OkPayload').implement({
  description: 'The mutation succeeded.',
  fields: (t) => ({ ok: t.exposeBoolean('ok', { description: 'Always true.' }) }),
})

export const OkResult = result('OkResult', OkPayload, [
  UnauthenticatedError,
  ValidationError,
  NotFoundError,
  ForbiddenError,
  InvalidTokenError,
  RateLimitedError,
  SecondFactorRequiredError,
])

const SignUpInput = builder.inputType('SignUpInput', {
  description: 'A new account.',
  fields: (t) => ({
    email: t.field({
      type: 'EmailAddress',
      required: true,
      description: 'The email address to sign in with, not case-sensitive. Each address has at most one account.',
    }),
    password: t.string({
      required: true,
      description:
        '10 to 200 characters of any kind; not one of the most common passwords, nor the own address or name.',
    }),
    displayName: t.string({ required: true, description: 'The name that others see: one line of 1 to 80 characters.' }),
  }),
})

const PasswordCredential = builder.inputType('PasswordCredential', {
  description: 'An email address and its password.',
  fields: (t) => ({
    email: t.field({ type: 'EmailAddress', required: true, description: 'The email address, not case-sensitive.' }),
    password: t.string({ required: true, description: 'The password.' }),
  }),
})

const SecondFactorInput = builder.inputType('SecondFactorInput', {
  description: 'The answer to a challenge: exactly one of `code`, `recoveryCode`, `passkey` and `password`.',
  fields: (t) => ({
    challenge: t.string({ required: true, description: '`SecondFactorRequiredError.challenge`.' }),
    code: t.string({ description: 'The current code of an authenticator app: six digits. Each works once.' }),
    recoveryCode: t.string({ description: 'A recovery code, in any case, with or without hyphens. Each works once.' }),
    passkey: t.string({
      description: 'The answer of `navigator.credentials.get` to `SecondFactorRequiredError.passkeyOptions`, as JSON.',
    }),
    password: t.string({
      description:
        'The password again, where `SecondFactorRequiredError.methods` is empty: for people without a second factor.',
    }),
  }),
})

const PasskeyInput = builder.inputType('PasskeyInput', {
  description: 'The answer of a passkey to the challenge of `startPasskeySignIn`.',
  fields: (t) => ({
    challenge: t.string({ required: true, description: '`PasskeyChallengePayload.challenge`.' }),
    response: t.string({ required: true, description: 'The answer of `navigator.credentials.get`, as JSON.' }),
  }),
})

const SignInInput = builder.inputType('SignInInput', {
  description: 'A proof of the person: exactly one of the fields.',
  isOneOf: true,
  fields: (t) => ({
    password: t.field({ type: PasswordCredential, description: 'Opens a new session.' }),
    refreshToken: t.string({ description: 'Continues a session: its latest refresh token.' }),
    openId: t.field({ type: OpenIdInput, description: 'Opens a new session by a provider.' }),
    secondFactor: t.field({
      type: SecondFactorInput,
      description:
        'Completes a sign-in that was refused with SecondFactorRequiredError. If it was another mutation that was refused, proves the person of its session again; the session continues.',
    }),
    passkey: t.field({
      type: PasskeyInput,
      description: 'Opens a new session by a passkey that recognizes its person, which counts as both factors.',
    }),
  }),
})

const ChangePasswordInput = builder.inputType('ChangePasswordInput', {
  description: 'The current and the new password.',
  fields: (t) => ({
    currentPassword: t.string({ required: true, description: 'The current password.' }),
    newPassword: t.string({
      required: true,
      description:
        'The new password: 10 to 200 characters of any kind; not one of the most common passwords, nor the own address or name.',
    }),
  }),
})

publicMutation('signUp', {
  description: 'Creates an account and signs its person in.',
  input: SignUpInput,
  result: AuthResult,
  inputSchema: signUpSchema,
  budget: 'signUp',
  rule: async (input, context) => {
    const { database, services, userAgent, requestId } = context
    const { authSecret } = services
    const payoutReadiness = readinessAtSignUp(services)
    return admit(context, await signUp(database, { ...input, payoutReadiness, userAgent, requestId, authSecret }))
  },
})

publicMutation('signIn', {
  description:
    'Opens a session by password, passkey or provider, or continues one by its refresh token. By a provider, an unknown address gets an account; one that is known is linked if both sides have verified it, and refused with ForbiddenError otherwise. An unknown email address and a wrong password are refused alike. The right password, and the answer of a provider, of an account with a second factor is refused with SecondFactorRequiredError, whose challenge is answered by `secondFactor` within five minutes; each wrong, used or expired answer is refused alike with InvalidTokenError, and the fifth ends the challenge. After five failures for an account, or thirty from an IP address, within five minutes, or ten wrong second factors of an account within an hour, sign-ins are refused with RateLimitedError.',
  input: SignInInput,
  result: AuthResult,
  inputSchema: signInSchema,
  rule: async (input, context) => admit(context, await sessionBy(input, context)),
})

function sessionBy(
  { password, refreshToken, secondFactor, passkey, openId }: z.infer<typeof signInSchema>,
  context: Context,
): Promise<VerifiedSession> {
  const { database, services, address, userAgent, requestId } = context
  const { rateLimits, authSecret, staffNeedsSecondFactor } = services
  const parts = { database, rateLimits, authSecret, staffNeedsSecondFactor, relyingParty: services.relyingParty() }
  const client = { address, userAgent, requestId }
  if (password) return signInWithPassword(parts, { ...password, ...client })
  if (openId) return signInByProvider(context, openId)
  if (passkey) return signInWithPasskey(parts, { ...passkey, ...client })
  if (secondFactor) {
    const { challenge, ...answer } = secondFactor
    return signInWithSecondFactor(parts, { challenge, answer, ...client })
  }
  const token = refreshToken ?? ''
  return signInWithRefreshToken(database, { secret: authSecret, token, requestId, staffNeedsSecondFactor })
}

mutationOutsideTransaction('changePassword', {
  description:
    'Changes the password and ends all other sessions. This session continues with the tokens of the answer.',
  input: ChangePasswordInput,
  result: AuthResult,
  inputSchema: changePasswordSchema,
  allowsUnverified: true,
  rule: async (input, context) => {
    const { caller, database, services, address, requestId } = context
    const change = { ...input, caller, address, requestId }
    return admit(context, await changePassword({ database, rateLimits: services.rateLimits }, change))
  },
})

builder.mutationField('revokeSession', (t) =>
  t.field({
    description: 'Ends a session of the viewer, possibly the current one: signs that device out.',
    type: OkResult.union,
    allowsUnverified: true,
    args: { id: t.arg.id({ required: true, description: 'The session, `ses_...`.' }) },
    resolve: async (_root, { id }, context) => {
      const { tx, caller } = context as MutationContext & { caller: Caller }
      await revokeSession(tx, { callerId: caller.id, sessionId: uuidOf('ses', id) })
      return { ok: true }
    },
  }),
)

mutation('revokeOtherSessions', {
  description: 'Ends every session of the viewer but the current one: signs all other devices out.',
  input: builder.inputType('RevokeOtherSessionsInput', {
    description: 'The request to sign all other devices out.',
    fields: (t) => ({
      idempotencyKey: t.field({ type: 'IdempotencyKey', description: 'Makes a repetition of the request harmless.' }),
    }),
  }),
  result: OkResult,
  inputSchema: revokeOtherSessionsSchema,
  allowsUnverified: true,
  rule: async (tx, _input, { caller, requestId }) => {
    await revokeOtherSessions(tx, { caller, requestId })
    return { ok: true }
  },
})

function signInByProvider(
  { database, services, address, userAgent, requestId }: Context,
  answer: NonNullable<z.output<typeof signInSchema>['openId']>,
): Promise<VerifiedSession> {
  const { rateLimits, staffNeedsSecondFactor, openIdProviders: providers, mails } = services
  const attempt = { ...answer, payoutReadiness: readinessAtSignUp(services), address, userAgent, requestId }
  const parts = { database, rateLimits, staffNeedsSecondFactor, relyingParty: services.relyingParty() }
  return signInWithOpenId({ ...parts, providers, appUrl: mails.appUrl }, attempt)
}

const readinessAtSignUp = ({ payments }: Pick<Context['services'], 'payments'>): PayoutReadiness =>
  payments.traits.hasOnboarding ? 'NOT_STARTED' : 'READY'

/** Issues the tokens of the session. The rest of the operation, beginning with the payload's fields, runs as its person. */
export async function admit(context: Context, session: VerifiedSession): Promise<Tokens & { caller: Caller }> {
  const { caller } = session
  const tokens = await issueTokens(context.services.authSecret, session)
  context.caller = caller
  context.loaders = context.loaders.forViewer(caller)
  return { ...tokens, caller }
}

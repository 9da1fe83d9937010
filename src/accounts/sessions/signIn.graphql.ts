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
import { InvalidTokenError } from '../errors.ts'
import { changePasswordSchema, revokeOtherSessionsSchema, signInSchema, signUpSchema } from '../inputSchemas.ts'
import { OpenIdInput } from '../openId/openId.graphql.ts'
import { signInWithOpenId } from '../openId/signInWithOpenId.ts'
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

const SignInInput = builder.inputType('SignInInput', {
  description: 'A password, a refresh token or the answer of a provider: exactly one of them.',
  isOneOf: true,
  fields: (t) => ({
    password: t.field({ type: PasswordCredential, description: 'Opens a new session.' }),
    refreshToken: t.string({ description: 'Continues a session: its latest refresh token.' }),
    openId: t.field({ type: OpenIdInput, description: 'Opens a new session by a provider.' }),
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
    'Opens a session by password or by a provider, or continues one by its refresh token. By a provider, an unknown address gets an account; one that is known is linked if both sides have verified it, and refused with ForbiddenError otherwise. An unknown email address and a wrong password are refused alike. After five failures for an account, or thirty from an IP address, within five minutes, sign-ins are refused with RateLimitedError.',
  input: SignInInput,
  result: AuthResult,
  inputSchema: signInSchema,
  rule: async ({ password, refreshToken, openId }, context) => {
    const { database, services, address, userAgent, requestId } = context
    if (openId) return admit(context, await signInByProvider(context, openId))
    const session = password
      ? await signInWithPassword(
          { database, rateLimits: services.rateLimits },
          { ...password, address, userAgent, requestId },
        )
      : await signInWithRefreshToken(database, { secret: services.authSecret, token: refreshToken ?? '', requestId })
    return admit(context, session)
  },
})

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
  const { rateLimits, openIdProviders: providers, mails } = services
  const payoutReadiness = readinessAtSignUp(services)
  const attempt = { ...answer, payoutReadiness, address, userAgent, requestId }
  return signInWithOpenId({ database, rateLimits, providers, appUrl: mails.appUrl }, attempt)
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

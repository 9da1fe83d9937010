/** Signing up and in, and what goes with a session. */

import type { Caller } from '../../domain/caller.ts'
import {
  ForbiddenError,
  NotFoundError,
  RateLimitedError,
  UnauthenticatedError,
  ValidationError,
} from '../../domain/errors.ts'
import { builder } from '../../graphql/builder.ts'
import type { Context, MutationContext } from '../../graphql/context.ts'
import { mutationOutsideTransaction, publicMutation, result, uuidOf } from '../../graphql/mutation.ts'
import { SessionType, ViewerType } from '../accounts.graphql.ts'
import { changePasswordSchema, signInSchema, signUpSchema } from '../inputSchemas.ts'
import { signUp } from '../signUp.ts'
import { changePassword } from './changePassword.ts'
import { revokeSession } from './revokeSession.ts'
import { signInWithPassword } from './signInWithPassword.ts'
import { signInWithRefreshToken } from './signInWithRefreshToken.ts'
import { issueTokens, type Tokens, type VerifiedSession } from './tokens.ts'

const AuthPayload = builder.objectRef<Tokens & { caller: Caller }>('AuthPayload').implement({
  description: 'Signed in. Keep both tokens; send the access token as `Authorization: Bearer ...`.',
  fields: (t) => ({
    accessToken: t.exposeString('accessToken', { description: 'Proves who sends a request, for 15 minutes.' }),
    refreshToken: t.exposeString('refreshToken', {
      description:
        'Gives new tokens by `signIn`, within 30 days. Each is used once: the answer has the next one. An older one that is used again ends the session.',
    }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'When the access token ends.' }),
    session: t.prismaField({
      type: SessionType,
      description: 'The session that the tokens belong to. `revokeSession` with its id signs out.',
      resolve: (query, { caller }, _args, { prisma }) =>
        prisma.session.findUniqueOrThrow({ ...query, where: { id: caller.sessionId } }),
    }),
    viewer: t.field({
      type: ViewerType,
      description: 'Who is signed in by it.',
      resolve: ({ caller }) => caller,
    }),
  }),
})

const AuthResult = result('AuthResult', AuthPayload, [
  ValidationError,
  UnauthenticatedError,
  ForbiddenError,
  RateLimitedError,
])

const OkPayload = builder.objectRef<{ ok: boolean }>('OkPayload').implement({
  description: 'It is done.',
  fields: (t) => ({ ok: t.exposeBoolean('ok', { description: 'Always true.' }) }),
})

export const OkResult = result('OkResult', OkPayload, [
  UnauthenticatedError,
  ValidationError,
  NotFoundError,
  ForbiddenError,
])

const SignUpInput = builder.inputType('SignUpInput', {
  description: 'A new account.',
  fields: (t) => ({
    email: t.field({
      type: 'EmailAddress',
      required: true,
      description: 'The address to sign in with. One account an address, in whatever case it is written.',
    }),
    password: t.string({ required: true, description: '10 to 200 characters of any kind.' }),
    displayName: t.string({ required: true, description: 'The name that others see: one line of 1 to 80 characters.' }),
  }),
})

const PasswordCredential = builder.inputType('PasswordCredential', {
  description: 'An address and its password.',
  fields: (t) => ({
    email: t.field({ type: 'EmailAddress', required: true, description: 'The address, in whatever case.' }),
    password: t.string({ required: true, description: 'The password.' }),
  }),
})

const SignInInput = builder.inputType('SignInInput', {
  description: 'Either of the two.',
  isOneOf: true,
  fields: (t) => ({
    password: t.field({ type: PasswordCredential, description: 'Begins a session.' }),
    refreshToken: t.string({ description: 'Goes on with a session: the refresh token that was given last.' }),
  }),
})

const ChangePasswordInput = builder.inputType('ChangePasswordInput', {
  description: 'The password of before, and the one from now on.',
  fields: (t) => ({
    currentPassword: t.string({ required: true, description: 'The password of before.' }),
    newPassword: t.string({ required: true, description: 'The one from now on, 10 to 200 characters of any kind.' }),
  }),
})

publicMutation('signUp', {
  description: 'Makes an account and signs its person in.',
  input: SignUpInput,
  result: AuthResult,
  form: signUpSchema,
  budget: 'signUp',
  rule: async (form, context) => {
    const { database, userAgent, requestId } = context
    return admit(context, await signUp(database, { ...form, userAgent, requestId }))
  },
})

publicMutation('signIn', {
  description:
    'Begins a session by password, or goes on with one by its refresh token. An unknown address and a wrong password are refused alike; five failures for an account, or thirty from an address, in five minutes, and it waits.',
  input: SignInInput,
  result: AuthResult,
  form: signInSchema,
  rule: async ({ password, refreshToken }, context) => {
    const { database, services, address, userAgent, requestId } = context
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
  description: 'Changes the password and ends all other sessions. This one goes on with the tokens of the answer.',
  input: ChangePasswordInput,
  result: AuthResult,
  form: changePasswordSchema,
  rule: async (form, context) => {
    const { caller, database, services, address, requestId } = context
    const change = { ...form, caller, address, requestId }
    return admit(context, await changePassword({ database, rateLimits: services.rateLimits }, change))
  },
})

builder.mutationField('revokeSession', (t) =>
  t.field({
    description: 'Ends one of the sessions of the viewer: signs that device out. The current one may be it.',
    type: OkResult.union,
    args: { id: t.arg.id({ required: true, description: 'The session, `ses_...`.' }) },
    resolve: async (_root, { id }, context) => {
      const { tx, caller } = context as MutationContext & { caller: Caller }
      await revokeSession(tx, { callerId: caller.id, sessionId: uuidOf('ses', id) })
      return { ok: true }
    },
  }),
)

/** The tokens of the session; the rest of the operation, the payload's own fields first, is read as its person. */
async function admit(context: Context, session: VerifiedSession): Promise<Tokens & { caller: Caller }> {
  const { caller } = session
  const tokens = await issueTokens(context.services.authSecret, session)
  context.caller = caller
  context.loaders = context.loaders.forViewer(caller)
  return { ...tokens, caller }
}

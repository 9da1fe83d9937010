/** Mutations on email addresses and forgotten passwords. */
import { withTransaction } from '../../db/transaction.ts'
import { builder } from '../../graphql/builder.ts'
import { errorType } from '../../graphql/errors.ts'
import { mutation, mutationOutsideTransaction, publicMutation } from '../../graphql/mutation.ts'
import { InvalidTokenError } from '../errors.ts'
import {
  changeEmailSchema,
  emailTokenSchema,
  requestEmailVerificationSchema,
  requestPasswordResetSchema,
  resetPasswordSchema,
} from '../inputSchemas.ts'
import { AuthResult, admit, OkResult } from '../sessions/signIn.graphql.ts'
import { changeEmail } from './changeEmail.ts'
import { requestEmailVerification } from './requestEmailVerification.ts'
import { requestPasswordReset } from './requestPasswordReset.ts'
import { resetPassword } from './resetPassword.ts'
import { verifyEmail } from './verifyEmail.ts'

errorType(InvalidTokenError, {
  description: 'The token of a link in a mail is unknown, used, replaced or expired: one answer for all.',
  codes: { INVALID_TOKEN: 'Ask for a new link.' },
})

const OK = { ok: true }

mutation('requestEmailVerification', {
  description:
    'Mails a new link that proves the email address of the viewer; earlier links end. Does nothing if the address is proved already.',
  input: builder.inputType('RequestEmailVerificationInput', {
    description: 'The request for a link that proves the address of the viewer.',
    fields: (t) => ({
      idempotencyKey: t.field({
        type: 'IdempotencyKey',
        description: 'Makes a repetition of the request harmless: the mail is sent once.',
      }),
    }),
  }),
  result: OkResult,
  inputSchema: requestEmailVerificationSchema,
  budget: 'verificationMail',
  allowsUnverified: true,
  rule: async (tx, _input, { caller, services, requestId }) => {
    await requestEmailVerification(tx, { caller, authSecret: services.authSecret, requestId })
    return OK
  },
})

const EmailTokenInput = builder.inputType('EmailTokenInput', {
  description: 'The token of a link in a mail.',
  fields: (t) => ({
    token: t.string({ required: true, description: 'The parameter `token` of the link.' }),
  }),
})

publicMutation('verifyEmail', {
  description:
    'Takes the token of a link that proves an email address, of a new account or for a change of the address. For everybody who has the link, signed in or not. A token works once, for 48 hours.',
  input: EmailTokenInput,
  result: OkResult,
  inputSchema: emailTokenSchema,
  rule: async ({ token }, { database, requestId }) => {
    await withTransaction(database, (tx) => verifyEmail(tx, { token, requestId }))
    return OK
  },
})

mutationOutsideTransaction('changeEmail', {
  description:
    'Mails a link to a new address. The account has the new address when its link is taken by `verifyEmail`; the previous address is then told.',
  input: builder.inputType('ChangeEmailInput', {
    description: 'The new address.',
    fields: (t) => ({
      newEmail: t.field({ type: 'EmailAddress', required: true, description: 'The new address, not case-sensitive.' }),
      currentPassword: t.string({ required: true, description: 'The current password.' }),
    }),
  }),
  result: OkResult,
  inputSchema: changeEmailSchema,
  budget: 'verificationMail',
  allowsUnverified: true,
  needsFreshProof: true,
  rule: async (input, { caller, database, services, address, requestId }) => {
    const { rateLimits, authSecret } = services
    await changeEmail({ database, rateLimits }, { ...input, caller, authSecret, address, requestId })
    return OK
  },
})

publicMutation('requestPasswordReset', {
  description:
    'Mails a link with which a forgotten password can be replaced, if an account has the address. The answer and its duration are the same if none has.',
  input: builder.inputType('RequestPasswordResetInput', {
    description: 'The address of the account.',
    fields: (t) => ({
      email: t.field({ type: 'EmailAddress', required: true, description: 'The address, not case-sensitive.' }),
    }),
  }),
  result: OkResult,
  inputSchema: requestPasswordResetSchema,
  rule: async ({ email }, { database, services, address }) => {
    const { rateLimits, authSecret } = services
    await requestPasswordReset({ database, rateLimits, authSecret }, { email, address })
    return OK
  },
})

publicMutation('resetPassword', {
  description:
    'Sets a new password by the token of a link, ends every session of the account, and signs its person in. The link also proves the address. If the account has a second factor, the new password is set, and SecondFactorRequiredError asks for the factor. A token works once, for one hour.',
  input: builder.inputType('ResetPasswordInput', {
    description: 'The token and the new password.',
    fields: (t) => ({
      token: t.string({ required: true, description: 'The parameter `token` of the link.' }),
      newPassword: t.string({
        required: true,
        description:
          'The new password: 10 to 200 characters of any kind; not one of the most common passwords, nor the own address or name.',
      }),
    }),
  }),
  result: AuthResult,
  inputSchema: resetPasswordSchema,
  rule: async (input, context) => {
    const { database, services, userAgent, requestId } = context
    const { staffNeedsSecondFactor } = services
    const parts = { database, relyingParty: services.relyingParty() }
    return admit(context, await resetPassword(parts, { ...input, userAgent, staffNeedsSecondFactor, requestId }))
  },
})

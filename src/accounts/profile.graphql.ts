/** What people change about themselves. */

import type { Caller } from '../domain/caller.ts'
import {
  ForbiddenError,
  NotFoundError,
  RateLimitedError,
  UnauthenticatedError,
  ValidationError,
} from '../domain/errors.ts'
import { builder } from '../graphql/builder.ts'
import { mutation, result } from '../graphql/mutation.ts'
import { ViewerType } from './accounts.graphql.ts'
import { startPayoutOnboardingSchema, updateProfileSchema } from './inputSchemas.ts'
import { startPayoutOnboarding } from './payoutReadiness.ts'
import { updateProfile } from './updateProfile.ts'

const ProfilePayload = builder.objectRef<{ caller: Caller }>('ProfilePayload').implement({
  description: 'The profile as it is now.',
  fields: (t) => ({
    viewer: t.field({ type: ViewerType, description: 'Whose it is.', resolve: ({ caller }) => caller }),
  }),
})

const PayoutOnboardingPayload = builder.objectRef<{ caller: Caller }>('PayoutOnboardingPayload').implement({
  description: 'Onboarding with the payment provider has begun.',
  fields: (t) => ({
    url: t.field({
      type: 'URL',
      nullable: true,
      description: 'Where the provider asks its questions. Null in the sandbox, which is ready at once.',
      resolve: () => null,
    }),
    expiresAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When `url` ends. Null where there is none.',
      resolve: () => null,
    }),
    viewer: t.field({ type: ViewerType, description: 'Who is to be paid.', resolve: ({ caller }) => caller }),
  }),
})

mutation('updateProfile', {
  description: 'Changes what others see of the viewer. What is absent stays as it is.',
  input: builder.inputType('UpdateProfileInput', {
    description: 'What is to change.',
    fields: (t) => ({
      displayName: t.string({ description: 'The name that others see: one line of 1 to 80 characters.' }),
      avatarId: t.id({
        description:
          'A file of theirs that was uploaded as AVATAR, `att_...`, to be their picture. Null takes it away.',
      }),
    }),
  }),
  result: result('ProfileResult', ProfilePayload, [UnauthenticatedError, ValidationError, NotFoundError]),
  form: updateProfileSchema,
  rule: async (tx, { displayName, avatarId }, { caller }) => {
    await updateProfile(tx, { callerId: caller.id, displayName, avatarId })
    return { caller }
  },
})

mutation('startPayoutOnboarding', {
  description: 'Begins what the payment provider wants before it pays the viewer.',
  input: builder.inputType('StartPayoutOnboardingInput', {
    description: 'Where to go afterwards.',
    fields: (t) => ({
      returnUrl: t.field({
        type: 'URL',
        required: true,
        description: 'Where the provider sends the person back to, http or https.',
      }),
    }),
  }),
  result: result('PayoutOnboardingResult', PayoutOnboardingPayload, [
    UnauthenticatedError,
    ValidationError,
    ForbiddenError,
    RateLimitedError,
  ]),
  budget: 'creation',
  form: startPayoutOnboardingSchema,
  rule: async (tx, _form, { caller }) => {
    await startPayoutOnboarding(tx, { callerId: caller.id })
    return { caller }
  },
})

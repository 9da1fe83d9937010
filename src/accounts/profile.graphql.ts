/** Mutations of people on their own profile and payouts. */

import type { Caller } from '../domain/caller.ts'
import {
  ForbiddenError,
  NotFoundError,
  ProviderUnavailableError,
  RateLimitedError,
  UnauthenticatedError,
  ValidationError,
} from '../domain/errors.ts'
import { builder } from '../graphql/builder.ts'
import { mutation, mutationOutsideTransaction, result } from '../graphql/mutation.ts'
import { workOf } from '../graphql/workOf.ts'
import { ViewerType } from './accounts.graphql.ts'
import { SecondFactorRequiredError } from './errors.ts'
import { startPayoutOnboardingSchema, updateProfileSchema } from './inputSchemas.ts'
import { type OnboardingLink, startPayoutOnboarding } from './payouts/startPayoutOnboarding.ts'
import { updateProfile } from './updateProfile.ts'

const ProfilePayload = builder.objectRef<{ caller: Caller }>('ProfilePayload').implement({
  description: 'The profile was updated.',
  fields: (t) => ({
    viewer: t.field({
      type: ViewerType,
      description: 'The viewer with the updated profile.',
      resolve: ({ caller }) => caller,
    }),
  }),
})

const PayoutOnboardingPayload = builder
  .objectRef<{ caller: Caller; link: OnboardingLink | undefined }>('PayoutOnboardingPayload')
  .implement({
    description: 'Onboarding with the payment provider has begun.',
    fields: (t) => ({
      url: t.field({
        type: 'URL',
        nullable: true,
        description:
          'The page of the provider for onboarding, for the viewer alone and to be opened once, before it expires. Null in the sandbox, where the person is READY at once.',
        resolve: ({ link }) => (link ? new URL(link.url) : null),
      }),
      expiresAt: t.field({
        type: 'DateTime',
        nullable: true,
        description: 'When `url` expires. Null if there is none.',
        resolve: ({ link }) => link?.expiresAt ?? null,
      }),
      viewer: t.field({
        type: ViewerType,
        description: 'The viewer who will be paid.',
        resolve: ({ caller }) => caller,
      }),
    }),
  })

mutation('updateProfile', {
  description: 'Changes the public profile of the viewer. Absent fields stay as they are.',
  input: builder.inputType('UpdateProfileInput', {
    description: 'The changes of the profile.',
    fields: (t) => ({
      displayName: t.string({ description: 'The name that others see: one line of 1 to 80 characters.' }),
      locale: t.string({ description: 'The language of their mails: a BCP 47 tag, such as `de-AT`.' }),
      timeZone: t.string({ description: 'Their IANA time zone, such as `Europe/Berlin`.' }),
      avatarId: t.id({
        description:
          'Their new picture, `att_...`: a file that they uploaded with the purpose AVATAR. Null removes the picture.',
      }),
    }),
  }),
  result: result('ProfileResult', ProfilePayload, [UnauthenticatedError, ValidationError, NotFoundError]),
  inputSchema: updateProfileSchema,
  allowsUnverified: true,
  rule: async (tx, profile, { caller }) => {
    await updateProfile(tx, { callerId: caller.id, ...profile })
    return { caller }
  },
})

mutationOutsideTransaction('startPayoutOnboarding', {
  description:
    'Starts or continues onboarding with the payment provider, which it requires before it pays the viewer. `Viewer.payoutReadiness` shows the result; transfers wait for it.',
  input: builder.inputType('StartPayoutOnboardingInput', {
    description: 'The page to return to after onboarding.',
    fields: (t) => ({
      returnUrl: t.field({
        type: 'URL',
        required: true,
        description:
          'The http or https address to which the provider redirects the person afterwards, or if the page has expired. From there the client starts onboarding again unless the viewer is READY.',
      }),
    }),
  }),
  result: result('PayoutOnboardingResult', PayoutOnboardingPayload, [
    UnauthenticatedError,
    ValidationError,
    ForbiddenError,
    SecondFactorRequiredError,
    ProviderUnavailableError,
    RateLimitedError,
  ]),
  budget: 'creation',
  inputSchema: startPayoutOnboardingSchema,
  needsFreshProof: true,
  rule: async ({ returnUrl: { href: returnUrl } }, context) => {
    const { caller } = context
    const link = await startPayoutOnboarding(workOf(context), { callerId: caller.id, returnUrl })
    return { caller, link }
  },
})

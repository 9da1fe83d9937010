/**
 * Payees: connected accounts of Accounts v2 with a recipient configuration (https://docs.stripe.com/connect/accounts-v2). The platform
 * collects the fees and bears the losses, Stripe collects the requirements. Where the platform's account has no access to
 * version 2, the same account is made by version 1.
 */
import Stripe from 'stripe'
import type { PayoutReadiness } from '../../db/generated/enums.ts'
import type { OnboardingWanted, Payee, PayeeAccounts } from '../port/accounts.ts'
import { keyOf, refusedOrUnreachable, unreachable } from './people.ts'

const V2_BLOCKED: ReadonlySet<string> = new Set([
  'accounts_v2_access_blocked',
  'non_connect_platform_accounts_v2_access_blocked',
  'account_not_yet_compatible_with_v2',
  'v1_account_instead_of_v2_account',
])

/** Calls version 2, or version 1 if the platform or the account cannot use it. */
async function byEitherVersion<Answer>(version2: () => Promise<Answer>, version1: () => Promise<Answer>) {
  try {
    return await version2()
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError && V2_BLOCKED.has(error.code ?? '')) return version1()
    throw error
  }
}

/** The part of the port about payees. */
export function stripeAccounts(stripe: Stripe): PayeeAccounts {
  return {
    open: (payee) => open(stripe, payee).catch(refusedOrUnreachable),
    onboardingLink: (wanted) => onboardingLink(stripe, wanted).catch(refusedOrUnreachable),
    readiness: (accountReference) => readiness(stripe, accountReference).catch(unreachable),
  }
}

async function open(stripe: Stripe, payee: Payee) {
  const accountReference = await byEitherVersion(
    () => createByVersion2(stripe, payee),
    () => createByVersion1(stripe, payee),
  )
  return { kind: 'opened' as const, accountReference }
}

async function createByVersion2(stripe: Stripe, payee: Payee): Promise<string> {
  const { reference, email, country } = payee
  const { id } = await stripe.v2.core.accounts.create(
    {
      contact_email: email,
      dashboard: 'express',
      identity: { entity_type: 'individual', ...(country !== undefined && { country }) },
      configuration: { recipient: { capabilities: { stripe_balance: { stripe_transfers: { requested: true } } } } },
      defaults: { responsibilities: { fees_collector: 'application', losses_collector: 'application' } },
      metadata: { errand_reference: reference },
    },
    { idempotencyKey: keyOf('account', payee) },
  )
  return id
}

async function createByVersion1(stripe: Stripe, payee: Payee): Promise<string> {
  const { reference, email, country } = payee
  const { id } = await stripe.accounts.create(
    {
      email,
      ...(country !== undefined && { country }),
      business_type: 'individual',
      capabilities: { transfers: { requested: true } },
      controller: {
        fees: { payer: 'application' },
        losses: { payments: 'application' },
        stripe_dashboard: { type: 'express' },
      },
      metadata: { errand_reference: reference },
    },
    { idempotencyKey: `${keyOf('account', payee)}-v1` },
  )
  return id
}

/** Creates a link to Stripe's pages for a payee, to be used once within minutes. */
function onboardingLink(stripe: Stripe, { accountReference: account, returnUrl, refreshUrl }: OnboardingWanted) {
  const pages = { refresh_url: refreshUrl, return_url: returnUrl }
  return byEitherVersion(
    async () => {
      const onboarding = { ...pages, collection_options: { fields: 'eventually_due' } }
      const useCase = { type: 'account_onboarding', account_onboarding: onboarding }
      const link = await stripe.v2.core.accountLinks.create({ account, use_case: useCase })
      return { kind: 'link' as const, url: link.url, expiresAt: new Date(link.expires_at) }
    },
    async () => {
      const collection = { collection_options: { fields: 'eventually_due' as const } }
      const link = await stripe.accountLinks.create({ account, type: 'account_onboarding', ...pages, ...collection })
      return { kind: 'link' as const, url: link.url, expiresAt: new Date(link.expires_at * 1000) }
    },
  )
}

async function readiness(stripe: Stripe, accountReference: string) {
  const known = await byEitherVersion(
    async () => {
      const include = ['configuration.recipient' as const, 'requirements' as const]
      return readinessOf(await stripe.v2.core.accounts.retrieve(accountReference, { include }))
    },
    async () => readinessOfVersion1(await stripe.accounts.retrieve(accountReference)),
  )
  return { kind: 'known' as const, readiness: known }
}

function readinessOf({ configuration, requirements, closed }: Stripe.V2.Core.Account): PayoutReadiness {
  const status = configuration?.recipient?.capabilities?.stripe_balance?.stripe_transfers?.status
  if (closed === true || status === 'rejected' || status === 'unsupported') return 'REJECTED'
  if (status === 'active') return 'READY'
  const open = (requirements?.entries ?? []).filter((entry) => entry.awaiting_action_from === 'user')
  if (open.length === 0) return 'PENDING_VERIFICATION'
  const isNew = open.every(({ requested_reasons: reasons }) =>
    reasons.every(({ code }) => code === 'routine_onboarding'),
  )
  return isNew ? 'NOT_STARTED' : 'RESTRICTED'
}

function readinessOfVersion1({ capabilities, requirements, details_submitted }: Stripe.Account): PayoutReadiness {
  if (capabilities?.transfers === 'active') return 'READY'
  if (requirements?.disabled_reason?.startsWith('rejected')) return 'REJECTED'
  if (!details_submitted) return 'NOT_STARTED'
  return (requirements?.currently_due ?? []).length > 0 ? 'RESTRICTED' : 'PENDING_VERIFICATION'
}

/** Customers with their payment methods, and connected accounts of both versions of the API, at the local Stripe server. */
import type Stripe from 'stripe'
import { matches, page } from './lists.ts'
import { metadataOf, nested, optionalText, type Params, text, texts } from './params.ts'
import { invalidParameter, StripeRefusal } from './refusals.ts'
import { type ConnectedAccount, found, newId, nowInSeconds, type StripeBook } from './stripeBook.ts'

const LINK_LIFETIME_S = 300

/** POST /v1/customers. */
export function createCustomer(book: StripeBook, params: Params): Stripe.Customer {
  const customer: Stripe.Customer = {
    ...book.sample('customer', 'cus'),
    email: optionalText(params, 'email'),
    metadata: metadataOf(params),
  }
  book.customers.set(customer.id, customer)
  book.happens('customer.created', customer)
  return customer
}

/** GET /v1/customers/:id/payment_methods. */
export function listPaymentMethods(book: StripeBook, customer: string, query: Params): object {
  found(book.customers, 'customer', customer)
  const methods = [...book.paymentMethods.values()].filter((method) => method.customer === customer)
  return page(
    methods.filter((method) => matches(method, query, ['type'])),
    query,
    `/v1/customers/${customer}/payment_methods`,
  )
}

/** POST /v1/payment_methods/:id/detach. */
export function detachPaymentMethod(book: StripeBook, id: string): Stripe.PaymentMethod {
  const method = found(book.paymentMethods, 'PaymentMethod', id)
  if (!method.customer)
    throw invalidParameter('payment_method', 'The payment method is not attached.', 'payment_method_unexpected_state')
  method.customer = null
  book.happens('payment_method.detached', method)
  return method
}

const accountsV2Blocked = (): StripeRefusal =>
  new StripeRefusal(
    400,
    {
      type: 'invalid_request_error',
      code: 'accounts_v2_access_blocked',
      message: 'Accounts v2 is not enabled for your platform.',
    },
    { isStored: false },
  )

function addAccount(book: StripeBook, of: Pick<ConnectedAccount, 'email' | 'country' | 'metadata' | 'isVersion2'>) {
  const account: ConnectedAccount = {
    ...of,
    id: newId('acct'),
    created: nowInSeconds(),
    transfers: 'restricted',
    isOnboarded: false,
    due: ['identity.individual.given_name', 'external_account'],
  }
  book.accounts.set(account.id, account)
  return account
}

/** POST /v2/core/accounts. */
export function createAccountV2(book: StripeBook, params: Params, isBlocked: boolean): object {
  if (isBlocked) throw accountsV2Blocked()
  const recipient = nested(nested(params, 'configuration'), 'recipient')
  const transfers = nested(nested(nested(recipient, 'capabilities'), 'stripe_balance'), 'stripe_transfers')
  if (transfers.requested !== true) throw invalidParameter('configuration', 'No capability was requested.')
  const account = addAccount(book, {
    email: text(params, 'contact_email'),
    // The country of the platform, until the person says another one.
    country: optionalText(nested(params, 'identity'), 'country') ?? 'US',
    metadata: metadataOf(params),
    isVersion2: true,
  })
  book.happens('v2.core.account.created', { id: account.id, object: 'v2.core.account' })
  return accountV2(account, texts(params, 'include'))
}

/** GET /v2/core/accounts/:id. */
export function readAccountV2(book: StripeBook, id: string, query: Params, isBlocked: boolean): object {
  if (isBlocked) throw accountsV2Blocked()
  return accountV2(found(book.accounts, 'account', id), texts(query, 'include'))
}

function accountV2(account: ConnectedAccount, include: string[]): object {
  const details = account.transfers === 'active' ? [] : [{ code: 'requirements_past_due', resolution: 'provide_info' }]
  const reason = account.isOnboarded ? 'routine_verification' : 'routine_onboarding'
  return {
    id: account.id,
    object: 'v2.core.account',
    applied_configurations: ['recipient'],
    closed: false,
    contact_email: account.email,
    created: new Date(account.created * 1000).toISOString(),
    dashboard: 'express',
    livemode: false,
    metadata: account.metadata,
    // Not included unless asked for, as documented.
    configuration: include.includes('configuration.recipient')
      ? {
          recipient: {
            applied: true,
            capabilities: {
              stripe_balance: { stripe_transfers: { status: account.transfers, status_details: details } },
            },
          },
        }
      : null,
    requirements: include.includes('requirements')
      ? {
          entries: account.due.map((description) => ({
            awaiting_action_from: 'user',
            description,
            errors: [],
            impact: {},
            minimum_deadline: { status: 'currently_due' },
            requested_reasons: [{ code: reason }],
          })),
          ...(account.due.length > 0 && { summary: { minimum_deadline: { status: 'currently_due' } } }),
        }
      : null,
  }
}

/** POST /v1/accounts. */
export function createAccountV1(book: StripeBook, params: Params): Stripe.Account {
  const account = addAccount(book, {
    email: text(params, 'email'),
    country: optionalText(params, 'country') ?? 'US',
    metadata: metadataOf(params),
    isVersion2: false,
  })
  book.happens('account.updated', accountV1(book, account), account.id)
  return accountV1(book, account)
}

/** GET /v1/accounts/:id. */
export const readAccountV1 = (book: StripeBook, id: string): object =>
  accountV1(book, found(book.accounts, 'account', id))

export function accountV1(book: StripeBook, account: ConnectedAccount): Stripe.Account {
  const sample = book.sample('account', 'acct')
  return {
    ...sample,
    id: account.id,
    created: account.created,
    email: account.email,
    country: account.country,
    metadata: account.metadata,
    capabilities: {
      transfers: account.transfers === 'active' || account.transfers === 'pending' ? account.transfers : 'inactive',
    },
    details_submitted: account.isOnboarded || account.due.length === 0,
    payouts_enabled: account.transfers === 'active',
    requirements: {
      alternatives: [],
      current_deadline: null,
      disabled_reason: disabledReason(account),
      errors: [],
      currently_due: account.due,
      eventually_due: account.due,
      past_due: account.due,
      pending_verification: account.transfers === 'pending' ? ['identity'] : [],
    },
  }
}

function disabledReason({ transfers, due }: ConnectedAccount): 'rejected.fraud' | 'requirements.past_due' | null {
  if (transfers === 'rejected') return 'rejected.fraud'
  return due.length > 0 ? 'requirements.past_due' : null
}

/** POST /v2/core/account_links. */
export function createLinkV2(book: StripeBook, params: Params, isBlocked: boolean): object {
  if (isBlocked) throw accountsV2Blocked()
  const { id } = found(book.accounts, 'account', text(params, 'account'), 'account')
  const useCase = nested(params, 'use_case')
  const now = nowInSeconds()
  text(nested(useCase, text(useCase, 'type')), 'refresh_url')
  return {
    object: 'v2.core.account_link',
    account: id,
    created: new Date(now * 1000).toISOString(),
    expires_at: new Date((now + LINK_LIFETIME_S) * 1000).toISOString(),
    livemode: false,
    url: `https://connect.stripe.com/setup/e/${id}/${newId('link')}`,
    use_case: useCase,
  }
}

/** POST /v1/account_links. */
export function createLinkV1(book: StripeBook, params: Params): object {
  const { id } = found(book.accounts, 'account', text(params, 'account'), 'account')
  text(params, 'refresh_url')
  const now = nowInSeconds()
  return {
    object: 'account_link',
    created: now,
    expires_at: now + LINK_LIFETIME_S,
    url: `https://connect.stripe.com/setup/e/${id}/${newId('link')}`,
  }
}

/** What the person or Stripe does: the account becomes ready, waits for a check, or is restricted. */
export function changeAccount(
  book: StripeBook,
  id: string,
  changes: Partial<Pick<ConnectedAccount, 'transfers' | 'due' | 'isOnboarded'>>,
): void {
  const account = found(book.accounts, 'account', id)
  Object.assign(account, changes)
  if (account.isVersion2) {
    const type = 'v2.core.account[configuration.recipient].capability_status_updated'
    book.happens(type, { id, object: 'v2.core.account' })
  } else {
    book.happens('account.updated', accountV1(book, account), id)
  }
}

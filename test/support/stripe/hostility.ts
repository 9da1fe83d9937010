/** How the local Stripe server misbehaves: the modes of the sandbox, and those that only an HTTP server has. */
import type { ProviderMode } from '../../../src/payments/sandbox/sandbox.sql.ts'

/** `RATE_LIMITED`, `LOCKED`: refused before execution. `SERVER_ERROR`: executed, but answered with status 500. */
export type StripeMode = ProviderMode | 'RATE_LIMITED' | 'LOCKED' | 'SERVER_ERROR' | 'UNAUTHENTICATED'

/** What happens to one request. */
export interface Fate {
  /** Refused before anything is executed. */
  before?: 'rate_limited' | 'locked' | 'unauthenticated'
  /** Refused as if by the bank, the network or the account; the answer is stored. */
  refusal?: 'for_now' | 'for_good'
  /** `lost`: the connection ends before the answer is complete. */
  answer: 'sent' | 'lost' | 'late' | 'server_error'
  /** Requests that only read are lost too. */
  isDark?: boolean
  hasEmptyAccounts?: boolean
  /** The number of times that each webhook is sent. */
  webhooks: 0 | 1 | 2
}

export const FATES: Readonly<Record<StripeMode, Fate>> = {
  ACCEPT: { answer: 'sent', webhooks: 1 },
  REFUSE: { answer: 'sent', webhooks: 1, refusal: 'for_now' },
  REFUSE_FOR_GOOD: { answer: 'sent', webhooks: 1, refusal: 'for_good' },
  DROP_RESPONSE: { answer: 'lost', webhooks: 0 },
  DARK: { answer: 'lost', webhooks: 0, isDark: true },
  DELAY: { answer: 'late', webhooks: 1 },
  DUPLICATE_WEBHOOK: { answer: 'sent', webhooks: 2 },
  EMPTY_ACCOUNTS: { answer: 'sent', webhooks: 1, hasEmptyAccounts: true },
  RATE_LIMITED: { answer: 'sent', webhooks: 1, before: 'rate_limited' },
  LOCKED: { answer: 'sent', webhooks: 1, before: 'locked' },
  SERVER_ERROR: { answer: 'server_error', webhooks: 0 },
  UNAUTHENTICATED: { answer: 'sent', webhooks: 1, before: 'unauthenticated' },
}

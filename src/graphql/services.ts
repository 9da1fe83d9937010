/** The parts of the server that resolvers use besides the database: ports, whose implementations src/app.ts chooses. */

import type { RateLimits } from '../cache/rateLimits.ts'
import type { Signals } from '../cache/signals.ts'
import type { Caller } from '../domain/caller.ts'
import type { MailSettings } from '../jobs/mailTransport.ts'
import type { ReadAs } from '../jobs/readAs.ts'
import type { SandboxClock } from '../jobs/sandboxClock.ts'
import type { WebhookSettings } from '../jobs/webhookSettings.ts'
import type { PayerActions } from '../payments/port/payerActions.ts'
import type { PaymentProvider } from '../payments/port/provider.ts'
import type { SandboxControls } from '../payments/port/sandboxControls.ts'

export interface Services {
  rateLimits: RateLimits
  signals: Signals
  payments: PaymentProvider
  mails: MailSettings
  webhooks: WebhookSettings
  /** Reads from the API as a person, for work outside of a request. */
  readAs: ReadAs
  /** Refuses most mutations to people who have not proved their email address. */
  requiresVerifiedEmail: boolean
  /** Sessions have the rights of staff only with a second factor. */
  staffNeedsSecondFactor: boolean
  /** Refuses with SecondFactorRequiredError unless the session has proved its person within fifteen minutes. */
  requireFreshProof: (caller: Caller) => Promise<void>
  /** The country of the platform's account at the provider (ISO 3166, two letters); null if unknown. */
  platformCountry: string | null
  /** Null with a real payment provider. */
  sandboxClock: SandboxClock | null
  /** The payer's side of the sandbox. Null with a real payment provider. */
  sandboxPayers: PayerActions | null
  /** Null with a real payment provider. */
  sandboxControls: SandboxControls | null
  /** Signs access and refresh tokens. */
  authSecret: Uint8Array
}

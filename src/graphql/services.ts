/** The parts of the server that resolvers use beside the database: ports, chosen once in src/app.ts. */

import type { RateLimits } from '../cache/rateLimits.ts'
import type { Signals } from '../cache/signals.ts'
import type { SandboxClock } from '../jobs/sandboxClock.ts'
import type { PaymentProvider } from '../payments/provider.ts'

export interface Services {
  rateLimits: RateLimits
  signals: Signals
  payments: PaymentProvider
  /** Null where the server runs with a real payment provider. */
  sandboxClock: SandboxClock | null
  /** Signs access and refresh tokens. */
  authSecret: Uint8Array
}

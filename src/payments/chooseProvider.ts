/** The payment provider of a server: Stripe if it is configured, else the sandbox. The package of Stripe is loaded only for it. */
import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import { boundedProvider } from './port/boundedProvider.ts'
import { type CircuitOptions, withCircuits } from './port/circuits.ts'
import type { PaymentProvider } from './port/provider.ts'
import { createSandboxProvider, type SandboxProvider } from './sandbox/sandboxProvider.ts'

const TEST_KEY = /^[sr]k_test_/

export interface ProviderOptions {
  connectionString: string
  /** The URL of our server for webhooks of the sandbox; null while it does not listen. */
  webhookUrl: () => string | null
  log: Logger
}

export interface OpenProvider {
  /** The provider, bounded; a real one behind circuits. */
  provider: PaymentProvider
  /** Null if the provider is a real one. */
  sandbox: SandboxProvider | null
  stop(): Promise<void>
}

/** Opens the provider of a process. */
export type MakeProvider = (options: ProviderOptions) => OpenProvider

/** Opens the sandbox, without circuits: its lost answers are deliberate, and its clock is moved by hand. */
export const makeSandbox: MakeProvider = (options) => {
  const sandbox = createSandboxProvider(options)
  return { provider: boundedProvider(sandbox, options), sandbox, stop: () => sandbox.stop() }
}

/** Opens a real provider: bounded, and behind circuits. */
export function openReal(provider: PaymentProvider, options: CircuitOptions): OpenProvider {
  return { provider: withCircuits(boundedProvider(provider, options), options), sandbox: null, stop: async () => {} }
}

/** Returns the function that opens the provider that is configured. */
export async function chooseProvider({
  stripe,
  production,
}: Pick<Config, 'stripe' | 'production'>): Promise<MakeProvider> {
  if (!stripe) return makeSandbox
  const { createStripeProvider } = await import('./stripe/stripeProvider.ts')
  return ({ log }) => {
    // Not refused: a staging system runs as production does, with Stripe's test mode.
    if (production && TEST_KEY.test(stripe.secretKey))
      log.warn('STRIPE_SECRET_KEY is a test key: payments move no real money')
    return openReal(createStripeProvider({ ...stripe, log }), { log })
  }
}

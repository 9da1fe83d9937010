/** The payment provider of a server: Stripe if it is configured, else the sandbox. The package of Stripe is loaded only for it. */
import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import { boundedProvider } from './port/boundedProvider.ts'
import type { PaymentProvider } from './port/provider.ts'
import { createSandboxProvider, type SandboxProvider } from './sandbox/sandboxProvider.ts'

export interface ProviderOptions {
  connectionString: string
  /** The URL of our server for webhooks of the sandbox; null while it does not listen. */
  webhookUrl: () => string | null
  log: Logger
}

export interface OpenProvider {
  /** The provider, bounded. */
  provider: PaymentProvider
  /** Null if the provider is a real one. */
  sandbox: SandboxProvider | null
  stop(): Promise<void>
}

/** Opens the provider of a process. */
export type MakeProvider = (options: ProviderOptions) => OpenProvider

/** Opens the sandbox. */
export const makeSandbox: MakeProvider = (options) => {
  const sandbox = createSandboxProvider(options)
  return { provider: boundedProvider(sandbox, options), sandbox, stop: () => sandbox.stop() }
}

/** Returns the function that opens the provider that is configured. */
export async function chooseProvider({ stripe }: Pick<Config, 'stripe'>): Promise<MakeProvider> {
  if (!stripe) return makeSandbox
  const { createStripeProvider } = await import('./stripe/stripeProvider.ts')
  return ({ log }) => ({
    provider: boundedProvider(createStripeProvider({ ...stripe, log }), { log }),
    sandbox: null,
    stop: async () => {},
  })
}
